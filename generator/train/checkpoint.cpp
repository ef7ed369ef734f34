// SPDX-License-Identifier: Apache-2.0
#include "train/checkpoint.h"

#include <sstream>

#include "support/error.h"
#include "support/file.h"

namespace ern::train {

namespace {

constexpr int kColumns = 6;

torch::Tensor to_table(const std::vector<EpochRecord>& epochs) {
    torch::Tensor table = torch::zeros({static_cast<std::int64_t>(epochs.size()), kColumns}, torch::kFloat64);
    double* row = table.data_ptr<double>();
    for (const EpochRecord& e : epochs) {
        const double values[kColumns] = {static_cast<double>(e.epoch),
                                         e.learning_rate,
                                         e.train_loss,
                                         e.train_accuracy,
                                         e.test_accuracy,
                                         e.seconds};
        row = std::copy_n(values, kColumns, row);
    }
    return table;
}

std::vector<EpochRecord> from_table(const torch::Tensor& table) {
    std::vector<EpochRecord> epochs;
    const double* v = table.data_ptr<double>();
    for (std::int64_t i = 0; i < table.size(0); ++i, v += kColumns) {
        epochs.push_back({static_cast<int>(v[0]), v[1], v[2], v[3], v[4], v[5]});
    }
    return epochs;
}

std::string settings_of(torch::serialize::InputArchive& archive) {
    c10::IValue value;
    archive.read("settings", value);
    return value.toStringRef();
}

// The words of `wanted` that `found` does not have, to say what differs.
std::string difference(const std::string& wanted, const std::string& found) {
    std::istringstream a(wanted), b(found);
    std::string x, y, result;
    while (a >> x && b >> y) {
        if (x != y) result += fmt::format("{}{} instead of {}", result.empty() ? "" : ", ", x, y);
    }
    return result;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const std::string& settings, const Graph& graph,
                      const torch::optim::Adam& optimizer, const std::vector<EpochRecord>& epochs) {
    torch::serialize::OutputArchive archive, graph_archive, optimizer_archive;
    graph.save(graph_archive);
    optimizer.save(optimizer_archive);
    archive.write("settings", c10::IValue(settings));
    archive.write("epochs", to_table(epochs), true);
    archive.write("graph", graph_archive);
    archive.write("optimizer", optimizer_archive);
    std::ostringstream bytes;
    archive.save_to(bytes);
    support::write_text(path, bytes.str());
}

std::vector<EpochRecord> read_checkpoint(const std::filesystem::path& path, const std::string& settings,
                                         Graph& graph, torch::optim::Adam& optimizer) {
    if (!std::filesystem::exists(path)) return {};
    const auto bytes = support::read_file(path);
    torch::serialize::InputArchive archive;
    try {
        archive.load_from(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        const std::string found = settings_of(archive);
        if (found != settings) {
            fail(
                "{}: the checkpoint is of a run with other settings ({}); name another file or start over "
                "with "
                "--restart",
                path.string(), difference(settings, found));
        }
        torch::serialize::InputArchive graph_archive, optimizer_archive;
        torch::Tensor table;
        archive.read("epochs", table, true);
        archive.read("graph", graph_archive);
        archive.read("optimizer", optimizer_archive);
        graph.load(graph_archive);
        optimizer.load(optimizer_archive);
        return from_table(table);
    } catch (const c10::Error&) {
        fail(
            "{}: no checkpoint of this trainer, or a damaged one; name another file or start over with "
            "--restart",
            path.string());
    }
}

}  // namespace ern::train

// SPDX-License-Identifier: Apache-2.0
#include "train/checkpoint.h"

#include <cstring>
#include <sstream>

#include "support/container.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::train {

namespace {

using Json = nlohmann::ordered_json;

constexpr support::ContainerFormat kFormat{"ERNCHECK", 1, "a checkpoint", "*.checkpoint"};

Json to_json(const EpochRecord& e) {
    return {e.epoch,
            e.learning_rate,
            e.train_loss,
            e.train_accuracy,
            e.test_accuracy ? Json(*e.test_accuracy) : Json(nullptr),
            e.seconds};
}

EpochRecord epoch_from(const nlohmann::json& json) {
    EpochRecord e{support::whole_number<int>(json.at(0), "epochs"), json.at(1), json.at(2), json.at(3), {}, json.at(5)};
    if (!json.at(4).is_null()) e.test_accuracy = json.at(4).get<double>();
    return e;
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

std::int64_t total_size(const std::vector<torch::Tensor>& tensors) {
    std::int64_t size = 0;
    for (const torch::Tensor& tensor : tensors) size += tensor.numel();
    return size;
}

RunState state_from(const nlohmann::json& header) {
    RunState state;
    for (const auto& epoch : header.at("epochs")) state.epochs.push_back(epoch_from(epoch));
    state.step = support::whole_number<std::int64_t>(header.at("step"), "step");
    state.loss_sum = header.at("loss_sum");
    state.correct = support::whole_number<std::int64_t>(header.at("correct"), "correct");
    state.seconds = header.at("seconds");
    state.planned_epochs = support::whole_number<int>(header.at("planned_epochs"), "planned_epochs");
    return state;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const std::string& settings, const RunState& state,
                      const std::vector<torch::Tensor>& tensors) {
    std::vector<torch::Tensor> flat;
    for (const torch::Tensor& tensor : tensors) flat.push_back(tensor.to(torch::kCPU));
    const torch::Tensor numbers = torch::cat(flat);
    const std::span<const std::uint8_t> blob{reinterpret_cast<const std::uint8_t*>(numbers.data_ptr<float>()),
                                             static_cast<std::size_t>(numbers.numel()) * sizeof(float)};
    Json epochs = Json::array();
    for (const EpochRecord& e : state.epochs) epochs.push_back(to_json(e));
    const Json header = {{"settings", settings},
                         {"epochs", std::move(epochs)},
                         {"step", state.step},
                         {"loss_sum", state.loss_sum},
                         {"correct", state.correct},
                         {"seconds", state.seconds},
                         {"planned_epochs", state.planned_epochs},
                         {"blob_bytes", blob.size()}};
    support::write_file(path, support::pack_container(kFormat, header, blob));
}

std::optional<RunState> read_checkpoint(const std::filesystem::path& path, const std::string& settings,
                                        const std::vector<torch::Tensor>& tensors) {
    if (!std::filesystem::exists(path)) return {};
    constexpr const char* kRemedy = "name another file or start over with --restart";
    const auto bytes = support::read_file(path);
    RunState state;
    support::Container container;
    try {
        container = support::unpack_container(bytes, kFormat, path.string());
        const auto found = container.header.at("settings").get<std::string>();
        if (found != settings) {
            fail("{}: the checkpoint is of a run with other settings ({}); {}", path.string(),
                 difference(settings, found), kRemedy);
        }
        try {
            state = state_from(container.header);
        } catch (const Error& error) {
            fail("{}: {}; {}", path.string(), error.what(), kRemedy);
        }
    } catch (const nlohmann::json::exception&) {
        fail("{}: a damaged checkpoint; {}", path.string(), kRemedy);
    }
    if (container.blob.size() != static_cast<std::size_t>(total_size(tensors)) * sizeof(float)) {
        fail("{}: a checkpoint of another network; {}", path.string(), kRemedy);
    }
    torch::NoGradGuard guard;
    std::size_t at = 0;
    for (const torch::Tensor& tensor : tensors) {
        torch::Tensor numbers = torch::empty({tensor.numel()});
        const std::size_t size = static_cast<std::size_t>(tensor.numel()) * sizeof(float);
        std::memcpy(numbers.data_ptr<float>(), container.blob.data() + at, size);
        tensor.copy_(numbers);
        at += size;
    }
    return state;
}

}  // namespace ern::train

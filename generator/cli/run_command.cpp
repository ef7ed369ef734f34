// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/dump.h"
#include "cli/engine_choice.h"
#include "cli/evaluation.h"
#include "cli/locations.h"
#include "cli/session.h"
#include "data/picture.h"
#include "golden/golden.h"
#include "model/file.h"
#include "support/error.h"

namespace ern::cli {

namespace {

struct RunArguments {
    std::string model, dump;
    EngineChoice engine;
    int threads = 1;
    std::vector<std::string> pictures;
};

// Pictures as they are named, and those of folders in the order of their names.
std::vector<std::string> files_of(const std::vector<std::string>& places) {
    std::vector<std::string> files;
    for (const std::string& place : places) {
        if (!std::filesystem::is_directory(place)) {
            files.push_back(place);
            continue;
        }
        std::vector<std::string> inside;
        for (const auto& entry : std::filesystem::directory_iterator(place)) {
            if (data::has_picture_name(entry.path())) inside.push_back(entry.path().string());
        }
        if (inside.empty()) fail("{}: no pictures in this folder", place);
        std::sort(inside.begin(), inside.end());
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

// One picture: DIR itself. Several: a folder each, numbered as they come.
std::filesystem::path dump_place(const std::string& dump, const std::vector<std::string>& files, std::size_t index) {
    if (files.size() == 1) return dump;
    const std::filesystem::path picture = files[index];
    return std::filesystem::path(dump) / fmt::format("{}_{}", index, picture.stem().string());
}

void report(Session& session, const model::Network& network, const std::string& file, std::span<const double> logits) {
    const auto best = static_cast<std::size_t>(golden::best_class(logits));
    const double confidence = confidences(logits)[best];
    const std::string label = network.labels.empty() ? fmt::format("class {}", best) : network.labels[best];
    session.say("{}: {} ({:.1f} %)\n", file, label, 100 * confidence);
    session.report["results"].push_back({{"file", file},
                                         {"class", best},
                                         {"label", label},
                                         {"confidence", confidence},
                                         {"logits", std::vector<double>(logits.begin(), logits.end())}});
}

// What the chosen engine makes of a picture; fast keeps maps only for --dump.
class Runner {
  public:
    Runner(const model::Network& network, const RunArguments& arguments) : network_(network), dumps_(!arguments.dump.empty()) {
        if (arguments.engine.fast()) engine_.emplace(network, arguments.engine.options(arguments.threads, dumps_));
    }
    golden::Result run(std::span<const std::uint8_t> picture) {
        if (!engine_) return golden::run(network_, picture);
        const auto logits = engine_->run(picture);
        if (dumps_) return result_of(*engine_, logits);
        return {{}, {logits.begin(), logits.end()}};
    }

  private:
    const model::Network& network_;
    bool dumps_;
    std::optional<engine::Engine> engine_;
};

void run_pictures(Session& session, const RunArguments& arguments) {
    const auto network = model::read_network(find_in_models(arguments.model, ".ern"));
    const auto files = files_of(arguments.pictures);
    Runner runner(network, arguments);
    session.report["model"] = network.name;
    session.report["engine"] = arguments.engine.name;
    session.report["results"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto result = runner.run(data::read_picture(files[i], network.input));
        report(session, network, files[i], result.logits);
        if (!arguments.dump.empty()) dump_maps(dump_place(arguments.dump, files, i), network, result);
    }
}

}  // namespace

void add_run(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<RunArguments>();
    CLI::App* sub =
        add_subcommand(app, session, "run", "Classify pictures on the CPU",
                       "Prints the class and the softmax of its logit. Pictures have to have the network's "
                       "size and colours.\n"
                       "  ernforge run ern-fashion shoe.png --dump maps\n"
                       "  ernforge run ern-fashion folder-of-pictures");
    sub->add_option("model", arguments->model, "Model file, or its name in models/")->required();
    sub->add_option("pictures", arguments->pictures, "JPEG, PNG, BMP, PGM or PPM files, or folders of them")->required();
    add_engine_options(*sub, arguments->engine);
    sub->add_option("--threads", arguments->threads, "Threads of fast for one picture")->check(CLI::Range(1, 256));
    sub->add_option("--dump", arguments->dump, "Write every layer's map to DIR as numpy files")->type_name("DIR");
    sub->callback([&session, arguments] { run_pictures(session, *arguments); });
}

}  // namespace ern::cli

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/dump.h"
#include "cli/evaluation.h"
#include "cli/locations.h"
#include "cli/session.h"
#include "data/picture.h"
#include "golden/golden.h"
#include "model/file.h"

namespace ern::cli {

namespace {

struct RunArguments {
    std::string model, dump;
    std::string engine = "golden";
    std::vector<std::string> pictures;
};

// One picture: DIR itself. Several: a folder each, numbered as on the command line.
std::filesystem::path dump_place(const RunArguments& arguments, std::size_t index) {
    if (arguments.pictures.size() == 1) return arguments.dump;
    const std::filesystem::path picture = arguments.pictures[index];
    return std::filesystem::path(arguments.dump) / fmt::format("{}_{}", index, picture.stem().string());
}

void classify(Session& session, const RunArguments& arguments, const model::Network& network,
              std::size_t index) {
    const std::string& file = arguments.pictures[index];
    const auto result = golden::run(network, data::read_picture(file, network.input));
    const auto best = static_cast<std::size_t>(golden::best_class(result.logits));
    const double confidence = confidences(result.logits)[best];
    const std::string label = network.labels.empty() ? fmt::format("class {}", best) : network.labels[best];
    session.say("{}: {} ({:.1f} %)\n", file, label, 100 * confidence);
    session.report["results"].push_back({{"file", file},
                                         {"class", best},
                                         {"label", label},
                                         {"confidence", confidence},
                                         {"logits", result.logits}});
    if (!arguments.dump.empty()) dump_maps(dump_place(arguments, index), network, result);
}

}  // namespace

void add_run(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<RunArguments>();
    CLI::App* sub =
        add_subcommand(app, session, "run", "Classify pictures on the CPU",
                       "Prints the class and the softmax of its logit. Pictures have to have the network's "
                       "size and colours.\n"
                       "  ernforge run ern-fashion shoe.png --dump maps");
    sub->add_option("model", arguments->model, "Model file, or its name in models/")->required();
    sub->add_option("pictures", arguments->pictures, "JPEG, PNG, BMP, PGM or PPM files")->required();
    sub->add_option("--engine", arguments->engine, "What computes")->check(CLI::IsMember({"golden"}));
    sub->add_option("--dump", arguments->dump, "Write every layer's map to DIR as numpy files")
        ->type_name("DIR");
    sub->callback([&session, arguments] {
        const auto network = model::read_network(find_in_models(arguments->model, ".ern"));
        session.report["model"] = network.name;
        session.report["engine"] = arguments->engine;
        session.report["results"] = nlohmann::ordered_json::array();
        for (std::size_t i = 0; i < arguments->pictures.size(); ++i)
            classify(session, *arguments, network, i);
    });
}

}  // namespace ern::cli

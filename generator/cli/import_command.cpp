// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/session.h"
#include "fold/fold.h"
#include "model/file.h"
#include "onnx/import.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::cli {

namespace {

struct ImportArguments {
    std::string file, output;
};

void import(Session& session, const ImportArguments& arguments) {
    fold::FoldReport folding;
    const fold::FloatNetwork source = onnx_import::read_onnx(arguments.file);
    model::Network network;
    try {
        network = fold::fold(source, &folding);
    } catch (const Error& error) {
        fail("{}: {}", arguments.file, error.what());
    }
    network.notes["imported_from"] = std::filesystem::path(arguments.file).filename().string();
    support::write_file(arguments.output, model::serialize(network));

    auto& report = session.report;
    report["network"] = network.name;
    report["layers"] = nlohmann::ordered_json::array();
    for (const model::Layer& layer : network.layers) {
        report["layers"].push_back({{"name", layer.name},
                                    {"operation", model::operation_name(layer.operation)},
                                    {"shape", {layer.shape.height, layer.shape.width, layer.shape.channels}},
                                    {"macs", model::macs(network, layer)}});
    }
    report["weight_bits"] = model::weight_bits(network);
    report["macs"] = model::total_macs(network);
    report["smallest_threshold_margin"] = folding.smallest_margin;
    session.say("{}: {} layers, picture {} x {} x {}, {} classes, {} weights of 1 bit, {} MAC\n", arguments.output,
                network.layers.size(), network.input.height, network.input.width, network.input.channels, network.classes(),
                model::weight_bits(network), model::total_macs(network));
    session.say("the threshold nearest to an integer is {:.6f} away from it, in {}\n", folding.smallest_margin,
                folding.smallest_margin_layer);
}

}  // namespace

void add_import(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<ImportArguments>();
    CLI::App* sub = add_subcommand(app, session, "import", "Make a model from an ONNX file",
                                   "Reads a network that the ERN's training library exported (domain lm version 2, opset 11) and "
                                   "folds it to integers. Thresholds very near to an integer are where float32 programs may differ.\n"
                                   "  ernforge import ern18.onnx -o ern18.ern");
    sub->add_option("file", arguments->file, "ONNX file")->required()->type_name("FILE");
    sub->add_option("-o,--output", arguments->output, "Model file")->required()->type_name("MODEL");
    sub->callback([&session, arguments] { import(session, *arguments); });
}

}  // namespace ern::cli

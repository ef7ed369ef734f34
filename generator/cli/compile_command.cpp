// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/locations.h"
#include "cli/session.h"
#include "model/file.h"
#include "schedule/image.h"
#include "schedule/plan.h"
#include "support/file.h"

namespace ern::cli {

namespace {

struct CompileArguments {
    std::string model, accelerator, output, picture;
};

// Where every map lies, and what runs together.
void report_memory(nlohmann::ordered_json& report, const schedule::Plan& plan, const std::vector<std::string>& layers) {
    const auto step = [&](int index) { return plan.steps[static_cast<std::size_t>(index)].name; };
    for (const char* key : {"segments", "activations", "sums"}) report[key] = nlohmann::ordered_json::array();
    for (const schedule::Segment& s : plan.segments) {
        report["segments"].push_back({{"first", step(s.first)}, {"last", step(s.last)}, {"tile_pixels", s.tile_pixels}, {"tall", s.tall}, {"in_two", s.in_two}});
    }
    for (const schedule::ActivationBuffer& b : plan.activations) {
        const std::string& layer = layers[static_cast<std::size_t>(b.layer)];
        report["activations"].push_back({{"layer", layer}, {"base", b.base}, {"words", b.words}, {"rows", b.rows}});
    }
    for (const schedule::SumBuffer& b : plan.sums) {
        report["sums"].push_back({{"step", step(b.step)}, {"base", b.base}, {"words", b.words}, {"kept", b.kept}});
    }
}

void compile(Session& session, const CompileArguments& arguments) {
    const auto network = model::read_network(find_in_models(arguments.model, ".ern"));
    const auto accelerator = schedule::read_accelerator(find_accelerator(arguments.accelerator));
    const schedule::Plan plan = schedule::make_plan(network, accelerator);
    if (!arguments.output.empty()) support::write_file(arguments.output, schedule::serialize(schedule::make_image(plan)));
    std::vector<std::string> names;
    for (const model::Layer& layer : plan.network.layers) names.push_back(layer.name);
    if (!arguments.picture.empty()) support::write_text(arguments.picture, schedule::memory_picture(plan));
    session.say("{}", schedule::describe(plan));

    auto& report = session.report;
    report["network"] = plan.network_name;
    report["accelerator"] = accelerator.name;
    report["predicted_cycles"] = plan.predicted_cycles;
    report["layers"] = nlohmann::ordered_json::array();
    for (const schedule::Step& step : plan.steps) {
        report["layers"].push_back({{"name", step.name},
                                    {"passes", step.passes},
                                    {"tiles", step.descriptors},
                                    {"macs", step.macs},
                                    {"predicted_cycles", step.predicted_cycles},
                                    {"utilisation", plan.utilisation(step)},
                                    {"remark", step.remark}});
    }
    report_memory(report, plan, names);
    report["bram_kbit"] = static_cast<double>(accelerator.memory_bits()) / 1024;
    const schedule::Traffic traffic = schedule::traffic_of(plan);
    report["external_bytes"] = traffic.bytes();
    report["external_memory_cycles"] = traffic.memory_cycles;
    report["compute_cycles"] = traffic.compute_cycles;
    report["accumulator_bits_needed"] = plan.accumulator_bits_needed;
    report["activation_words_used"] = plan.activation_words_used;
    report["sum_words_used"] = plan.sum_words_used;
    report["weight_rows_used"] = plan.weights.size();
    report["threshold_rows_used"] = plan.thresholds.size();
    report["program_words_used"] = plan.program.size() * schedule::kDescriptorWords;
}

}  // namespace

void add_compile(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<CompileArguments>();
    CLI::App* sub = add_subcommand(app, session, "compile", "Schedule a model on an accelerator",
                                   "Places every map in memory, proves that nothing overflows, predicts the cycles of "
                                   "each layer, and writes the program that the host loads.\n"
                                   "  ernforge compile ern-fashion --accel ulx3s-25f -o ern-fashion.ernprog");
    sub->add_option("model", arguments->model, "Model file, or its name in models/")->required();
    sub->add_option("--accel", arguments->accelerator, "Accelerator configuration, or its name in accelerators/")
        ->required()
        ->type_name("CONFIG");
    sub->add_option("-o,--output", arguments->output, "Program file; without it the plan is only printed")->type_name("FILE");
    sub->add_option("--picture", arguments->picture, "Draw both memories over the time of a frame, as SVG")->type_name("FILE");
    sub->callback([&session, arguments] { compile(session, *arguments); });
}

}  // namespace ern::cli

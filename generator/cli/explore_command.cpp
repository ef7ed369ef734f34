// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/explore.h"
#include "cli/locations.h"
#include "cli/session.h"
#include "model/file.h"
#include "support/file.h"

namespace ern::cli {

namespace {

struct ExploreArguments {
    std::string model, board, picture, output;
};

nlohmann::ordered_json design_json(const Design& d) {
    const auto& a = d.accelerator;
    return {{"name", a.name},
            {"lanes", a.lanes()},
            {"outputs", a.outputs},
            {"external", a.external.kind != schedule::MemoryKind::none},
            {"lut4", d.estimate.used.lut4},
            {"ff", d.estimate.used.ff},
            {"ebr", d.estimate.used.ebr},
            {"clock_mhz", d.estimate.clock_mhz},
            {"cycles", d.cycles},
            {"frames_a_second", d.frames_a_second()},
            {"pareto", d.pareto},
            {"refusal", d.refusal}};
}

void print_design(Session& session, const Design& d) {
    const std::string shape = fmt::format("{}x{}", d.accelerator.lanes(), d.accelerator.outputs);
    const auto kind = d.accelerator.external.kind;
    const std::string_view memory = kind == schedule::MemoryKind::none ? "chip" : schedule::memory_name(kind);
    if (!d.refusal.empty()) {
        session.say("{:>8} {:5} {}\n", shape, memory, d.refusal);
        return;
    }
    session.say("{:>8} {:5} {:>6} {:>6} {:>4} {:>6.1f} {:>9} {:>8.1f}\n", shape, memory, d.estimate.used.lut4,
                d.estimate.used.ff, d.estimate.used.ebr, d.estimate.clock_mhz, d.cycles, d.frames_a_second());
}

void explore(Session& session, const ExploreArguments& arguments) {
    const auto network = model::read_network(find_in_models(arguments.model, ".ern"));
    const fpga::Board& board = fpga::find_board(arguments.board);
    session.say("{} on {}: predicted\n{:>8} {:5} {:>6} {:>6} {:>4} {:>6} {:>9} {:>8}\n", network.name, board.title, "array",
                "memory", "LUT4", "FF", "EBR", "MHz", "cycles", "frames/s");
    const auto designs = explore_designs(network, board, [&](const Design& d) { print_design(session, d); });
    for (const Design& d : designs) session.report["designs"].push_back(design_json(d));
    if (!arguments.picture.empty()) {
        support::write_text(arguments.picture, pareto_chart(designs, network.name + " on " + board.title));
    }
    const Design& best = best_design(designs, board);
    session.report["best"] = best.accelerator.name;
    session.say("best: {}, {:.1f} frames a second\n", best.accelerator.name, best.frames_a_second());
    if (!arguments.output.empty()) support::write_text(arguments.output, chosen_configuration(best));
}

}  // namespace

void add_explore(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<ExploreArguments>();
    CLI::App* sub = add_subcommand(app, session, "explore", "Compare the accelerators that fit a model and a board",
                                   "Every sensible shape with predicted LUT, registers, block RAM, clock, cycles and frames a "
                                   "second, or the reason why it does not fit.\n"
                                   "  ernforge explore ern-fashion --board ulx3s-25f -o best.toml --picture pareto.svg");
    sub->add_option("model", arguments->model, "Model file, or its name in models/")->required();
    sub->add_option("--board", arguments->board, "Board")->required()->type_name("NAME");
    sub->add_option("--picture", arguments->picture, "LUT against frames a second, as SVG")->type_name("FILE");
    sub->add_option("-o,--output", arguments->output, "Configuration of the fastest")->type_name("FILE");
    sub->callback([&session, arguments] { explore(session, *arguments); });
}

}  // namespace ern::cli

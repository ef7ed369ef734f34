// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/explore.h"
#include "cli/locations.h"
#include "cli/session.h"
#include "emit/project.h"
#include "model/file.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::cli {

namespace {

struct GenerateArguments {
    std::string accelerator, output, model, board;
    std::string target = "portable";
};

// The fastest accelerator for the model on the board, whose configuration is written beside the Verilog.
schedule::Accelerator accelerator_for(Session& session, const GenerateArguments& arguments) {
    const auto network = model::read_network(find_in_models(arguments.model, ".ern"));
    const fpga::Board& board = fpga::find_board(arguments.board);
    const auto designs = explore_designs(network, board, [](const Design&) {});
    const Design& best = best_design(designs, board);
    const std::filesystem::path file = std::filesystem::path(arguments.output) / "accelerator.toml";
    support::write_text(file, chosen_configuration(best));
    session.say("{}: {}, predicted {:.1f} frames a second at {:.0f} MHz\n", file.string(), best.accelerator.name,
                best.frames_a_second(), best.estimate.clock_mhz);
    return best.accelerator;
}

void generate(Session& session, const GenerateArguments& arguments) {
    if (arguments.accelerator.empty() == arguments.board.empty()) fail("generate: give either --accel or --board");
    if (!arguments.board.empty() && arguments.model.empty()) fail("generate: --board needs --model");
    const auto accelerator = arguments.board.empty() ? schedule::read_accelerator(find_accelerator(arguments.accelerator))
                                                     : accelerator_for(session, arguments);
    const auto target = arguments.target == "ecp5" ? emit::Target::ecp5 : emit::Target::portable;
    emit::Project project;
    if (arguments.model.empty()) {
        project = emit::write_project(accelerator, target, arguments.output);
    } else {
        const auto plan = schedule::make_plan(model::read_network(find_in_models(arguments.model, ".ern")), accelerator);
        project = emit::write_project(accelerator, target, arguments.output, &plan);
    }
    session.say("{}: {} files; top module ern_top, file list files.f\n", arguments.output, project.files.size());
    for (const auto& file : project.files) session.report["files"].push_back(file.generic_string());
    for (const auto& parameter : emit::parameters(accelerator, target)) {
        session.report["parameters"][parameter.name] = parameter.value;
    }
}

}  // namespace

void add_generate(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<GenerateArguments>();
    CLI::App* sub = add_subcommand(app, session, "generate", "Write the Verilog project of an accelerator",
                                   "The modules unchanged, a top with the parameters, a file list and a manifest; with "
                                   "--model also the memory images. The same input gives the same bytes.\n"
                                   "  ernforge generate --accel ulx3s-25f -o out/verilog\n"
                                   "  cd out/verilog && verilator --lint-only -Wall --top-module ern_top -f files.f");
    sub->add_option("--accel", arguments->accelerator, "Accelerator configuration, or its name in accelerators/")
        ->type_name("CONFIG");
    sub->add_option("--board", arguments->board, "Instead of a configuration: the fastest for --model on this board")
        ->type_name("NAME");
    sub->add_option("-o,--output", arguments->output, "Folder of the project")->required()->type_name("DIR");
    sub->add_option("--model", arguments->model, "Model whose program, weights and thresholds are written too");
    sub->add_option("--target", arguments->target, "Body of the dot units")->check(CLI::IsMember({"portable", "ecp5"}));
    sub->callback([&session, arguments] { generate(session, *arguments); });
}

}  // namespace ern::cli

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "cli/locations.h"
#include "cli/session.h"
#include "emit/project.h"
#include "fpga/ddr3.h"
#include "fpga/estimate.h"
#include "fpga/flow.h"
#include "fpga/pll.h"
#include "fpga/tools.h"
#include "support/error.h"
#include "support/file.h"
#include "support/parallel.h"

namespace ern::cli {

namespace fs = std::filesystem;

namespace {

struct SynthArguments {
    std::string accelerator, board, output;
    std::string target = "ecp5";
    int seeds = 1;
    int first_seed = 1;
    int jobs = 0;  // 0: as many as seeds and cores
    int timing_weight = 0;  // 0: the device's
    bool pictures = false;
    bool estimate = false;
};

// The accelerator's Verilog, the board's top beside it, and what of both Yosys has to read.
std::vector<fs::path> write_verilog(const schedule::Accelerator& accelerator, const fpga::Top& top, emit::Target target,
                                    const fs::path& directory) {
    const emit::Project project = emit::write_project(accelerator, target, directory);
    std::vector<fs::path> files;
    for (const fs::path& file : project.files) {
        if (file.extension() == ".v" || file.extension() == ".vh") files.push_back(directory / file);
    }
    for (const std::string& name : top.files) {
        support::write_text(directory / name, support::read_text(emit::rtl_directory() / "boards" / name));
        files.push_back(directory / name);
    }
    return files;
}

nlohmann::ordered_json seed_json(const fpga::SeedResult& seed) {
    nlohmann::ordered_json json = {{"seed", seed.seed},
                                   {"fmax_mhz", seed.fmax_mhz},
                                   {"placed_mhz", seed.placement.placed_mhz},
                                   {"good", seed.objection.empty()},
                                   {"objection", seed.objection},
                                   {"seconds", seed.seconds}};
    if (seed.slowest.ns > 0) {
        json["slowest_path"] = {{"from", seed.slowest.from}, {"to", seed.slowest.to}, {"ns", seed.slowest.ns}, {"wires_ns", seed.slowest.wires_ns}};
    }
    auto& clocks = json["clocks"] = nlohmann::ordered_json::array();
    for (const fpga::Clock& clock : seed.placement.clocks) {
        clocks.push_back(
            {{"net", clock.net}, {"fmax_mhz", clock.achieved_mhz}, {"constraint_mhz", clock.constraint_mhz}});
    }
    return json;
}

nlohmann::ordered_json predicted_json(const fpga::Estimate& e) {
    return {{"lut4", e.used.lut4}, {"ff", e.used.ff}, {"ebr", e.used.ebr}, {"clock_mhz", e.clock_mhz}};
}

void report(Session& session, const fpga::FlowResult& result, const fpga::Board& board, const fpga::Pll& pll) {
    const fpga::SeedResult& best = result.seeds[result.best];
    const fpga::Usage& used = best.placement.used;
    auto& json = session.report;
    json["board"] = board.name;
    json["device"] = board.device;
    json["good"] = result.good;
    json["lut4"] = used.lut4;
    json["ff"] = used.ff;
    json["ebr"] = used.ebr;
    json["dsp"] = used.dsp;
    json["available"] = {{"lut4", board.capacity.lut4}, {"ff", board.capacity.ff}, {"ebr", board.capacity.ebr},
                         {"dsp", board.capacity.dsp}};
    json["fmax_mhz"] = best.fmax_mhz;
    json["target_mhz"] = result.target_mhz;
    json["pll"] = {{"input_div", pll.input_div}, {"feedback_div", pll.feedback_div}, {"output_div", pll.output_div},
                   {"vco_mhz", pll.vco_mhz}};
    json["best_seed"] = best.seed;
    auto& seeds = json["seeds"] = nlohmann::ordered_json::array();
    for (const fpga::SeedResult& seed : result.seeds) seeds.push_back(seed_json(seed));
    json["bitstream"] = result.bitstream.generic_string();
    json["svf"] = result.svf.generic_string();
    json["tools"] = {{"yosys", result.yosys}, {"nextpnr", result.nextpnr}, {"ecppack", result.ecppack}};

    const auto line = [&](const char* name, int count, int all) {
        session.say("  {:5} {:6} of {:6} ({:3.0f} %)\n", name, count, all, 100.0 * count / all);
    };
    line("LUT4", used.lut4, board.capacity.lut4);
    line("FF", used.ff, board.capacity.ff);
    line("EBR", used.ebr, board.capacity.ebr);
    line("DSP", used.dsp, board.capacity.dsp);
    session.say("  clock {:.2f} MHz, {:.2f} MHz wanted, seed {}\n", best.fmax_mhz, result.target_mhz, best.seed);
    if (best.slowest.ns > 0) {
        session.say("  slowest path {:.2f} ns, {:.2f} ns of it in wires, from {} to {}\n", best.slowest.ns, best.slowest.wires_ns, best.slowest.from,
                    best.slowest.to);
    }
    session.say("  {}; nextpnr {}; {}\n", result.yosys, result.nextpnr, result.ecppack);
}

void say_estimate(Session& session, const fpga::Estimate& e, const fpga::Board& board) {
    session.report["predicted"] = predicted_json(e);
    session.say("on {}, predicted: {} LUT4, {} FF, {} block RAMs, {:.0f} MHz\n", board.name, e.used.lut4, e.used.ff, e.used.ebr, e.clock_mhz);
}

void synth(Session& session, const SynthArguments& arguments) {
    const auto accelerator = schedule::read_accelerator(find_accelerator(arguments.accelerator));
    const std::string board_name = arguments.board.empty() ? accelerator.board : arguments.board;
    if (board_name.empty()) fail("{}: the configuration names no board; give --board", arguments.accelerator);
    const fpga::Board& board = fpga::find_board(board_name);
    const bool external = accelerator.external.kind != schedule::MemoryKind::none;
    const bool ddr3 = external && board.memory == schedule::MemoryKind::ddr3;
    const fpga::Pll pll = fpga::pll_of(board, external, accelerator.clock_mhz);
    if (const std::string why = fpga::refusal(accelerator, board); !why.empty()) {
        fail("{} on {}: {}; ernforge explore shows what fits", accelerator.name, board.name, why);
    }
    if (arguments.estimate) return say_estimate(session, fpga::estimate(accelerator, board), board);
    if (arguments.output.empty()) fail("synth needs -o DIR, the folder of everything that is made");
    const fpga::Top top = fpga::top_of(board, pll, external, accelerator.external.port_bits);
    fpga::require_tools();
    if (ddr3) fpga::require_litedram();
    const fs::path directory = arguments.output;
    const auto target = arguments.target == "ecp5" ? emit::Target::ecp5 : emit::Target::portable;
    auto verilog = write_verilog(accelerator, top, target, directory / "verilog");
    if (ddr3) {
        for (const fs::path& file : fpga::write_ddr3_core(board, top.mhz, directory / "verilog")) verilog.push_back(file);
    }

    fpga::FlowOptions options;
    options.directory = directory;
    options.name = accelerator.name;
    options.first_seed = arguments.first_seed;
    options.seeds = arguments.seeds;
    options.jobs = arguments.jobs > 0 ? arguments.jobs : std::min(arguments.seeds, support::default_jobs());
    options.timing_weight = arguments.timing_weight;
    options.pictures = arguments.pictures;
    options.say = [&session](const std::string& text) { session.say("{}\n", text); };
    auto bar = session.bar("synth", 100);
    options.progress = [&bar](int percent, const std::string& note) { bar.update(percent, note); };
    session.say("{} on {} at {:g} MHz, {} {}\n", accelerator.name, board.title, top.mhz, arguments.seeds,
                arguments.seeds == 1 ? "seed" : "seeds");

    const fpga::FlowResult result = fpga::synthesize(verilog, top, board, options);
    session.report["accelerator"] = accelerator.name;
    session.report["predicted"] = predicted_json(fpga::estimate(accelerator, board));
    report(session, result, board, pll);
    support::write_text(directory / "synth.json", session.report.dump(2) + "\n");
    if (result.good) {
        session.say("{}\n{}\n", result.bitstream.string(), result.svf.string());
    } else {
        session.status = kExitWrong;
        fmt::print(stderr, "ernforge: no bitstream, because {}\n", result.seeds[result.best].objection);
    }
}

}  // namespace

void add_synth(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<SynthArguments>();
    CLI::App* sub = add_subcommand(app, session, "synth", "Make the bitstream of an accelerator",
                                   "Yosys, nextpnr with one or more seeds, ecppack. A missed or unconstrained clock is a "
                                   "failure (status 1) and leaves no bitstream. A second run takes what has not changed "
                                   "from DIR.\n"
                                   "  ernforge synth --accel ulx3s-25f --seeds 4 --jobs 2 -o out/ulx3s-25f");
    sub->add_option("--accel", arguments->accelerator, "Accelerator configuration, or its name in accelerators/")
        ->required()
        ->type_name("CONFIG");
    sub->add_option("--board", arguments->board, "Board (the configuration's own)")->type_name("NAME");
    sub->add_option("-o,--output", arguments->output, "Folder of everything that is made")->type_name("DIR");
    sub->add_option("--seeds", arguments->seeds, "Placements to try")->check(CLI::Range(1, 1000));
    sub->add_option("--seed", arguments->first_seed, "Seed of the first one")->check(CLI::Range(1, 1000000));
    sub->add_option("--jobs", arguments->jobs, "Placements side by side (as many as cores)")->check(CLI::Range(1, 256));
    sub->add_option("--timing-weight", arguments->timing_weight,
                    "How much the placer pulls critical connections together (100 on an 85F, 30 on a 45F, 10 on others); less makes shorter wires")
        ->check(CLI::Range(1, 10000))
        ->type_name("N");
    sub->add_option("--target", arguments->target, "Body of the dot units")->check(CLI::IsMember({"portable", "ecp5"}));
    sub->add_flag("--estimate", arguments->estimate, "Only predict LUT, registers, block RAM and clock; starts no tool");
    sub->add_flag("--pictures", arguments->pictures, "Draw every seed's placement and routing as SVG");
    sub->callback([&session, arguments] { synth(session, *arguments); });
}

}  // namespace ern::cli

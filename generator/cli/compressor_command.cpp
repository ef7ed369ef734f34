// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/session.h"
#include "emit/compressor.h"
#include "support/file.h"

namespace ern::cli {

namespace {

struct CompressorArguments {
    int lanes = 32, levels = 5, effort = 3000;
    std::uint32_t registers = 0b1001;
    std::string output, module_name = "ern_ecp5_tile";
};

void compressor(Session& session, const CompressorArguments& arguments) {
    const auto tree = emit::find_compressor(arguments.lanes, arguments.levels, arguments.effort);
    session.say("{} lanes in {} levels: {} positions, {:.2f} a lane\n", tree.lanes, tree.levels.size(), tree.positions,
                static_cast<double>(tree.positions) / tree.lanes);
    session.report["lanes"] = tree.lanes;
    session.report["positions"] = tree.positions;
    for (const auto& level : tree.levels) {
        auto fields = nlohmann::ordered_json::array();
        for (const emit::Field& f : level) fields.push_back({{"start", f.start}, {"length", f.length}, {"first_bits", f.first_bits}});
        session.report["levels"].push_back(fields);
    }
    if (arguments.output.empty()) return;
    support::write_text(arguments.output, emit::compressor_verilog(tree, arguments.registers, arguments.module_name));
}

}  // namespace

void add_compressor(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<CompressorArguments>();
    CLI::App* sub = add_subcommand(app, session, "compressor", "Search a compressor tree for ECP5 carry chains",
                                   "Writes the module that rtl_templates/array/ern_ecp5_tile.v holds; the same arguments give the "
                                   "same tree.\n"
                                   "  ernforge compressor --lanes 32 --levels 5 -o rtl_templates/array/ern_ecp5_tile.v");
    sub->add_option("--lanes", arguments->lanes, "Lanes of a tile")->check(CLI::Range(4, 64));
    sub->add_option("--levels", arguments->levels, "Levels of fields before the partial sum's adder")->check(CLI::Range(1, 10));
    sub->add_option("--registers", arguments->registers, "Bit i: registers after level i");
    sub->add_option("--effort", arguments->effort, "Trials a state of the search")->check(CLI::Range(1, 1000000));
    sub->add_option("-o,--output", arguments->output, "Verilog module")->type_name("FILE");
    sub->callback([&session, arguments] { compressor(session, *arguments); });
}

}  // namespace ern::cli

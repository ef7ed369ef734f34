// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "fpga/board.h"
#include "fpga/report.h"

namespace ern::fpga {

struct FlowOptions {
    std::filesystem::path directory;  // everything goes here, and what fits is taken from here the next time
    std::string name = "design";      // of the bitstream
    int first_seed = 1;
    int seeds = 1;
    int jobs = 1;
    bool abc9 = true;       // Yosys' technology mapping with delays
    int timing_weight = 0;  // of critical connections in the placer, 0: 100 on an 85F, 30 on a 45F, nextpnr's own 10 on others
    bool pictures = false;  // placed.svg and routed.svg of every seed
    // Lines for people, and what stands under way: percent of the whole and a note.
    std::function<void(const std::string&)> say = [](const std::string&) {};
    std::function<void(int, const std::string&)> progress = [](int, const std::string&) {};
};

struct SeedResult {
    int seed = 0;
    Placement placement{};
    double fmax_mhz = 0;    // of the target clock, 0 where routing failed
    Path slowest{};         // what limits it; 0 ns where there is no report
    std::string objection{};  // empty: good
    double seconds = 0;     // 0 where it was there already
};

struct FlowResult {
    double target_mhz = 0;  // the clock that the design runs at
    std::vector<SeedResult> seeds;
    std::size_t best = 0;  // of seeds: the fastest good one, else the fastest
    bool good = false;
    std::filesystem::path bitstream, svf;  // empty where nothing is good
    std::string yosys, nextpnr, ecppack;   // versions
    int opened_chain_ends = 0;
};

// Verilog to bitstream: Yosys, then nextpnr once a seed with `jobs` of them side by side, then ecppack of the fastest seed
// that meets the clock. The top and all that it needs must be in `verilog`; names that end in .vh are found by `include.
// Every step keeps its result in options.directory under the CRC-32s of its inputs, its options and the tool's version,
// and is served from there as long as they are the same. A bitstream is only left behind where result.good is true.
// Throws Error where a tool is missing or Yosys refuses the design.
FlowResult synthesize(const std::vector<std::filesystem::path>& verilog, const Top& top, const Board& board,
                      const FlowOptions& options);

}  // namespace ern::fpga

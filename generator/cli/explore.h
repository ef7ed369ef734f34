// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fpga/estimate.h"
#include "model/network.h"
#include "schedule/plan.h"

namespace ern::cli {

// One shape of accelerator for a network on a board: what it takes, how fast it is, or why it is not possible.
struct Design {
    schedule::Accelerator accelerator;
    fpga::Estimate estimate;
    std::int64_t cycles = 0;
    std::string refusal;     // empty: it fits
    bool pareto = false;     // no other one is as fast with fewer LUT
    double frames_a_second() const { return cycles > 0 ? estimate.clock_mhz * 1e6 / static_cast<double>(cycles) : 0; }
};

// All sensible shapes, each with the smallest memories that hold the network; the fastest three with external memory then with memories
// that make them faster (kept rows, overlapping frames, more words). `say` is called with each design as it is found, and again with
// those that became faster.
std::vector<Design> explore_designs(const model::Network& network, const fpga::Board& board,
                                    const std::function<void(const Design&)>& say);

// The fastest that fits. Throws Error with the reasons of all where none does.
const Design& best_design(const std::vector<Design>& designs, const fpga::Board& board);

// The configuration file of a design.
std::string chosen_configuration(const Design& design);

// LUT against frames a second, as SVG.
std::string pareto_chart(const std::vector<Design>& designs, const std::string& title);

}  // namespace ern::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "fuzz/random.h"
#include "schedule/accelerator.h"

namespace ern::campaign {

inline constexpr int kPairedLanes = 60;   // channels of a word, from which on it can hold two rows of a picture

struct ConfigurationLimits {
    int macs_per_cycle = 2048;  // what Verilator has to build
    bool external = true;       // may have external memory
    bool small = false;         // memories as small as they may be, for slow simulators
    bool tiny = false;          // and smaller: every bit of them is a cell of a netlist for ECP5
};

// Any legal configuration: taps 2 to 9 in 1 to 4 rows, words of 8 to 64 channels, outputs a part of a word or up to as many words as
// there are taps, every depth and width; memories large and so small that maps run by strips.
schedule::Accelerator random_configuration(fuzz::Random& random, const ConfigurationLimits& limits);

nlohmann::ordered_json to_json(const schedule::Accelerator& accelerator);
// Throws Error, naming source and key.
schedule::Accelerator accelerator_from_json(const nlohmann::json& json, std::string_view source);

}  // namespace ern::campaign

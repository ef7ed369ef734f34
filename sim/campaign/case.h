// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "campaign/configuration.h"
#include "fuzz/network_spec.h"

namespace ern::campaign {

enum class Simulator { verilator, icarus, gates, gates_abc9 };  // the last two: netlists, mapped by abc and by abc9
Simulator simulator_of(const std::string& name);
std::string_view name_of(Simulator simulator);

// How a case is run.
struct Run {
    int frames = 4;
    int stall_percent = 0;
    int late_percent = 0;  // external memory that takes and gives late
    bool load_through_link = false;
    std::uint32_t seed = 1;  // power-up values, stalls, pictures
    bool operator==(const Run&) const = default;
};

// A network on an accelerator: one thing to try.
struct Case {
    schedule::Accelerator accelerator;
    fuzz::NetworkSpec network;
    Run run;
    bool operator==(const Case&) const = default;
};

// Pictures of a case: noise, black, white, gradients, few bright pixels.
std::vector<std::vector<std::uint8_t>> pictures_of(const Case& c);

// The configuration of a group, and the number-th case on it.
schedule::Accelerator group_configuration(std::uint32_t group, Simulator simulator);
Case group_case(std::uint32_t group, int number, const schedule::Accelerator& accelerator, Simulator simulator);

// A regression: the case, what went wrong with it and in which simulator.
struct Regression {
    Case test;
    Simulator simulator = Simulator::verilator;
    std::string found;  // one line
};
std::string to_text(const Regression& regression);
Regression parse_regression(std::string_view text, std::string_view source);

}  // namespace ern::campaign

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ern::fpga {

struct Prepared {
    std::string json;
    int opened_chain_ends = 0;  // carry inputs and outputs (netlist.h)
    int output_registers = 0;   // that have gone into block RAM (output_registers.h)
    int split_nets = 0;         // of more readers than the limit (fan_out.h)
    int copies = 0;             // of these nets' drivers
};

// Readers of a LUT or a register, at most. Copies are more to place: on an 85F, where an array of 192 lanes has ten times as many wires,
// they cost more than they gain where a wire has less than 64.
constexpr int kFanOut = 24, kFanOutLarge = 64;

// What is done to a Yosys JSON netlist before nextpnr places it. The circuit is the same: simulations of netlists have this one.
// Throws Error where the text is not such a netlist.
Prepared prepare_netlist(const std::string& json, int fan_out = kFanOut);

}  // namespace ern::fpga

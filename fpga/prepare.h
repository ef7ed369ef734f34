// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ern::fpga {

struct Prepared {
    std::string json;
    int opened_chain_ends = 0;  // carry inputs and outputs (netlist.h)
    int output_registers = 0;   // that have gone into block RAM (output_registers.h)
    int split_nets = 0;         // of more than kFanOut readers (fan_out.h)
    int copies = 0;             // of these nets' drivers
};

constexpr int kFanOut = 24;  // readers of a LUT or a register, at most

// What is done to a Yosys JSON netlist before nextpnr places it. The circuit is the same: simulations of netlists have this one.
// Throws Error where the text is not such a netlist.
Prepared prepare_netlist(const std::string& json);

}  // namespace ern::fpga

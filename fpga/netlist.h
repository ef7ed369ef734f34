// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ern::fpga {

struct ChainEnds {
    std::string json;
    int opened = 0;
};

// Takes the carry outputs that nothing reads, and the constants that go into separators as carry (Yosys makes zeros of
// what is undefined), off the CCU2C cells of a Yosys JSON netlist, by giving them the constant "x". nextpnr adds a cell to a
// chain whose first carry input or last carry output is connected, whether or not it matters.
// Works on the text line by line, as Yosys writes it, because a netlist of a whole accelerator is hundreds of megabytes;
// everything else stays as it is, byte for byte. Throws Error where the text is not such a netlist.
ChainEnds open_chain_ends(const std::string& json);

}  // namespace ern::fpga

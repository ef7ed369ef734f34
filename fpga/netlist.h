// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ern::fpga {

struct ChainEnds {
    std::string json;
    int opened = 0;
};

// Takes the carry outputs that nothing reads off the CCU2C cells of a Yosys JSON netlist, by giving them the constant
// "x". nextpnr adds a cell to a chain whose last carry output is a net, whether or not anybody reads it.
// Works on the text line by line, as Yosys writes it, because a netlist of a whole accelerator is hundreds of megabytes;
// everything else stays as it is, byte for byte. Throws Error where the text is not such a netlist.
ChainEnds open_chain_ends(const std::string& json);

}  // namespace ern::fpga

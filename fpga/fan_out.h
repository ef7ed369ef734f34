// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ern::fpga {

struct FanOut {
    std::string json;
    int nets = 0;    // that had more readers than the limit
    int copies = 0;  // of their drivers
};

// Gives every LUT4 and TRELLIS_FF whose output has more than `limit` (>= 1) readers copies of itself, so that each drives its share,
// in a Yosys JSON netlist. nextpnr's model of the ECP5 adds a delay for every switch that a wire drives, in its final timing
// alone: neither the placer nor router2 sees it, so a net of 200 readers turns up after routing with 4 ns between neighbours.
// Readers are shared out in the order of their names, neighbouring bits to the same copy. Clocks, enables and resets are not
// counted and stay, as do block RAM and the cells of pins, nets into a PFUMX or L6MUX21 of the same slice, and nets of the module's ports.
// Works on the text, like open_chain_ends. Throws Error where the text is not such a netlist.
FanOut split_fan_out(const std::string& json, int limit);

}  // namespace ern::fpga

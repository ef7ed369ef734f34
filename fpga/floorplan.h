// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "fpga/board.h"

namespace ern::fpga {

struct Floorplan {
    std::string json;
    int placed = 0;  // block RAMs that have a place now; 0: the design is left to the placer
};

// Gives the block RAMs of an accelerator places on the device, as BEL attributes in a Yosys JSON netlist,
// where they take at least half of a 45F or 85F: partial sums below their columns, in the lower row or two of
// block RAM, bits of the same outputs side by side; activations in the two upper rows by channels; the
// weights' streams at the left, where they enter the array, and the other queues of external memory beside
// them. Logic follows the memories that it talks to, so this is what makes the placer lay the array out in
// the order of its columns. Other devices and smaller designs stay as they are. Works on the text, like
// open_chain_ends; throws Error where the text is not such a netlist.
Floorplan place_block_rams(const std::string& json, const Board& board);

}  // namespace ern::fpga

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "fpga/board.h"
#include "fpga/report.h"
#include "schedule/accelerator.h"

namespace ern::fpga {

// What an accelerator with the ECP5 dot units will take on a board, before synthesis: block RAM from the shapes of the
// memories as Yosys cuts them, LUT and FF from the counts of the modules, the clock from the share of the device in use.
// docs/fpga.md compares it with routed designs.
struct Estimate {
    Usage used;
    double clock_mhz = 0;
};
Estimate estimate(const schedule::Accelerator& accelerator, const Board& board);

// Why the accelerator will not fit the board, with what it needs and what there is; empty where it will.
std::string refusal(const schedule::Accelerator& accelerator, const Board& board);

// Block RAMs of a memory of `depth` words of `bits` (ern_ram).
int block_rams(int bits, int depth);

}  // namespace ern::fpga

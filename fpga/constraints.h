// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "fpga/board.h"

namespace ern::fpga {

// What nextpnr is asked for: 3 % over the accelerator's clock. Its router is content with a path that its last timing, which adds to every
// wire's delay by the switches that it drives, then finds too long (0.6 % of 100 MHz in ern-ulx3s-85f).
inline double asked_mhz(const Top& top) { return 1.03 * top.mhz; }

// The constraint file (.lpf) of a board's top: the oscillator's frequency, the accelerator's clock with its margin, and site and
// electrical standard of every pin.
std::string lpf(const Board& board, const Top& top);

}  // namespace ern::fpga

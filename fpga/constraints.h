// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "fpga/board.h"

namespace ern::fpga {

// The constraint file (.lpf) of a board's top: the oscillator's frequency, and site and electrical standard of every pin.
std::string lpf(const Board& board, const Top& top);

}  // namespace ern::fpga

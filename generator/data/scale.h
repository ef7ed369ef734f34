// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/network.h"

namespace ern::data {

// A picture [y][x][colour] of `from` in the height and width of `to`; the colours stay. The largest part of to's
// proportions around the centre is taken. Shrinking takes the mean of the area that a pixel covers, enlarging goes
// linearly between the nearest pixels; both in each direction by itself. Rounded to the nearest, halves up.
std::vector<std::uint8_t> scale_picture(std::span<const std::uint8_t> pixels, const model::Shape& from,
                                        const model::Shape& to);

}  // namespace ern::data

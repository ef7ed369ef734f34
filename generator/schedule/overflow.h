// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "model/network.h"

namespace ern::schedule {

// The interval that a value provably stays in, whatever the picture.
struct Range {
    std::int64_t low = 0, high = 0;
    std::int64_t magnitude() const { return high > -low ? high : -low; }
};

// Per layer, the hull over its channels of the accumulators and of every partial sum on the way to them, from the
// actual signs: a convolution's output with p positive and n negative weights lies in [-3n, 3p], and so does every
// subset of its terms; a residual add adds intervals channel by channel. Layers without accumulators give {0, 0}.
std::vector<Range> accumulator_ranges(const model::Network& network);

// Bits of a signed number that holds the range, with its largest value to spare: that one stands for "never" in the
// thresholds.
int bits_needed(const Range& range);

}  // namespace ern::schedule

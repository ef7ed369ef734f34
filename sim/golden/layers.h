// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "golden/golden.h"

namespace ern::golden {

// One function a layer kind. Maps are [y][x][c]; the formulas stand at the operations in model/network.h. The
// network is checked before: sizes fit, and no sum leaves int32.

// Picture bytes -> codes 0..3, in.channels * codes_per_channel of them a pixel.
Codes embed_pixels(const model::PixelEmbedding& embedding, std::span<const std::uint8_t> picture,
                   const model::Shape& in);

// Codes -> sums of +-(code + code_offset); 0 outside the map.
Accumulators convolve(const model::Conv& conv, const Codes& codes, const model::Shape& in, int code_offset,
                      const model::Shape& out);

// Element by element; both maps have the same shape.
Accumulators add(const Accumulators& a, const Accumulators& b);

// Accumulators -> codes 0..3, thresholds of the value's channel.
Codes quantize(const model::Thresholds& thresholds, const Accumulators& accumulators);

// Codes -> codes over a window; code 0 outside the map.
Codes pool(const model::Pool& pool, const Codes& codes, const model::Shape& in, const model::Shape& out);

// Sum over all pixels, one a channel.
Sums sum_pixels(const Accumulators& accumulators, const model::Shape& in);

}  // namespace ern::golden

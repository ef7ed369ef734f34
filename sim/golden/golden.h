// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "model/network.h"

namespace ern::golden {

// The bit-exact reference: one naive function a layer kind, loops in the order of the formula, int32 accumulators.
// Readable before fast; the judge of the generator, the hardware and the CPU engine. Depends on the Model alone.

using Codes = std::vector<std::uint8_t>;         // [y][x][c]
using Accumulators = std::vector<std::int32_t>;  // [y][x][c]
using Sums = std::vector<std::int64_t>;          // [c]
using Map = std::variant<Codes, Accumulators, Sums>;

struct Result {
    std::vector<Map> maps;       // one a layer, in the network's order
    std::vector<double> logits;  // one a class
};

// picture: bytes [y][x][colour] of network.input. Throws Error when its size is another.
Result run(const model::Network& network, std::span<const std::uint8_t> picture);

// Index of the largest logit; the first of equals.
int best_class(std::span<const double> logits);

}  // namespace ern::golden

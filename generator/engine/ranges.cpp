// SPDX-License-Identifier: Apache-2.0
// Which maps of accumulators fit 16 bits, from the weights: no picture can leave the range.
#include <algorithm>

#include "engine/prepare.h"

namespace ern::engine {

namespace {

std::size_t index(int at) { return static_cast<std::size_t>(at); }

struct Range {
    std::int64_t low = 0, high = 0;
};

// Weights +1 of an output.
std::int64_t positives(const model::WeightBits& weights, int out) {
    std::int64_t count = 0;
    for (int ky = 0; ky < weights.kernel(); ++ky) {
        for (int kx = 0; kx < weights.kernel(); ++kx) {
            for (int i = 0; i < weights.in(); ++i) count += weights.positive(out, ky, kx, i);
        }
    }
    return count;
}

// Values are code_offset to code_offset + 3, and 0 outside the map.
Range range_of(const model::WeightBits& weights, int code_offset) {
    const std::int64_t low = code_offset, high = code_offset + 3;
    const std::int64_t inputs = weights.count() / weights.out();
    Range all;
    for (int o = 0; o < weights.out(); ++o) {
        const std::int64_t plus = positives(weights, o), minus = inputs - plus;
        all.low = std::min(all.low, plus * low - minus * high);
        all.high = std::max(all.high, plus * high - minus * low);
    }
    return all;
}

}  // namespace

std::vector<bool> narrow_maps(const model::Network& network) {
    const std::size_t count = network.layers.size();
    std::vector<Range> ranges(count);
    std::vector<std::size_t> stream(count);  // maps that are added to each other have one width
    for (std::size_t i = 0; i < count; ++i) {
        const model::Layer& layer = network.layers[i];
        stream[i] = i;
        if (const auto* conv = std::get_if<model::Conv>(&layer.operation)) {
            ranges[i] = range_of(conv->weights, model::code_offset(network, layer.inputs[0]));
        } else if (std::holds_alternative<model::ResidualAdd>(layer.operation)) {
            for (const int input : layer.inputs) {
                ranges[i].low += ranges[index(input)].low;
                ranges[i].high += ranges[index(input)].high;
                const std::size_t old = stream[index(input)];
                std::replace(stream.begin(), stream.end(), old, i);
            }
        }
    }
    std::vector<bool> fits(count, true), narrow(count);
    for (std::size_t i = 0; i < count; ++i) {
        // 32,767 is the threshold that nothing reaches
        if (ranges[i].low < INT16_MIN || ranges[i].high >= INT16_MAX) fits[stream[i]] = false;
    }
    for (std::size_t i = 0; i < count; ++i) narrow[i] = fits[stream[i]];
    return narrow;
}

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
#include "schedule/overflow.h"

#include <algorithm>

namespace ern::schedule {

namespace {

constexpr int kLargestCode = 3;

std::vector<Range> conv_channels(const model::Conv& conv) {
    const auto& w = conv.weights;
    std::vector<Range> channels(static_cast<std::size_t>(w.out()));
    for (int o = 0; o < w.out(); ++o) {
        Range& r = channels[static_cast<std::size_t>(o)];
        for (int ky = 0; ky < w.kernel(); ++ky) {
            for (int kx = 0; kx < w.kernel(); ++kx) {
                for (int i = 0; i < w.in(); ++i) {
                    if (w.positive(o, ky, kx, i)) r.high += kLargestCode;
                    else r.low -= kLargestCode;
                }
            }
        }
    }
    return channels;
}

}  // namespace

std::vector<Range> accumulator_ranges(const model::Network& network) {
    std::vector<std::vector<Range>> channels(network.layers.size());
    std::vector<Range> hulls(network.layers.size());
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        const model::Layer& layer = network.layers[i];
        if (const auto* conv = std::get_if<model::Conv>(&layer.operation)) {
            channels[i] = conv_channels(*conv);
        } else if (std::holds_alternative<model::ResidualAdd>(layer.operation)) {
            channels[i] = channels[static_cast<std::size_t>(layer.inputs[0])];
            const auto& other = channels[static_cast<std::size_t>(layer.inputs[1])];
            for (std::size_t c = 0; c < channels[i].size(); ++c) {
                channels[i][c].low += other[c].low;
                channels[i][c].high += other[c].high;
            }
        }
        for (const Range& r : channels[i]) {
            hulls[i].low = std::min(hulls[i].low, r.low);
            hulls[i].high = std::max(hulls[i].high, r.high);
        }
    }
    return hulls;
}

int bits_needed(const Range& range) {
    int bits = 2;
    while ((std::int64_t{1} << (bits - 1)) - 2 < range.high || -(std::int64_t{1} << (bits - 1)) > range.low) ++bits;
    return bits;
}

}  // namespace ern::schedule

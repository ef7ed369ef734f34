// SPDX-License-Identifier: Apache-2.0
#include "schedule/overflow.h"

#include <algorithm>
#include <bit>

namespace ern::schedule {

namespace {

constexpr int kLargestCode = 3;

// Set bits first..first + bits - 1.
std::int64_t set_bits(const std::vector<std::uint64_t>& words, std::int64_t first, std::int64_t bits) {
    std::int64_t count = 0;
    for (std::int64_t at = first; at < first + bits;) {
        const std::int64_t skip = at % 64, here = std::min(64 - skip, first + bits - at);
        const std::uint64_t mask = here == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << here) - 1;
        count += std::popcount(words[static_cast<std::size_t>(at / 64)] >> skip & mask);
        at += here;
    }
    return count;
}

std::vector<Range> conv_channels(const model::Conv& conv) {
    const auto& w = conv.weights;
    const std::int64_t fan_in = std::int64_t{w.kernel()} * w.kernel() * w.in();
    std::vector<Range> channels;
    for (int o = 0; o < w.out(); ++o) {
        const std::int64_t plus = set_bits(w.words(), o * fan_in, fan_in);  // the weights of an output follow each other
        channels.push_back({-kLargestCode * (fan_in - plus), kLargestCode * plus});
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

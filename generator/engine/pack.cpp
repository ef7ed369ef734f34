// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/prepare.h"

namespace ern::engine {

namespace {

// Weights of group `g` at one window position: an index into its table.
std::uint8_t index_of(const model::WeightBits& weights, int out, int ky, int kx, int group) {
    int index = 0;
    for (int i = 0; i < kGroup; ++i) {
        const int in = group * kGroup + i;
        if (in < weights.in() && weights.positive(out, ky, kx, in)) index |= 1 << i;
    }
    return static_cast<std::uint8_t>(index);
}

// Window positions lo..hi-1 of an axis lie inside the map.
struct Range {
    int low = 0, high = 0;
    bool operator==(const Range&) const = default;
};

// The distinct ranges of an axis, and which one each output has.
std::vector<Range> classify(int outputs, int inputs, const ConvStep& step, std::vector<int>& classes) {
    std::vector<Range> ranges;
    for (int at = 0; at < outputs; ++at) {
        const int first = at * step.stride - step.pad;
        const Range range{std::clamp(-first, 0, step.kernel), std::clamp(inputs - first, 0, step.kernel)};
        auto found = std::find(ranges.begin(), ranges.end(), range);
        if (found == ranges.end()) found = ranges.insert(ranges.end(), range);
        classes.push_back(static_cast<int>(found - ranges.begin()));
    }
    return ranges;
}

void pack_offsets(ConvStep& step, const model::WeightBits& weights, int code_offset) {
    const std::vector<Range> rows = classify(step.out.height, step.in.height, step, step.row_class);
    const std::vector<Range> columns = classify(step.out.width, step.in.width, step, step.column_class);
    step.column_classes = static_cast<int>(columns.size());
    const auto channels = static_cast<std::size_t>(step.shape.channels);
    step.offsets = AlignedArray<std::int32_t>(rows.size() * columns.size() * channels);
    std::vector<int> balance(static_cast<std::size_t>(step.kernel * step.kernel));  // weights +1 less weights -1
    for (int o = 0; o < weights.out(); ++o) {
        for (int ky = 0; ky < step.kernel; ++ky) {
            for (int kx = 0; kx < step.kernel; ++kx) {
                int sum = 0;
                for (int i = 0; i < weights.in(); ++i) sum += weights.positive(o, ky, kx, i) ? 1 : -1;
                balance[static_cast<std::size_t>(ky * step.kernel + kx)] = sum;
            }
        }
        std::size_t at = static_cast<std::size_t>(o);
        for (const Range& row : rows) {
            for (const Range& column : columns) {
                int sum = 0;
                for (int ky = row.low; ky < row.high; ++ky) {
                    for (int kx = column.low; kx < column.high; ++kx) sum += balance[static_cast<std::size_t>(ky * step.kernel + kx)];
                }
                step.offsets[at] = code_offset * sum;
                at += channels;
            }
        }
    }
}

}  // namespace

void pack_weights(ConvStep& step, const model::WeightBits& weights, int code_offset, int lanes) {
    step.shape.kernel_rows = step.kernel;
    step.shape.row_steps = step.kernel * step.groups;
    step.shape.block_weights = static_cast<std::size_t>(step.kernel * step.shape.row_steps) * kBlock;
    step.shape.channels = step.blocks * kBlock;
    step.weights = AlignedArray<std::uint8_t>(static_cast<std::size_t>(step.blocks) * step.shape.block_weights);
    for (int o = 0; o < weights.out(); ++o) {
        std::size_t at = static_cast<std::size_t>(o / kBlock) * step.shape.block_weights +
                         static_cast<std::size_t>(output_place(o % kBlock, lanes));
        for (int ky = 0; ky < step.kernel; ++ky) {
            for (int kx = 0; kx < step.kernel; ++kx) {
                for (int g = 0; g < step.groups; ++g, at += kBlock) step.weights[at] = index_of(weights, o, ky, kx, g);
            }
        }
    }
    step.shape.weights = step.weights.data();
    if (code_offset != 0) pack_offsets(step, weights, code_offset);
}

PackedThresholds pack_thresholds(int layer, const model::Thresholds& thresholds) {
    const int words = words_of(static_cast<int>(thresholds.channels.size()));
    PackedThresholds packed;
    packed.layer = layer;
    packed.rising = AlignedArray<std::uint64_t>(static_cast<std::size_t>(words));
    std::fill_n(packed.rising.data(), words, ~std::uint64_t{0});
    for (std::size_t k = 0; k < 3; ++k) {
        packed.at[k] = AlignedArray<std::int32_t>(static_cast<std::size_t>(words) * kBlock);
        std::fill_n(packed.at[k].data(), packed.at[k].size(), model::ChannelThresholds::kNever);
    }
    for (std::size_t c = 0; c < thresholds.channels.size(); ++c) {
        const model::ChannelThresholds& channel = thresholds.channels[c];
        for (std::size_t k = 0; k < 3; ++k) packed.at[k][c] = channel.at[k];
        if (channel.inverted) packed.rising[c / kBlock] ^= std::uint64_t{1} << (c % kBlock);
    }
    return packed;
}

}  // namespace ern::engine

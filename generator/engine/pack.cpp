// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/prepare.h"

namespace ern::engine {

namespace {

std::size_t index(int at) { return static_cast<std::size_t>(at); }

// int32 values as int16 or int32, those of int32's ends at int16's.
RawArray pack_values(const std::vector<std::int32_t>& values, bool narrow) {
    RawArray packed(values.size() * (narrow ? sizeof(std::int16_t) : sizeof(std::int32_t)));
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (narrow) {
            reinterpret_cast<std::int16_t*>(packed.data())[i] = static_cast<std::int16_t>(std::clamp(values[i], INT16_MIN, INT16_MAX));
        } else {
            reinterpret_cast<std::int32_t*>(packed.data())[i] = values[i];
        }
    }
    return packed;
}

// Weights of the `size` channels from `first` on at one window position: an index into their table.
std::uint8_t index_of(const model::WeightBits& weights, int out, int ky, int kx, int first, int size) {
    int index = 0;
    for (int i = 0; i < size && first + i < weights.in(); ++i) {
        if (weights.positive(out, ky, kx, first + i)) index |= 1 << i;
    }
    return static_cast<std::uint8_t>(index);
}

// A code stands for code + offset, so a pixel outside the map, which counts 0, has the code -offset; what the offset
// adds is then the same for every window.
void pack_offset(ConvStep& step, const model::WeightBits& weights, int code_offset) {
    std::vector<std::int32_t> bias(index(step.shape.channels));
    for (int o = 0; o < weights.out(); ++o) {
        for (int ky = 0; ky < step.kernel; ++ky) {
            for (int kx = 0; kx < step.kernel; ++kx) {
                for (int i = 0; i < weights.in(); ++i) bias[index(o)] += weights.positive(o, ky, kx, i) ? code_offset : -code_offset;
            }
        }
    }
    // modulo 2^16 where accumulators are narrow: only their sums have to fit
    if (step.narrow) std::transform(bias.begin(), bias.end(), bias.begin(), [](std::int32_t b) { return static_cast<std::int16_t>(b); });
    step.bias = pack_values(bias, step.narrow);
    for (int i = 0; i < weights.in(); ++i) {
        for (int bit = 0; bit < 2; ++bit) {
            step.outside[index(i / kBlock * 2 + bit)] |= static_cast<std::uint64_t>(-code_offset >> bit & 1) << (i % kBlock);
        }
    }
}

}  // namespace

void pack_weights(ConvStep& step, const model::WeightBits& weights, int code_offset, const Kernels& kernels) {
    const int word_groups = kernels.groups_of_word(), lanes = kernels.sums(step.narrow).lanes;
    const int chunks = (step.kernel * step.groups + kernels.chunk_limit - 1) / kernels.chunk_limit;
    ConvShape& shape = step.shape;
    shape.kernel_rows = step.kernel;
    shape.row_steps = step.kernel * step.groups;
    shape.chunk_steps = (shape.row_steps + chunks - 1) / chunks;
    shape.block_weights = index(step.kernel * shape.row_steps) * kBlock;
    shape.channels = step.blocks * kBlock;
    step.weights = RawArray(index(step.blocks) * shape.block_weights);
    for (int o = 0; o < weights.out(); ++o) {
        std::size_t at = index(o / kBlock) * shape.block_weights + index(output_place(o % kBlock, lanes, kernels.vector_bytes));
        for (int ky = 0; ky < step.kernel; ++ky) {
            for (int kx = 0; kx < step.kernel; ++kx) {
                for (int g = 0; g < step.groups; ++g, at += kBlock) {
                    const int first = g % word_groups * kernels.group;  // of its word
                    step.weights[at] = index_of(weights, o, ky, kx, g / word_groups * kBlock + first, std::min(kernels.group, kBlock - first));
                }
            }
        }
    }
    step.outside.assign(index(2 * step.in_words), 0);
    if (code_offset != 0) pack_offset(step, weights, code_offset);
}

PackedThresholds pack_thresholds(int layer, const model::Thresholds& thresholds, bool narrow) {
    const auto channels = index(words_of(static_cast<int>(thresholds.channels.size())) * kBlock);
    PackedThresholds packed;
    packed.layer = layer;
    packed.rising = AlignedArray<std::uint64_t>(channels / kBlock);
    for (std::size_t k = 0; k < 3; ++k) {
        // Behind the last channel: inverted and always reached, so that every sum has code 0.
        std::vector<std::int32_t> at(channels, model::ChannelThresholds::kAlways);
        for (std::size_t c = 0; c < thresholds.channels.size(); ++c) at[c] = thresholds.channels[c].at[k];
        packed.at[k] = pack_values(at, narrow);
    }
    for (std::size_t c = 0; c < thresholds.channels.size(); ++c) {
        if (!thresholds.channels[c].inverted) packed.rising[c / kBlock] |= std::uint64_t{1} << (c % kBlock);
    }
    return packed;
}

}  // namespace ern::engine

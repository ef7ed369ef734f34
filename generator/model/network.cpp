// SPDX-License-Identifier: Apache-2.0
#include "model/network.h"

#include "support/error.h"

namespace ern::model {

namespace {

// Output side of a window that slides over a padded side.
int window_side(int side, int kernel, int stride, int pad, const std::string& name) {
    if (kernel < 1 || kernel > kMaxKernel) {
        fail("layer '{}': a window of {} pixels a side is outside 1..{}", name, kernel, kMaxKernel);
    }
    if (stride < 1 || stride > kMaxSide)
        fail("layer '{}': stride {} is outside 1..{}", name, stride, kMaxSide);
    if (pad < 0 || pad >= kernel) fail("layer '{}': padding {} is outside 0..{}", name, pad, kernel - 1);
    const int padded = side + 2 * pad;
    if (padded < kernel) {
        fail("layer '{}': a window of {} pixels does not fit a side of {} pixels padded by {}", name, kernel,
             side, pad);
    }
    return (padded - kernel) / stride + 1;
}

struct OutputShape {
    const Shape& in;
    const std::string& name;

    Shape operator()(const PixelEmbedding& embedding) const {
        if (embedding.codes_per_channel < 1 || embedding.codes_per_channel > kMaxCodesPerColour) {
            fail("layer '{}': {} codes a colour are outside 1..{}", name, embedding.codes_per_channel,
                 kMaxCodesPerColour);
        }
        return {in.height, in.width, in.channels * embedding.codes_per_channel};
    }
    Shape operator()(const Conv& conv) const {
        const WeightBits& weights = conv.weights;
        if (weights.in() != in.channels) {
            fail("layer '{}': weights for {} channels, but the input has {}", name, weights.in(),
                 in.channels);
        }
        return {window_side(in.height, weights.kernel(), conv.stride, conv.pad, name),
                window_side(in.width, weights.kernel(), conv.stride, conv.pad, name), weights.out()};
    }
    Shape operator()(const ResidualAdd&) const { return in; }
    Shape operator()(const Thresholds&) const { return in; }
    Shape operator()(const Pool& pool) const {
        return {window_side(in.height, pool.kernel, pool.stride, pool.pad, name),
                window_side(in.width, pool.kernel, pool.stride, pool.pad, name), in.channels};
    }
    Shape operator()(const GlobalSum&) const { return {1, 1, in.channels}; }
};

struct OperationName {
    const char* operator()(const PixelEmbedding&) const { return "pixel_embedding"; }
    const char* operator()(const Conv&) const { return "conv"; }
    const char* operator()(const ResidualAdd&) const { return "residual_add"; }
    const char* operator()(const Thresholds&) const { return "thresholds"; }
    const char* operator()(const Pool&) const { return "pool"; }
    const char* operator()(const GlobalSum&) const { return "global_sum"; }
};

}  // namespace

WeightBits::WeightBits(int out, int kernel, int in) : out_(out), kernel_(kernel), in_(in) {
    ensure(out >= 1 && out <= kMaxChannels && in >= 1 && in <= kMaxChannels && kernel >= 1 &&
               kernel <= kMaxKernel,
           "weight dimensions are within the limits");
    words_.resize(static_cast<std::size_t>((count() + 63) / 64));
}

void WeightBits::set(int out, int ky, int kx, int in, bool positive) {
    const std::size_t i = index(out, ky, kx, in);
    const std::uint64_t bit = std::uint64_t{1} << (i % 64);
    if (positive) {
        words_[i / 64] |= bit;
    } else {
        words_[i / 64] &= ~bit;
    }
}

MapKind map_kind(const Layer& layer) {
    if (std::holds_alternative<Conv>(layer.operation) ||
        std::holds_alternative<ResidualAdd>(layer.operation)) {
        return MapKind::accumulators;
    }
    return std::holds_alternative<GlobalSum>(layer.operation) ? MapKind::sums : MapKind::codes;
}

Shape output_shape(const Operation& operation, const Shape& in, const std::string& name) {
    return std::visit(OutputShape{in, name}, operation);
}

int code_offset(const Network& network, int layer) {
    const auto at = [&](int index) -> const Layer& {
        return network.layers.at(static_cast<std::size_t>(index));
    };
    while (std::holds_alternative<Pool>(at(layer).operation)) layer = at(layer).inputs.at(0);
    const auto* thresholds = std::get_if<Thresholds>(&at(layer).operation);
    return thresholds ? thresholds->code_offset : 0;
}

std::int64_t macs(const Network&, const Layer& layer) {
    const auto* conv = std::get_if<Conv>(&layer.operation);
    return conv ? layer.shape.pixels() * conv->weights.count() : 0;
}

std::int64_t total_macs(const Network& network) {
    std::int64_t total = 0;
    for (const Layer& layer : network.layers) total += macs(network, layer);
    return total;
}

std::int64_t weight_bits(const Network& network) {
    std::int64_t total = 0;
    for (const Layer& layer : network.layers) {
        if (const auto* conv = std::get_if<Conv>(&layer.operation)) total += conv->weights.count();
    }
    return total;
}

std::string operation_name(const Operation& operation) {
    return std::visit(OperationName{}, operation);
}

}  // namespace ern::model

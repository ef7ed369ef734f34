// SPDX-License-Identifier: Apache-2.0
#include "golden/golden.h"

#include "golden/layers.h"
#include "support/error.h"

namespace ern::golden {

namespace {

struct Run {
    const model::Network& network;
    std::span<const std::uint8_t> picture;
    const model::Layer& layer;
    const std::vector<Map>& maps;  // of the layers so far

    template <typename Kind>
    const Kind& input(std::size_t which = 0) const {
        return std::get<Kind>(maps[static_cast<std::size_t>(layer.inputs[which])]);
    }
    const model::Shape& input_shape() const {
        const int index = layer.inputs[0];
        return index == model::kPicture ? network.input
                                        : network.layers[static_cast<std::size_t>(index)].shape;
    }

    Map operator()(const model::PixelEmbedding& op) const { return embed_pixels(op, picture, network.input); }
    Map operator()(const model::Conv& op) const {
        const int offset = model::code_offset(network, layer.inputs[0]);
        return convolve(op, input<Codes>(), input_shape(), offset, layer.shape);
    }
    Map operator()(const model::ResidualAdd&) const {
        return add(input<Accumulators>(0), input<Accumulators>(1));
    }
    Map operator()(const model::Thresholds& op) const { return quantize(op, input<Accumulators>()); }
    Map operator()(const model::Pool& op) const {
        return pool(op, input<Codes>(), input_shape(), layer.shape);
    }
    Map operator()(const model::GlobalSum&) const { return sum_pixels(input<Accumulators>(), input_shape()); }
};

}  // namespace

Result run(const model::Network& network, std::span<const std::uint8_t> picture) {
    model::check(network);
    if (picture.size() != static_cast<std::size_t>(network.input.size())) {
        fail("network '{}': the picture has {} bytes, but {}x{} pixels of {} colours are {}", network.name,
             picture.size(), network.input.width, network.input.height, network.input.channels,
             network.input.size());
    }
    Result result;
    for (const model::Layer& layer : network.layers) {
        result.maps.push_back(std::visit(Run{network, picture, layer, result.maps}, layer.operation));
    }
    const auto& scale = std::get<model::GlobalSum>(network.layers.back().operation).logit_scale;
    const auto& sums = std::get<Sums>(result.maps.back());
    for (std::size_t c = 0; c < sums.size(); ++c)
        result.logits.push_back(static_cast<double>(sums[c]) * scale[c]);
    return result;
}

int best_class(std::span<const double> logits) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < logits.size(); ++c) {
        if (logits[c] > logits[best]) best = c;
    }
    return static_cast<int>(best);
}

}  // namespace ern::golden

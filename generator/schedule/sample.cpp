// SPDX-License-Identifier: Apache-2.0
#include "schedule/sample.h"

#include <algorithm>

namespace ern::schedule {

std::vector<int> sampling_candidates(const model::Network& network) {
    std::vector<int> found;
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        const auto* conv = std::get_if<model::Conv>(&network.layers[i].operation);
        if (conv && conv->weights.kernel() == 1 && conv->pad == 0 && conv->stride > 1) found.push_back(static_cast<int>(i));
    }
    return found;
}

model::Network with_sampling(const model::Network& network, const std::vector<int>& convolutions) {
    model::Network sampled = network;
    sampled.layers.clear();
    std::vector<int> moved(network.layers.size(), model::kPicture);  // old index -> new index
    // Behind the layer that is sampled, so that its rows are copied while they are there.
    const auto add_samples_of = [&](int layer) {
        for (const int c : convolutions) {
            const model::Layer& conv = network.layers[static_cast<std::size_t>(c)];
            if (conv.inputs[0] != layer) continue;
            model::Layer sample;
            sample.name = conv.name + ".sample";
            sample.inputs = {moved[static_cast<std::size_t>(layer)]};
            sample.operation = model::Pool{model::PoolKind::max, 1, std::get<model::Conv>(conv.operation).stride, 0};
            sample.shape = model::output_shape(sample.operation, network.layers[static_cast<std::size_t>(layer)].shape, sample.name);
            sampled.layers.push_back(std::move(sample));
            moved[static_cast<std::size_t>(c)] = static_cast<int>(sampled.layers.size()) - 1;  // until the convolution comes
        }
    };
    for (int i = 0; i < static_cast<int>(network.layers.size()); ++i) {
        model::Layer layer = network.layers[static_cast<std::size_t>(i)];
        for (int& input : layer.inputs) input = input == model::kPicture ? input : moved[static_cast<std::size_t>(input)];
        if (std::find(convolutions.begin(), convolutions.end(), i) != convolutions.end()) {
            layer.inputs = {moved[static_cast<std::size_t>(i)]};
            std::get<model::Conv>(layer.operation).stride = 1;
        }
        sampled.layers.push_back(std::move(layer));
        moved[static_cast<std::size_t>(i)] = static_cast<int>(sampled.layers.size()) - 1;
        add_samples_of(i);
    }
    model::check(sampled);
    return sampled;
}

}  // namespace ern::schedule

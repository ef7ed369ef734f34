// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/network.h"

namespace ern::model {

// A valid network with every kind of layer:
//   0 embed, 1 stem, 2 act, 3 pool, 4 left, 5 right, 6 add, 7 tail_act, 8 conv, 9 sum
inline Network small_network() {
    const auto conv = [](int out, int kernel, int in, int stride, int pad) {
        Conv result{stride, pad, WeightBits(out, kernel, in)};
        for (std::size_t i = 0; i < result.weights.words().size(); ++i) {
            result.weights.words()[i] = 0x9e3779b97f4a7c15u * (i + 1);
        }
        const auto unused = (64 - result.weights.count() % 64) % 64;
        result.weights.words().back() = result.weights.words().back() << unused >> unused;
        return result;
    };
    const ChannelThresholds rising{{-5, 0, 7}, false}, falling{{4, 4, -2}, true};
    const ChannelThresholds constant{
        {ChannelThresholds::kAlways, ChannelThresholds::kNever, ChannelThresholds::kNever}, false};
    Network network;
    network.name = "small";
    network.input = {9, 7, 1};
    network.labels = {"left", "rechts", "weiß"};
    network.notes = {{"data", "none"}, {"text", "two\nlines"}};
    network.layers = {
        {"embed", {kPicture}, PixelEmbedding{5}, {9, 7, 5}},
        {"stem", {0}, conv(3, 3, 5, 2, 1), {5, 4, 3}},
        {"act", {1}, Thresholds{-1, {rising, falling, constant}}, {5, 4, 3}},
        {"pool", {2}, Pool{PoolKind::average, 2, 1, 0}, {4, 3, 3}},
        {"left", {3}, conv(2, 1, 3, 1, 0), {4, 3, 2}},
        {"right", {3}, conv(2, 3, 3, 1, 1), {4, 3, 2}},
        {"add", {4, 5}, ResidualAdd{}, {4, 3, 2}},
        {"tail_act", {6}, Thresholds{0, {falling, rising}}, {4, 3, 2}},
        {"conv", {7}, conv(3, 1, 2, 1, 0), {4, 3, 3}},
        {"sum", {8}, GlobalSum{{0.1, -1.0 / 3.0, 1e-300}}, {1, 1, 3}},
    };
    return network;
}

}  // namespace ern::model

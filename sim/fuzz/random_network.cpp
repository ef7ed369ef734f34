// SPDX-License-Identifier: Apache-2.0
#include "fuzz/random_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace ern::fuzz {

namespace {

using model::ChannelThresholds;

class Maker {
  public:
    Maker(std::uint32_t seed, const Bounds& bounds) : bounds_(bounds), random_(seed) {
        network_.name = fmt::format("random-{}", seed);
        network_.input = {uniform(1, bounds.side), uniform(1, bounds.side), chance(50) ? 3 : 1};
    }

    model::Network make() {
        int codes = add("embed", {model::kPicture}, model::PixelEmbedding{});
        for (int block = uniform(1, bounds_.blocks); block > 0; --block) {
            const int kind = uniform(0, 9);
            codes = kind < 4 ? plain(codes) : kind < 7 ? residual_blocks(codes) : pool(codes);
        }
        const int classes = uniform(1, bounds_.classes);
        const int last = conv(codes, classes, 1, 1, 0);
        add("sum", {last}, model::GlobalSum{std::vector<double>(static_cast<std::size_t>(classes), 1.0)});
        model::check(network_);
        return network_;
    }

  private:
    // std::uniform_int_distribution differs between libraries.
    int uniform(int least, int most) { return least + static_cast<int>(random_() % static_cast<unsigned>(most - least + 1)); }
    bool chance(int percent) { return uniform(0, 99) < percent; }

    const model::Shape& shape(int layer) const { return network_.layers[static_cast<std::size_t>(layer)].shape; }
    int side(int layer) const { return std::min(shape(layer).height, shape(layer).width); }

    int add(const std::string& kind, std::vector<int> inputs, model::Operation operation) {
        const model::Shape& in = inputs.front() == model::kPicture ? network_.input : shape(inputs.front());
        model::Layer layer{fmt::format("{}{}", kind, network_.layers.size()), std::move(inputs), std::move(operation), {}};
        layer.shape = model::output_shape(layer.operation, in, layer.name);
        network_.layers.push_back(std::move(layer));
        return static_cast<int>(network_.layers.size()) - 1;
    }

    int conv(int input, int out, int kernel, int stride, int pad) {
        model::Conv operation{stride, pad, model::WeightBits(out, kernel, shape(input).channels)};
        for (int o = 0; o < out; ++o) {
            for (int y = 0; y < kernel; ++y) {
                for (int x = 0; x < kernel; ++x) {
                    for (int i = 0; i < shape(input).channels; ++i) operation.weights.set(o, y, x, i, random_() & 1u);
                }
            }
        }
        return add("conv", {input}, std::move(operation));
    }

    // Thresholds around zero, as far apart as accumulators of `terms` random products spread.
    ChannelThresholds channel(int spread) {
        const int middle = uniform(-2 * spread, 2 * spread), step = 1 + uniform(0, spread);
        const int kind = uniform(0, 9);
        if (kind < 6) return {{middle - step, middle, middle + step}, false};
        if (kind < 8) return {{middle + step, middle, middle - step}, true};
        if (kind == 8) return {{middle, middle, ChannelThresholds::kNever}, false};
        ChannelThresholds constant;
        for (int k = uniform(0, 3); k > 0; --k) constant.at[static_cast<std::size_t>(k - 1)] = ChannelThresholds::kAlways;
        return constant;
    }

    int thresholds(int input, int terms) {
        const int spread = 1 + static_cast<int>(2 * std::sqrt(terms));
        model::Thresholds operation;
        if (bounds_.offsets && chance(50)) operation.code_offset = -uniform(1, 3);
        for (int c = 0; c < shape(input).channels; ++c) operation.channels.push_back(channel(spread));
        return add("act", {input}, std::move(operation));
    }

    int channels() { return uniform(1, bounds_.channels); }

    int plain(int codes) {
        constexpr int kKernels[] = {1, 2, 3, 3, 3, 5};
        int kernel = bounds_.kernel ? uniform(1, bounds_.kernel) : kKernels[uniform(0, 5)];
        int pad = uniform(0, kernel - 1);
        if (side(codes) + 2 * pad < kernel) {
            kernel = 1;
            pad = 0;
        }
        const int terms = kernel * kernel * shape(codes).channels;
        const int stride = uniform(1, 3), out = channels();  // in this order: arguments have none
        return thresholds(conv(codes, out, kernel, stride, pad), terms);
    }

    // A block with a shortcut of its own, then up to two whose shortcut is the map before.
    int residual_blocks(int codes) {
        const int width = channels(), stride = uniform(1, 2);
        int sums = conv(codes, width, 1, stride, 0);
        int inner = conv(codes, channels(), 3, stride, 1);
        for (int more = uniform(0, 2);; --more) {
            const int act = thresholds(inner, 9 * shape(codes).channels);
            const int branch = conv(act, width, 3, 1, 1);
            sums = add("add", chance(50) ? std::vector{sums, branch} : std::vector{branch, sums}, model::ResidualAdd{});
            codes = thresholds(sums, 9 * shape(act).channels);
            if (more == 0) return codes;
            const int kernel = chance(50) ? 1 : 3;
            inner = conv(codes, channels(), kernel, 1, kernel / 2);
        }
    }

    int pool(int codes) {
        const int kernel = std::min(uniform(1, 4), side(codes));
        const auto kind = chance(50) ? model::PoolKind::max : model::PoolKind::average;
        return add("pool", {codes}, model::Pool{kind, kernel, uniform(1, 3), uniform(0, kernel - 1)});
    }

    Bounds bounds_;
    std::mt19937 random_;
    model::Network network_;
};

}  // namespace

model::Network random_network(std::uint32_t seed, const Bounds& bounds) { return Maker(seed, bounds).make(); }

}  // namespace ern::fuzz

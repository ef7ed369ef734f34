// SPDX-License-Identifier: Apache-2.0
#include "fuzz/network_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "support/error.h"

namespace ern::fuzz {

namespace {

using model::ChannelThresholds;

constexpr std::int64_t kLargestCode = 3;

class Builder {
  public:
    explicit Builder(const NetworkSpec& spec) : spec_(spec), random_(spec.seed) {
        network_.name = fmt::format("fuzz-{}", spec.seed);
        network_.input = {spec.height, spec.width, spec.colours};
    }

    model::Network make() {
        int codes = add("embed", {model::kPicture}, model::PixelEmbedding{});
        for (const Block& block : spec_.blocks) {
            random_ = Random(block.seed);
            codes = block_of(block, codes);
        }
        random_ = Random(spec_.seed);
        const int pad = spec_.last_kernel / 2;
        const int last = conv(codes, spec_.classes, spec_.last_kernel, 1, pad);
        add("sum", {last}, model::GlobalSum{std::vector<double>(static_cast<std::size_t>(spec_.classes), 1.0)});
        model::check(network_);
        return std::move(network_);
    }

  private:
    const model::Shape& shape(int layer) const { return network_.layers[static_cast<std::size_t>(layer)].shape; }

    int add(const char* kind, std::vector<int> inputs, model::Operation operation) {
        const model::Shape& in = inputs.front() == model::kPicture ? network_.input : shape(inputs.front());
        model::Layer layer{fmt::format("{}{}", kind, network_.layers.size()), std::move(inputs), std::move(operation), {}};
        layer.shape = model::output_shape(layer.operation, in, layer.name);
        network_.layers.push_back(std::move(layer));
        return static_cast<int>(network_.layers.size()) - 1;
    }

    int conv(int input, int out, int kernel, int stride, int pad) {
        model::Conv operation{stride, pad, model::WeightBits(out, kernel, shape(input).channels)};
        auto& words = operation.weights.words();
        for (std::uint64_t& word : words) word = std::uint64_t{random_.next()} << 32 | random_.next();
        const auto used = operation.weights.count() % 64;
        if (used != 0) words.back() &= (std::uint64_t{1} << used) - 1;
        if (random_.chance(30)) make_equal_signs(operation.weights);
        return add("conv", {input}, std::move(operation));
    }

    // Some outputs with all weights alike, which bright pictures drive to the largest accumulators that there are.
    void make_equal_signs(model::WeightBits& weights) {
        for (int o = 0; o < weights.out(); ++o) {
            if (!random_.chance(25)) continue;
            const bool positive = random_.chance(50);
            for (int i = 0; i < weights.kernel() * weights.kernel() * weights.in(); ++i) {
                const int place = i / weights.in();
                weights.set(o, place / weights.kernel(), place % weights.kernel(), i % weights.in(), positive);
            }
        }
    }

    // worst: the largest accumulator that there can be; spread: what random ones reach.
    ChannelThresholds channel(Style style, std::int64_t worst, int spread) {
        constexpr std::int32_t kHighest = std::numeric_limits<std::int32_t>::max();
        constexpr std::int32_t kLowest = std::numeric_limits<std::int32_t>::min();
        if (style == Style::mixed) style = static_cast<Style>(random_.pick({0, 0, 0, 0, 1, 1, 2, 3, 4, 5}));
        ChannelThresholds c;
        c.inverted = style == Style::falling || (style != Style::rising && random_.chance(50));
        const int middle = random_.uniform(-2 * spread, 2 * spread), step = 1 + random_.uniform(0, spread);
        if (style == Style::constant) {
            const int always = random_.uniform(0, 3);
            for (int k = 0; k < 3; ++k) {
                const bool set = k < always;
                c.at[static_cast<std::size_t>(k)] = set != c.inverted ? ChannelThresholds::kAlways : ChannelThresholds::kNever;
            }
            return c;
        }
        for (std::size_t k = 0; k < 3; ++k) {
            const auto edge = static_cast<std::int32_t>(std::min<std::int64_t>(worst, 1 << 30)) + random_.uniform(-1, 1);
            if (style == Style::edge) c.at[k] = random_.chance(50) ? edge : -edge;
            else if (style == Style::far) c.at[k] = random_.pick({kLowest, kLowest + 1, -(1 << 30), 0, 1 << 24, kHighest - 1, kHighest});
            else if (style == Style::equal) c.at[k] = middle + (k == 2 && random_.chance(50) ? step : 0);
            else c.at[k] = middle + (static_cast<int>(k) - 1) * step;
        }
        std::sort(c.at.begin(), c.at.end());
        if (c.inverted) std::reverse(c.at.begin(), c.at.end());
        return c;
    }

    // terms: products that an accumulator adds up.
    int thresholds(int input, std::int64_t terms, Style style) {
        const int spread = 1 + static_cast<int>(2 * std::sqrt(static_cast<double>(terms)));
        model::Thresholds operation;
        for (int c = 0; c < shape(input).channels; ++c) operation.channels.push_back(channel(style, kLargestCode * terms, spread));
        return add("act", {input}, std::move(operation));
    }

    int block_of(const Block& b, int codes) {
        if (b.kind == BlockKind::max_pool || b.kind == BlockKind::average_pool) {
            const auto kind = b.kind == BlockKind::max_pool ? model::PoolKind::max : model::PoolKind::average;
            return add("pool", {codes}, model::Pool{kind, b.kernel, b.stride, b.pad});
        }
        if (b.kind != BlockKind::conv) return residual(b, codes);
        const std::int64_t terms = std::int64_t{b.kernel} * b.kernel * shape(codes).channels;
        return thresholds(conv(codes, b.channels, b.kernel, b.stride, b.pad), terms, b.style);
    }

    // The branch of one residual block, up to the convolution that is added.
    int branch(const Block& b, int codes, int stride, std::int64_t& terms) {
        if (b.kind == BlockKind::bottleneck) codes = thresholds(conv(codes, b.inner, 1, 1, 0), shape(codes).channels, b.style);
        const std::int64_t inside = std::int64_t{b.kernel} * b.kernel * shape(codes).channels;
        codes = thresholds(conv(codes, b.inner, b.kernel, stride, b.kernel / 2), inside, b.style);
        const int last = b.kind == BlockKind::bottleneck ? 1 : 3;
        terms += std::int64_t{last} * last * b.inner;
        return conv(codes, b.channels, last, 1, last / 2);
    }

    int residual(const Block& b, int codes) {
        int sums = conv(codes, b.channels, 1, b.stride, 0);
        std::int64_t terms = shape(codes).channels;
        for (int i = 0; i <= b.repeats; ++i) {
            const int added = branch(b, codes, i == 0 ? b.stride : 1, terms);
            sums = add("add", random_.chance(50) ? std::vector{sums, added} : std::vector{added, sums}, model::ResidualAdd{});
            codes = thresholds(sums, terms, b.style);
        }
        return codes;
    }

    const NetworkSpec& spec_;
    Random random_;
    model::Network network_;
};

constexpr std::array<std::string_view, 5> kKinds{"conv", "residual", "bottleneck", "max_pool", "average_pool"};
constexpr std::array<std::string_view, 7> kStyles{"rising", "falling", "constant", "edge", "far", "equal", "mixed"};

template <std::size_t N>
int index_of(const std::array<std::string_view, N>& names, const std::string& name, std::string_view source) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) fail("{}: '{}' is none of {}", source, name, fmt::join(names, ", "));
    return static_cast<int>(found - names.begin());
}

}  // namespace

model::Network build(const NetworkSpec& spec) { return Builder(spec).make(); }

int layers_of(const NetworkSpec& spec) {
    int layers = 1;
    for (const Block& b : spec.blocks) {
        if (b.kind == BlockKind::residual) layers += 1 + 2 * (b.repeats + 1);
        else if (b.kind == BlockKind::bottleneck) layers += 1 + 3 * (b.repeats + 1);
        else layers += 1;
    }
    return layers;
}

std::string_view name_of(BlockKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view name_of(Style style) { return kStyles[static_cast<std::size_t>(style)]; }

nlohmann::ordered_json to_json(const NetworkSpec& spec) {
    nlohmann::ordered_json json{{"height", spec.height}, {"width", spec.width}, {"colours", spec.colours}};
    json["blocks"] = nlohmann::ordered_json::array();
    for (const Block& b : spec.blocks) {
        json["blocks"].push_back({{"kind", name_of(b.kind)}, {"channels", b.channels}, {"inner", b.inner},
                                  {"kernel", b.kernel}, {"stride", b.stride}, {"pad", b.pad}, {"repeats", b.repeats},
                                  {"style", name_of(b.style)}, {"seed", b.seed}});
    }
    json["classes"] = spec.classes;
    json["last_kernel"] = spec.last_kernel;
    json["seed"] = spec.seed;
    return json;
}

NetworkSpec spec_from_json(const nlohmann::json& json, std::string_view source) {
    try {
        NetworkSpec spec{json.at("height"), json.at("width"), json.at("colours"), {}, json.at("classes"), json.at("last_kernel"),
                         json.at("seed")};
        for (const auto& b : json.at("blocks")) {
            spec.blocks.push_back({static_cast<BlockKind>(index_of(kKinds, b.at("kind"), source)), b.at("channels"),
                                   b.at("inner"), b.at("kernel"), b.at("stride"), b.at("pad"), b.at("repeats"),
                                   static_cast<Style>(index_of(kStyles, b.at("style"), source)), b.at("seed")});
        }
        return spec;
    } catch (const nlohmann::json::exception& error) {
        fail("{}: {}", source, error.what());
    }
}

}  // namespace ern::fuzz

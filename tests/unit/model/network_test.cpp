// SPDX-License-Identifier: Apache-2.0
#include "model/network.h"

#include <catch2/catch.hpp>
#include <functional>

#include "small_network.h"
#include "support/error.h"

using namespace ern::model;

namespace {

Layer& layer(Network& network, const std::string& name) {
    for (Layer& candidate : network.layers) {
        if (candidate.name == name) return candidate;
    }
    throw std::logic_error("no layer " + name);
}

template <typename Kind>
Kind& operation(Network& network, const std::string& name) {
    return std::get<Kind>(layer(network, name).operation);
}

void refused(const std::string& message, const std::function<void(Network&)>& spoil) {
    Network network = small_network();
    spoil(network);
    REQUIRE_THROWS_MATCHES(check(network), ern::Error, Catch::Message(message));
}

}  // namespace

TEST_CASE("weights are packed [out][ky][kx][in] without gaps") {
    WeightBits bits(3, 3, 5);
    CHECK(bits.count() == 135);
    CHECK(bits.words().size() == 3);
    bits.set(1, 2, 0, 3, true);
    const int at = ((1 * 3 + 2) * 3 + 0) * 5 + 3;
    CHECK(bits.words()[at / 64] == std::uint64_t{1} << (at % 64));
    CHECK(bits.positive(1, 2, 0, 3));
    CHECK_FALSE(bits.positive(1, 2, 0, 2));
    bits.set(1, 2, 0, 3, false);
    CHECK(bits == WeightBits(3, 3, 5));
}

TEST_CASE("shapes follow the window formula") {
    const auto shape = [](int kernel, int stride, int pad, Shape in) {
        return output_shape(Conv{stride, pad, WeightBits(4, kernel, in.channels)}, in, "x");
    };
    CHECK(shape(3, 1, 1, {8, 6, 2}) == Shape{8, 6, 4});
    CHECK(shape(3, 2, 1, {8, 7, 2}) == Shape{4, 4, 4});
    CHECK(shape(1, 2, 0, {8, 7, 2}) == Shape{4, 4, 4});
    CHECK(shape(5, 1, 0, {5, 9, 2}) == Shape{1, 5, 4});
    CHECK(output_shape(Pool{PoolKind::max, 2, 2, 0}, {7, 6, 3}, "x") == Shape{3, 3, 3});
    CHECK(output_shape(PixelEmbedding{10}, {7, 6, 3}, "x") == Shape{7, 6, 30});
    CHECK(output_shape(GlobalSum{}, {7, 6, 3}, "x") == Shape{1, 1, 3});
}

TEST_CASE("a network with every kind of layer is accepted and counted") {
    const Network network = small_network();
    REQUIRE_NOTHROW(check(network));
    CHECK(network.classes() == 3);
    CHECK(weight_bits(network) == 135 + 6 + 54 + 6);
    CHECK(total_macs(network) == 20 * 135 + 12 * 6 + 12 * 54 + 12 * 6);
    CHECK(map_kind(network.layers[2]) == MapKind::codes);
    CHECK(map_kind(network.layers[6]) == MapKind::accumulators);
    CHECK(map_kind(network.layers[9]) == MapKind::sums);
    CHECK(operation_name(network.layers[3].operation) == "pool");
}

TEST_CASE("a code offset goes through pooling") {
    const Network network = small_network();
    CHECK(code_offset(network, 0) == 0);
    CHECK(code_offset(network, 2) == -1);
    CHECK(code_offset(network, 3) == -1);
    CHECK(code_offset(network, 7) == 0);
}

TEST_CASE("network_bad: names, labels and ends") {
    refused("layer 'left': two layers have this name", [](Network& n) { n.layers[5].name = "left"; });
    refused("layer 3: a name is empty", [](Network& n) { n.layers[3].name.clear(); });
    refused("layer 3: a name has control characters", [](Network& n) { n.layers[3].name = "a\nb"; });
    refused("network: a name is empty", [](Network& n) { n.name.clear(); });
    refused("network 'small': it has no layers", [](Network& n) { n.layers.clear(); });
    refused("network 'small': 2 labels for 3 classes", [](Network& n) { n.labels.pop_back(); });
    refused("label: a name has control characters", [](Network& n) { n.labels[0] = "\x1b[2J"; });
    refused("layer 'conv': the last layer has to be a global sum, but is conv",
            [](Network& n) { n.layers.pop_back(); });
    refused("layer 'left': no layer reads its map", [](Network& n) { layer(n, "add").inputs = {5, 5}; });
}

TEST_CASE("network_bad: inputs") {
    refused("layer 'add': 1 inputs, but residual_add takes 2",
            [](Network& n) { layer(n, "add").inputs.pop_back(); });
    refused("layer 'stem': input 1 is not an earlier layer",
            [](Network& n) { layer(n, "stem").inputs = {1}; });
    refused("layer 'stem': input -2 is not an earlier layer",
            [](Network& n) { layer(n, "stem").inputs = {-2}; });
    refused("layer 'stem': the pixel embedding reads the picture, and nothing else does",
            [](Network& n) { layer(n, "stem").inputs = {kPicture}; });
    refused("layer 'act': thresholds reads accumulators, but 'embed' makes codes",
            [](Network& n) { layer(n, "act").inputs = {0}; });
    refused("layer 'conv': conv reads codes, but 'add' makes accumulators",
            [](Network& n) { layer(n, "conv").inputs = {6}; });
}

TEST_CASE("network_bad: shapes and windows") {
    refused("the picture: 0x7 pixels are outside 1..65536 a side", [](Network& n) { n.input.height = 0; });
    refused("the picture: 9x65537 pixels are outside 1..65536 a side",
            [](Network& n) { n.input.width = 65537; });
    refused("the picture: 65537 channels are outside 1..65536", [](Network& n) { n.input.channels = 65537; });
    refused("the picture: a map of 65536x65536x1 is larger than 1073741824 values", [](Network& n) {
        n.input = {65536, 65536, 1};
    });
    refused("layer 'stem': its shape is given as 5x5x3, but it makes 5x4x3",
            [](Network& n) { layer(n, "stem").shape.width = 5; });
    refused("layer 'stem': stride 0 is outside 1..65536",
            [](Network& n) { operation<Conv>(n, "stem").stride = 0; });
    refused("layer 'stem': padding 3 is outside 0..2",
            [](Network& n) { operation<Conv>(n, "stem").pad = 3; });
    refused("layer 'pool': a window of 0 pixels a side is outside 1..255",
            [](Network& n) { operation<Pool>(n, "pool").kernel = 0; });
    refused("layer 'pool': a window of 6 pixels does not fit a side of 5 pixels padded by 0",
            [](Network& n) { operation<Pool>(n, "pool").kernel = 6; });
    refused("layer 'embed': 32 codes a colour are outside 1..31",
            [](Network& n) { operation<PixelEmbedding>(n, "embed").codes_per_channel = 32; });
    refused("layer 'add': the sum of a map of 4x3x2 and one of 4x3x3", [](Network& n) {
        operation<Conv>(n, "right").weights = WeightBits(3, 3, 3);
        layer(n, "right").shape.channels = 3;
    });
}

TEST_CASE("network_bad: parameters") {
    refused("layer 'stem': weights for 4 channels, but the input has 5",
            [](Network& n) { operation<Conv>(n, "stem").weights = WeightBits(3, 3, 4); });
    refused("layer 'stem': 2 weight words, but 135 weights take 3",
            [](Network& n) { operation<Conv>(n, "stem").weights.words().pop_back(); });
    refused("layer 'stem': bits after the last weight are set",
            [](Network& n) { operation<Conv>(n, "stem").weights.words().back() |= 1ull << 63; });
    refused("layer 'act': thresholds of 2 channels for a map of 3",
            [](Network& n) { operation<Thresholds>(n, "act").channels.pop_back(); });
    refused("layer 'act': code offset 1 is outside -3..0",
            [](Network& n) { operation<Thresholds>(n, "act").code_offset = 1; });
    refused("layer 'act': the thresholds of channel 0 are not in order", [](Network& n) {
        operation<Thresholds>(n, "act").channels[0].at = {1, 0, 2};
    });
    refused("layer 'act': the thresholds of channel 1 are not in order", [](Network& n) {
        operation<Thresholds>(n, "act").channels[1].at = {0, 1, 2};
    });
    refused("layer 'sum': 2 logit scales for 3 classes",
            [](Network& n) { operation<GlobalSum>(n, "sum").logit_scale.pop_back(); });
    refused("layer 'sum': a logit scale is not finite",
            [](Network& n) { operation<GlobalSum>(n, "sum").logit_scale[1] = NAN; });
}

TEST_CASE("network_bad: sums that could leave int32 are refused") {
    Network network = small_network();
    network.layers.resize(7);
    for (int i = 7; i < 40; ++i) {
        network.layers.push_back({"add" + std::to_string(i), {i - 1, i - 1}, ResidualAdd{}, {4, 3, 2}});
    }
    // 'add' can reach (3 + 27) values of at most 2 from the ternary codes; each later sum doubles it.
    REQUIRE_THROWS_MATCHES(
        check(network), ern::Error,
        Catch::Message("layer 'add31': an accumulator can reach 2013265920, more than 1073741824"));
}

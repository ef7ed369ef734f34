// SPDX-License-Identifier: Apache-2.0
// Folding of whole networks: what an accumulator step is worth in each place, signs, scales, and what is
// refused.
#include "fold/fold.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "support/error.h"

using namespace ern;
using namespace ern::fold;

namespace {

FloatActivation plain_activation(int channels, bool post_scale) {
    FloatActivation a;
    const auto n = static_cast<std::size_t>(channels);
    a.gamma.assign(n, 1.0f);
    a.beta.assign(n, 0.5f);
    a.mean.assign(n, 0.0f);
    a.variance.assign(n, 1.0f);
    a.epsilon = 0;
    a.post_scale = post_scale;
    return a;
}

// 0 embed, 1 conv1, 2 act1, 3 down, 4 body, 5 add, 6 act2, 7 conv, 8 avg
FloatNetwork tiny() {
    FloatNetwork n;
    n.name = "tiny";
    n.input = {2, 2, 1};
    n.layers = {
        {"embed", {-1}, model::PixelEmbedding{1}},
        {"conv1", {0}, FloatConv{2, 1, 1, 1, 0, WeightScale::channel_mean, {0.5f, -0.25f}}},
        {"act1", {1}, plain_activation(2, false)},
        {"down", {2}, FloatConv{1, 2, 1, 1, 0, WeightScale::shared, {3.0f, -7.0f}}},
        {"body", {2}, FloatConv{1, 2, 1, 1, 0, WeightScale::shared, {0.0f, -0.0f}}},
        {"add", {3, 4}, FloatAdd{}},
        {"act2", {5}, plain_activation(1, true)},
        {"conv", {6}, FloatConv{2, 1, 1, 1, 0, WeightScale::channel_mean, {-0.3f, 0.6f}}},
        {"avg", {7}, FloatGlobalAverage{}},
    };
    return n;
}

const std::vector<model::ChannelThresholds>& thresholds(const model::Network& network, std::size_t layer) {
    return std::get<model::Thresholds>(network.layers[layer].operation).channels;
}

void refused(const std::string& message, const std::function<void(FloatNetwork&)>& spoil) {
    FloatNetwork network = tiny();
    spoil(network);
    REQUIRE_THROWS_MATCHES(fold::fold(network), Error, Catch::Message(message));
}

template <typename Kind>
Kind& operation(FloatNetwork& network, std::size_t layer) {
    return std::get<Kind>(network.layers[layer].operation);
}

}  // namespace

TEST_CASE("each place has its unit") {
    const FloatNetwork network = tiny();
    const model::Network folded = fold::fold(network);
    // conv1 reads the embedding, whose codes are worth 1: unit 0.5 and 0.25.
    CHECK(thresholds(folded, 2)[0] == fold_channel(1, 0.5f, 0, 1, 0, 0.5));
    CHECK(thresholds(folded, 2)[1] == fold_channel(1, 0.5f, 0, 1, 0, 0.25));
    // The residual stream is in units of 1/32.
    CHECK(thresholds(folded, 6)[0] == fold_channel(1, 0.5f, 0, 1, 0, 1.0 / 32));
    CHECK(thresholds(folded, 6)[0].at == std::array<std::int32_t, 3>{-5, 16, 38});
    // The classifier reads codes worth 2/3, and averages 4 pixels.
    const auto& scale = std::get<model::GlobalSum>(folded.layers[8].operation).logit_scale;
    CHECK(scale[0] == Approx(double{0.3f} * (2.0 / 3.0) / 4).epsilon(1e-15));
    CHECK(scale[1] == Approx(double{0.6f} * (2.0 / 3.0) / 4).epsilon(1e-15));
}

TEST_CASE("pooling keeps the worth of a code") {
    FloatNetwork network = tiny();
    network.layers.insert(network.layers.begin() + 7, FloatLayer{"pool", {6}, model::Pool{}});
    network.layers[8].inputs = {7};
    network.layers[9].inputs = {8};
    const model::Network folded = fold::fold(network);
    const auto& scale = std::get<model::GlobalSum>(folded.layers[9].operation).logit_scale;
    CHECK(scale[0] == Approx(double{0.3f} * (2.0 / 3.0)).epsilon(1e-15));
}

TEST_CASE("signs: both zeros are +1, and the order becomes [out][ky][kx][in]") {
    const model::Network folded = fold::fold(tiny());
    const auto& body = std::get<model::Conv>(folded.layers[4].operation).weights;
    CHECK(body.positive(0, 0, 0, 0));
    CHECK(body.positive(0, 0, 0, 1));

    FloatNetwork network = tiny();
    auto& conv = operation<FloatConv>(network, 3);
    conv = FloatConv{1, 2, 3, 1, 1, WeightScale::shared, std::vector<float>(18, -1.0f)};
    conv.latent[(1 * 3 + 2) * 3 + 0] = 1.0f;  // in 1, ky 2, kx 0
    const model::Network again = fold::fold(network);
    const auto& weights = std::get<model::Conv>(again.layers[3].operation).weights;
    for (int ky = 0; ky < 3; ++ky) {
        for (int kx = 0; kx < 3; ++kx) {
            for (int in = 0; in < 2; ++in)
                CHECK(weights.positive(0, ky, kx, in) == (ky == 2 && kx == 0 && in == 1));
        }
    }
}

TEST_CASE("the report names the layer that is nearest to a tie") {
    FloatNetwork network = tiny();
    operation<FloatActivation>(network, 6).mean[0] = -0.49f / 32;  // T = -5.33, 16, 37.33, each less 0.49
    FoldReport report;
    fold::fold(network, &report);
    CHECK(report.smallest_margin_layer == "act1");  // T_2 = 1 for unit 0.5
    CHECK(report.smallest_margin == 0.0);
    operation<FloatActivation>(network, 2).mean = {0.06f, 0.03f};
    fold::fold(network, &report);
    CHECK(report.smallest_margin_layer == "act1");
    CHECK(report.smallest_margin > 0.05);
}

TEST_CASE("random networks fold, and the same seed gives the same network") {
    model::Architecture a;
    a.name = "random";
    a.input = {16, 16, 3};
    a.classes = 10;
    a.stem = {{16, 3, 2}};
    a.stages = {{1, 16, 1}, {1, 32, 2}};
    const auto make = [&](std::uint64_t seed) {
        FloatNetwork network = make_float_network(a);
        randomize(network, seed);
        return fold::fold(network);
    };
    CHECK(make(1) == make(1));
    CHECK_FALSE(make(1) == make(2));
    int falling = 0, constant = 0;
    for (const model::Layer& layer : make(3).layers) {
        const auto* t = std::get_if<model::Thresholds>(&layer.operation);
        if (!t) continue;
        for (const auto& channel : t->channels) {
            falling += channel.inverted ? 1 : 0;
            constant += std::abs(std::int64_t{channel.at[0]}) > (1 << 30) ? 1 : 0;
        }
    }
    CHECK(falling > 5);
    CHECK(constant > 0);
}

TEST_CASE("fold_bad: parameters") {
    refused("layer 'conv1': weight 1 is nan",
            [](FloatNetwork& n) { operation<FloatConv>(n, 1).latent[1] = NAN; });
    refused("layer 'act1': gamma 0 is inf",
            [](FloatNetwork& n) { operation<FloatActivation>(n, 2).gamma[0] = INFINITY; });
    refused("layer 'act1': beta 1 is nan",
            [](FloatNetwork& n) { operation<FloatActivation>(n, 2).beta[1] = NAN; });
    refused("layer 'act1': mean 0 is -inf",
            [](FloatNetwork& n) { operation<FloatActivation>(n, 2).mean[0] = -INFINITY; });
    refused("layer 'act1': variance 0 is nan",
            [](FloatNetwork& n) { operation<FloatActivation>(n, 2).variance[0] = NAN; });
    refused("layer 'act1': variance 1 is -0.5, and with epsilon 1e-05 not positive", [](FloatNetwork& n) {
        operation<FloatActivation>(n, 2).epsilon = 1e-5;
        operation<FloatActivation>(n, 2).variance[1] = -0.5f;
    });
    refused("layer 'act1': epsilon is nan",
            [](FloatNetwork& n) { operation<FloatActivation>(n, 2).epsilon = NAN; });
    refused("layer 'act1': 1 values of beta for 2 channels",
            [](FloatNetwork& n) { operation<FloatActivation>(n, 2).beta.pop_back(); });
    refused("layer 'conv1': 1 weights, but 2 are needed",
            [](FloatNetwork& n) { operation<FloatConv>(n, 1).latent.pop_back(); });
    refused("layer 'conv1': 1 to 0 channels by a kernel of 1",
            [](FloatNetwork& n) { operation<FloatConv>(n, 1).out = 0; });
}

TEST_CASE("fold_bad: structure") {
    refused("layer 'add': the residual add reads 'body', which is not in units of 1/32",
            [](FloatNetwork& n) { operation<FloatConv>(n, 4).scale = WeightScale::channel_mean; });
    refused("layer 'add': the residual add reads 'down', which is not in units of 1/32",
            [](FloatNetwork& n) { operation<FloatActivation>(n, 2).post_scale = true; });
    refused("network 'tiny': the last layer has to be the average over the classifier's map",
            [](FloatNetwork& n) { n.layers.pop_back(); });
    refused("network 'tiny': the last layer has to be the average over the classifier's map",
            [](FloatNetwork& n) { n.layers.clear(); });
    refused("layer 'act2': input 6 is not an earlier layer",
            [](FloatNetwork& n) { n.layers[6].inputs = {6}; });
    refused("layer 'act2': 0 inputs, but 1 are needed", [](FloatNetwork& n) { n.layers[6].inputs = {}; });
    refused("layer 'conv1': only the pixel embedding reads the picture",
            [](FloatNetwork& n) { n.layers[1].inputs = {-1}; });
    refused("layer 'conv': it cannot read the map that 'add' makes",
            [](FloatNetwork& n) { n.layers[7].inputs = {5}; });
    refused("layer 'act2': it cannot read the map that 'act1' makes",
            [](FloatNetwork& n) { n.layers[6].inputs = {2}; });
    refused("layer 'embed': two layers have this name", [](FloatNetwork& n) { n.layers[3].name = "embed"; });
}

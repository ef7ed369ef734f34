// SPDX-License-Identifier: Apache-2.0
// A whole network worked out by hand, with both kinds of code offset, a residual add and pooling.
#include <catch2/catch.hpp>

#include "golden/golden.h"
#include "support/error.h"

using namespace ern;
using namespace ern::golden;

namespace {

model::Conv pointwise(int out, int in, std::uint64_t bits) {
    model::Conv conv{1, 0, model::WeightBits(out, 1, in)};
    conv.weights.words()[0] = bits;
    return conv;
}

model::Network network() {
    model::Network n;
    n.name = "hand";
    n.input = {2, 2, 1};
    const model::ChannelThresholds ternary{{1, 3, model::ChannelThresholds::kNever}, false};
    n.layers = {
        {"embed", {model::kPicture}, model::PixelEmbedding{2}, {2, 2, 2}},
        {"conv1", {0}, pointwise(1, 2, 0b11), {2, 2, 1}},
        {"act", {1}, model::Thresholds{-1, {ternary}}, {2, 2, 1}},
        {"left", {2}, pointwise(1, 1, 0b1), {2, 2, 1}},
        {"pool", {2}, model::Pool{model::PoolKind::max, 1, 1, 0}, {2, 2, 1}},
        {"right", {4}, pointwise(1, 1, 0b1), {2, 2, 1}},
        {"add", {3, 5}, model::ResidualAdd{}, {2, 2, 1}},
        {"act2", {6}, model::Thresholds{0, {model::ChannelThresholds{{0, 1, 2}, false}}}, {2, 2, 1}},
        {"conv", {7}, pointwise(2, 1, 0b10), {2, 2, 2}},
        {"sum", {8}, model::GlobalSum{{0.5, 0.25}}, {1, 1, 2}},
    };
    return n;
}

}  // namespace

TEST_CASE("every map of a small network") {
    const std::vector<std::uint8_t> picture{0, 9, 89, 255};
    const Result result = run(network(), picture);
    REQUIRE(result.maps.size() == 10);
    CHECK(std::get<Codes>(result.maps[0]) == Codes{0, 0, 1, 0, 2, 1, 3, 3});
    CHECK(std::get<Accumulators>(result.maps[1]) == Accumulators{0, 1, 3, 6});
    CHECK(std::get<Codes>(result.maps[2]) == Codes{0, 1, 2, 2});
    CHECK(std::get<Accumulators>(result.maps[3]) == Accumulators{-1, 0, 1, 1});
    CHECK(std::get<Codes>(result.maps[4]) == Codes{0, 1, 2, 2});
    CHECK(std::get<Accumulators>(result.maps[5]) == Accumulators{-1, 0, 1, 1});
    CHECK(std::get<Accumulators>(result.maps[6]) == Accumulators{-2, 0, 2, 2});
    CHECK(std::get<Codes>(result.maps[7]) == Codes{0, 1, 3, 3});
    CHECK(std::get<Accumulators>(result.maps[8]) == Accumulators{0, 0, -1, 1, -3, 3, -3, 3});
    CHECK(std::get<Sums>(result.maps[9]) == Sums{-7, 7});
    CHECK(result.logits == std::vector<double>{-3.5, 1.75});
    CHECK(best_class(result.logits) == 1);
}

TEST_CASE("the best class is the first of equals") {
    CHECK(best_class(std::vector<double>{1, 3, 3, 2}) == 1);
    CHECK(best_class(std::vector<double>{-1}) == 0);
}

TEST_CASE("golden_bad: a picture of another size") {
    REQUIRE_THROWS_MATCHES(
        run(network(), std::vector<std::uint8_t>(5)), Error,
        Catch::Message("network 'hand': the picture has 5 bytes, but 2x2 pixels of 1 colours are 4"));
}

TEST_CASE("golden_bad: a network that does not hold together") {
    model::Network broken = network();
    broken.layers[6].inputs = {3, 2};
    REQUIRE_THROWS_AS(run(broken, std::vector<std::uint8_t>(4)), Error);
}

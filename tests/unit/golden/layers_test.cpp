// SPDX-License-Identifier: Apache-2.0
// Each layer kind on maps small enough to work out by hand.
#include "golden/layers.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace ern;
using namespace ern::golden;
using model::Shape;

namespace {

model::Conv conv(int out, int kernel, int in, int stride, int pad, const std::vector<int>& signs) {
    model::Conv result{stride, pad, model::WeightBits(out, kernel, in)};
    std::size_t i = 0;
    for (int o = 0; o < out; ++o) {
        for (int ky = 0; ky < kernel; ++ky) {
            for (int kx = 0; kx < kernel; ++kx) {
                for (int c = 0; c < in; ++c) result.weights.set(o, ky, kx, c, signs.at(i++) > 0);
            }
        }
    }
    return result;
}

}  // namespace

TEST_CASE("the pixel embedding follows its formula for every byte") {
    std::vector<std::uint8_t> picture(256);
    for (std::size_t v = 0; v < 256; ++v) picture[v] = static_cast<std::uint8_t>(v);
    const Codes codes = embed_pixels({10}, picture, {16, 16, 1});
    REQUIRE(codes.size() == 2560);
    for (int v = 0; v < 256; ++v) {
        for (int e = 0; e < 10; ++e) {
            // code >= 1, 2, 3 from v = 9 + 8e, 89 + 8e, 169 + 8e
            const int expected = (v >= 9 + 8 * e) + (v >= 89 + 8 * e) + (v >= 169 + 8 * e);
            CAPTURE(v, e);
            REQUIRE(codes[static_cast<std::size_t>(v * 10 + e)] == expected);
            const double position = std::floor((v - 8.0 * (e + 1) + 79) / 80);
            REQUIRE(codes[static_cast<std::size_t>(v * 10 + e)] == std::clamp(position, 0.0, 3.0));
        }
    }
}

TEST_CASE("the pixel embedding puts the codes of a colour side by side") {
    const std::vector<std::uint8_t> picture{255, 9, 0};
    CHECK(embed_pixels({2}, picture, {1, 1, 3}) == Codes{3, 3, 1, 0, 0, 0});
}

TEST_CASE("a 3x3 convolution with padding") {
    // Map      Filter
    // 1 2 3    + + -
    // 0 1 2    - + +
    // 3 0 1    + - +
    const Codes map{1, 2, 3, 0, 1, 2, 3, 0, 1};
    const auto filter = conv(1, 3, 1, 1, 1, {1, 1, -1, -1, 1, 1, 1, -1, 1});
    // Top left: window . . . / . 1 2 / . 0 1 -> 1 + 2 - 0 + 1 = 4.
    // Middle left: window . 1 2 / . 0 1 / . 3 0 -> 1 - 2 + 0 + 1 - 3 + 0 = -3, and so on.
    CHECK(convolve(filter, map, {3, 3, 1}, 0, {3, 3, 1}) == Accumulators{4, 5, 0, -3, 7, 5, 2, -3, 4});
}

TEST_CASE("a 3x3 convolution with stride 2 reads every second window") {
    const Codes map{1, 2, 3, 0, 1, 2, 3, 0, 1};
    const auto filter = conv(1, 3, 1, 2, 1, {1, 1, -1, -1, 1, 1, 1, -1, 1});
    CHECK(convolve(filter, map, {3, 3, 1}, 0, {2, 2, 1}) == Accumulators{4, 0, 2, 4});
}

TEST_CASE("a 1x1 convolution mixes channels") {
    const Codes map{1, 2, 3, 3, 0, 1};  // two pixels of three channels
    const auto filter = conv(2, 1, 3, 1, 0, {1, -1, 1, -1, -1, -1});
    CHECK(convolve(filter, map, {1, 2, 3}, 0, {1, 2, 2}) == Accumulators{2, -6, 4, -4});
    CHECK(convolve(conv(1, 1, 3, 2, 0, {1, 1, 1}), map, {1, 2, 3}, 0, {1, 1, 1}) == Accumulators{6});
}

TEST_CASE("a convolution without padding") {
    const Codes map{1, 2, 3, 0, 1, 2};
    CHECK(convolve(conv(1, 2, 1, 1, 0, {1, -1, 1, 1}), map, {2, 3, 1}, 0, {1, 2, 1}) == Accumulators{0, 2});
}

TEST_CASE("ternary codes stand for -1, 0, 1, and padding for 0, not for -1") {
    const Codes map{0, 1, 2, 2};  // values -1 0 / 1 1
    const auto filter = conv(1, 3, 1, 1, 1, {1, 1, 1, 1, 1, 1, 1, 1, 1});
    CHECK(convolve(filter, map, {2, 2, 1}, -1, {2, 2, 1}) == Accumulators{1, 1, 1, 1});
    const auto mixed = conv(1, 3, 1, 1, 1, {-1, -1, -1, -1, 1, -1, 1, 1, 1});
    // Top left: window . . . / . -1 0 / . 1 1 -> -1 - 0 + 1 + 1 = 1
    // Top right: window . . . / -1 0 . / 1 1 . -> 1 + 0 + 1 + 1 = 3
    // Bottom left: window . -1 0 / . 1 1 / . . . -> 1 + 1 - 1 = 1
    // Bottom right: window -1 0 . / 1 1 . / . . . -> 1 - 1 + 1 = 1
    CHECK(convolve(mixed, map, {2, 2, 1}, -1, {2, 2, 1}) == Accumulators{1, 3, 1, 1});
}

TEST_CASE("the largest sum of the family is exact") {
    const int in = 512;
    const Codes map(9 * in, 3);
    const auto up = conv(1, 3, in, 1, 0, std::vector<int>(9 * in, 1));
    const auto down = conv(1, 3, in, 1, 0, std::vector<int>(9 * in, -1));
    CHECK(convolve(up, map, {3, 3, in}, 0, {1, 1, 1}) == Accumulators{13'824});
    CHECK(convolve(down, map, {3, 3, in}, 0, {1, 1, 1}) == Accumulators{-13'824});
}

TEST_CASE("the residual add") {
    CHECK(add({1, -5, 7}, {2, -6, -7}) == Accumulators{3, -11, 0});
}

TEST_CASE("thresholds are inclusive, and exclusive when inverted") {
    constexpr auto kNever = model::ChannelThresholds::kNever, kAlways = model::ChannelThresholds::kAlways;
    const model::Thresholds thresholds{0,
                                       {{{-2, 0, 3}, false},
                                        {{3, 1, -2}, true},
                                        {{kAlways, kNever, kNever}, false},
                                        {{kNever, kAlways, kAlways}, true}}};
    const Accumulators map{-3, -3, -3, -3,  //
                           -2, -2, -2, -2,  //
                           0,  0,  0,  0,   //
                           1,  1,  1,  1,   //
                           3,  3,  3,  3,   //
                           99, 99, 99, 99};
    CHECK(quantize(thresholds, map) == Codes{0, 3, 1, 1,  //
                                             1, 2, 1, 1,  //
                                             2, 2, 1, 1,  //
                                             2, 1, 1, 1,  //
                                             3, 0, 1, 1,  //
                                             3, 0, 1, 1});
}

TEST_CASE("pooling") {
    const Codes map{0, 1, 3,  //
                    2, 1, 3,  //
                    0, 0, 1};
    const Shape in{3, 3, 1};
    CHECK(pool({model::PoolKind::max, 2, 1, 0}, map, in, {2, 2, 1}) == Codes{2, 3, 2, 3});
    // Sums 4, 8, 3, 5 of four positions: means 1, 2, 0.75, 1.25.
    CHECK(pool({model::PoolKind::average, 2, 1, 0}, map, in, {2, 2, 1}) == Codes{1, 2, 1, 1});
    // Windows of two by two around the corners; outside counts as code 0. Sums 0, 4, 2, 5.
    CHECK(pool({model::PoolKind::average, 2, 2, 1}, map, in, {2, 2, 1}) == Codes{0, 1, 1, 1});
    CHECK(pool({model::PoolKind::max, 2, 2, 1}, map, in, {2, 2, 1}) == Codes{0, 3, 2, 3});
    CHECK(pool({model::PoolKind::max, 3, 3, 0}, map, in, {1, 1, 1}) == Codes{3});
}

TEST_CASE("average pooling rounds halves up") {
    const auto mean = [](const Codes& codes) {
        return pool({model::PoolKind::average, 2, 2, 0}, codes, {2, 2, 1}, {1, 1, 1})[0];
    };
    CHECK(mean({1, 0, 0, 0}) == 0);  // 0.25
    CHECK(mean({1, 1, 0, 0}) == 1);  // 0.5
    CHECK(mean({2, 1, 1, 1}) == 1);  // 1.25
    CHECK(mean({2, 2, 1, 1}) == 2);  // 1.5
    CHECK(mean({3, 3, 2, 2}) == 3);  // 2.5
    CHECK(mean({3, 2, 2, 2}) == 2);  // 2.25
}

TEST_CASE("pooling keeps channels apart") {
    const Codes map{1, 0, 2, 0, 3, 0, 0, 1};  // 2x2 pixels of two channels
    CHECK(pool({model::PoolKind::max, 2, 2, 0}, map, {2, 2, 2}, {1, 1, 2}) == Codes{3, 1});
}

TEST_CASE("the global sum is one number a channel") {
    const Accumulators map{1, -1, 2, -2, 3, -3, 1 << 30, -(1 << 30)};
    CHECK(sum_pixels(map, {2, 2, 2}) == Sums{(1 << 30) + 6, -(1 << 30) - 6});
    const Accumulators large(8, 1 << 30);
    CHECK(sum_pixels(large, {4, 2, 1}) == Sums{std::int64_t{8} << 30});
}

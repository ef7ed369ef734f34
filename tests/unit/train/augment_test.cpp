// SPDX-License-Identifier: Apache-2.0
#include "train/augment.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <vector>

namespace ern::train {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr model::Shape kShape{12, 10, 3};

Bytes some_picture() {
    Bytes picture(static_cast<std::size_t>(kShape.size()));
    Random random(3);
    for (auto& v : picture) v = static_cast<std::uint8_t>(40 + random.below(150));
    return picture;
}

Bytes augmented(Bytes picture, int operations, int magnitude, std::uint64_t seed) {
    Random random(seed);
    randaugment(picture, kShape, operations, magnitude, random);
    return picture;
}

}  // namespace

TEST_CASE("RandAugment of no operations is the picture, of some it depends on the seed alone") {
    const Bytes picture = some_picture();
    CHECK(augmented(picture, 0, 9, 1) == picture);
    std::set<std::string> different;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const Bytes result = augmented(picture, 2, 20, seed);
        CHECK(result == augmented(picture, 2, 20, seed));
        different.emplace(result.begin(), result.end());
    }
    CHECK(different.size() > 80);
}

TEST_CASE("at magnitude 0 every operation of RandAugment leaves a grey picture alone") {
    const Bytes picture(static_cast<std::size_t>(kShape.size()), 100);
    for (std::uint64_t seed = 0; seed < 100; ++seed) CHECK(augmented(picture, 1, 0, seed) == picture);
}

TEST_CASE("RandAugment's operations change brightness both ways, bring zeros in and invert") {
    const Bytes picture(static_cast<std::size_t>(kShape.size()), 100);
    int brighter = 0, darker = 0, with_zeros = 0, posterized = 0, inverted = 0, unchanged = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        const Bytes result = augmented(picture, 1, 30, seed);
        const std::set<int> values(result.begin(), result.end());
        unchanged += result == picture;
        brighter += values == std::set<int>{190};
        darker += values == std::set<int>{10};
        posterized += values == std::set<int>{96};
        inverted += values == std::set<int>{155};
        with_zeros += values.count(0) == 1 && values.count(100) == 1;
    }
    // Of 14: 5 move pixels, and brightness, posterize and solarize are one each; the rest leave a grey picture alone.
    CHECK(with_zeros > 90);
    CHECK(brighter > 4);
    CHECK(darker > 4);
    CHECK(posterized > 10);
    CHECK(inverted > 10);
    CHECK(unchanged > 100);
    CHECK(brighter + darker + with_zeros + posterized + inverted + unchanged == 400);
}

TEST_CASE("Beta(alpha, alpha) has the mean and the variance of the formula") {
    const double alpha = GENERATE(0.2, 1.0, 3.0);
    Random random(5);
    double sum = 0, squares = 0;
    constexpr int kCount = 20'000;
    for (int i = 0; i < kCount; ++i) {
        const double value = symmetric_beta(alpha, random);
        REQUIRE(value >= 0);
        REQUIRE(value <= 1);
        sum += value;
        squares += value * value;
    }
    const double mean = sum / kCount;
    CHECK(mean == Approx(0.5).margin(0.01));
    CHECK(squares / kCount - mean * mean == Approx(1 / (4 * (2 * alpha + 1))).epsilon(0.05));
}

TEST_CASE("a blend is the weighted mean, rounded") {
    Bytes picture{0, 100, 255};
    blend(picture, Bytes{100, 100, 0}, 0.75);
    CHECK(picture == Bytes{25, 100, 191});
}

TEST_CASE("a paste is a rectangle of the other picture, and the part that is left is counted") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Random random(seed);
        Bytes picture(static_cast<std::size_t>(kShape.size()), 1);
        const Bytes other(picture.size(), 2);
        const double left = paste(picture, other, kShape, 0.6, random);
        const auto pasted = std::count(picture.begin(), picture.end(), 2);
        CHECK(left == Approx(1 - static_cast<double>(pasted) / static_cast<double>(picture.size())));
        CHECK(left >= 0.6 - 1e-9);
        CHECK(left < 1);
    }
    Random random(1);
    Bytes picture(static_cast<std::size_t>(kShape.size()), 1);
    CHECK(paste(picture, Bytes(picture.size(), 2), kShape, 1.0, random) == 1);
    CHECK(std::count(picture.begin(), picture.end(), 1) == kShape.size());
}

}  // namespace ern::train

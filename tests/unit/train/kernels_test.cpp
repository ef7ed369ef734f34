// SPDX-License-Identifier: Apache-2.0
#include "train/kernels.h"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

namespace ern::train {

namespace {

constexpr int kChannels = 37;           // no multiple of a vector
constexpr std::int64_t kPixels = 1003;  // no multiple of a block

std::uint16_t to_bf16(float v) {
    return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(v) >> 16);
}
float from_bf16(std::uint16_t v) {
    return std::bit_cast<float>(std::uint32_t{v} << 16);
}

// Integers, as accumulators are, exact in bfloat16.
std::vector<float> accumulators(unsigned seed) {
    std::mt19937 random(seed);
    std::vector<float> values(static_cast<std::size_t>(kPixels * kChannels));
    for (float& v : values) v = static_cast<float>(static_cast<int>(random() % 255) - 100);
    return values;
}

std::vector<std::uint16_t> to_bf16(const std::vector<float>& values) {
    std::vector<std::uint16_t> result;
    for (const float v : values) result.push_back(to_bf16(v));
    return result;
}

template <typename T>
MapView<T> view(const std::vector<T>& values) {
    return {values.data(), kPixels, kChannels};
}

struct SomeLines {
    std::vector<float> slope, offset;
    SomeLines() {
        for (int c = 0; c < kChannels; ++c) {
            slope.push_back(0.001f * static_cast<float>(c - 18));           // negative, zero and positive
            offset.push_back(0.05031f * static_cast<float>(c) + 0.00007f);  // no y on an edge of the window
        }
    }
    Lines lines() const { return {slope, offset}; }
};

}  // namespace

TEST_CASE("moments of each channel are those of the formula") {
    const auto x = accumulators(1);
    std::vector<float> mean(kChannels), variance(kChannels), mean16(kChannels), variance16(kChannels);
    channel_moments(view(x), mean, variance);
    channel_moments(view(to_bf16(x)), mean16, variance16);
    CHECK(mean == mean16);
    CHECK(variance == variance16);
    for (std::size_t c = 0; c < kChannels; ++c) {
        double sum = 0, squares = 0;
        for (std::size_t i = c; i < x.size(); i += kChannels) sum += static_cast<double>(x[i]);
        const double expected = sum / kPixels;
        for (std::size_t i = c; i < x.size(); i += kChannels) {
            squares += std::pow(static_cast<double>(x[i]) - expected, 2);
        }
        CHECK(static_cast<double>(mean[c]) == Approx(expected).epsilon(1e-5));
        CHECK(static_cast<double>(variance[c]) == Approx(squares / kPixels).epsilon(1e-4));
    }
}

TEST_CASE("codes are those of the formula") {
    const auto x = accumulators(2);
    const SomeLines norm;
    std::vector<float> codes(x.size());
    std::vector<std::uint16_t> codes16(x.size());
    activate(view(x), norm.lines(), Nonlinearity::codes, codes.data());
    activate(view(to_bf16(x)), norm.lines(), Nonlinearity::codes, codes16.data());
    int seen[4] = {};
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::size_t c = i % kChannels;
        const double y = double{norm.slope[c]} * double{x[i]} + double{norm.offset[c]};
        const double steps = std::clamp(y, 0.0, 2.0) * 1.5 + 0.5;
        if (std::abs(steps - std::nearbyint(steps)) < 1e-5) continue;  // a tie, where float32 may differ
        REQUIRE(static_cast<double>(codes[i]) == std::floor(steps));
        REQUIRE(from_bf16(codes16[i]) == codes[i]);
        ++seen[static_cast<int>(codes[i])];
    }
    for (const int count : seen) CHECK(count > 0);
}

TEST_CASE("gradient passes inside the window and both passes agree with the formula") {
    const auto x = accumulators(3);
    const auto grad = accumulators(4);
    const SomeLines norm;
    std::vector<double> sum(kChannels), sum_x(kChannels);
    gradient_sums(view(x), grad.data(), norm.lines(), Nonlinearity::codes, sum, sum_x);
    const std::vector<float> constant(kChannels, 0.25f), linear(kChannels, -0.125f);
    std::vector<float> grad_x(x.size());
    gradient_input(view(x), grad.data(), norm.lines(), Nonlinearity::codes, {constant, linear},
                   grad_x.data());
    std::vector<double> expected(kChannels), expected_x(kChannels);
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::size_t c = i % kChannels;
        const float y = norm.slope[c] * x[i] + norm.offset[c];
        const float g = y >= 0 && y <= 2 ? 1.5f * grad[i] : 0.0f;
        expected[c] += static_cast<double>(g);
        expected_x[c] += static_cast<double>(g * x[i]);
        const double dx = static_cast<double>(norm.slope[c] * g + 0.25f - 0.125f * x[i]);
        REQUIRE(static_cast<double>(grad_x[i]) == Approx(dx).margin(1e-4));
    }
    for (std::size_t c = 0; c < kChannels; ++c) {
        CHECK(sum[c] == Approx(expected[c]).epsilon(1e-5).margin(0.01));
        CHECK(sum_x[c] == Approx(expected_x[c]).epsilon(1e-4).margin(1));
    }
}

TEST_CASE("the embedding is the thermometer of the formula for every byte") {
    constexpr int kCodes = 31;
    std::vector<std::uint8_t> bytes;
    for (int v = 0; v < 256; ++v) bytes.push_back(static_cast<std::uint8_t>(v));
    std::vector<float> codes(256 * kCodes);
    std::vector<std::uint16_t> codes16(codes.size());
    embed({bytes.data(), 128, 2}, kCodes, codes.data());
    embed({bytes.data(), 128, 2}, kCodes, codes16.data());
    for (int v = 0; v < 256; ++v) {
        for (int e = 0; e < kCodes; ++e) {
            const double code = std::clamp(std::floor((v - 8 * (e + 1) + 79) / 80.0), 0.0, 3.0);
            const auto i = static_cast<std::size_t>(v * kCodes + e);
            REQUIRE(static_cast<double>(codes[i]) == code);
            REQUIRE(from_bf16(codes16[i]) == codes[i]);
        }
    }
}

}  // namespace ern::train

// SPDX-License-Identifier: Apache-2.0
// One channel of folding against the defining formula, for every accumulator of its range.
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "fold/fold.h"

using ern::fold::fold_channel;
using ern::model::ChannelThresholds;

namespace {

struct Channel {
    float gamma, beta, mean, variance;
    double epsilon, unit;
};

int folded_code(const ChannelThresholds& thresholds, std::int32_t acc) {
    int code = 0;
    for (const std::int32_t at : thresholds.at) code += (acc >= at) != thresholds.inverted ? 1 : 0;
    return code;
}

struct Formula {
    int code;
    bool near_tie;  // rounding could decide
};

// code = floor(clamp(y, 0, 2) * 1.5 + 0.5) in long double, straight from the definition of BatchNorm.
Formula formula(const Channel& c, std::int32_t acc) {
    const long double spread = std::sqrt(static_cast<long double>(c.variance) + c.epsilon);
    const long double x = static_cast<long double>(acc) * c.unit;
    const long double y = (x - c.mean) / spread * c.gamma + c.beta;
    const long double position = std::clamp(y, 0.0L, 2.0L) * 1.5L + 0.5L;
    const long double from_step = std::abs(position - std::round(position));
    // The same distance in accumulator steps: a steep channel crosses all its codes within a small part of a
    // step.
    const long double slope = std::abs(1.5L * c.unit * c.gamma / spread);
    const bool on_slope = y > -1e-6L && y < 2 + 1e-6L;
    const bool near =
        from_step < 1e-9L || (on_slope && slope > 0 && from_step / slope < 1e-9L * (1.0L + std::abs(acc)));
    return {static_cast<int>(std::floor(position)), near};
}

// Codes that differ from the formula away from ties, over -range..range. Near ties are counted into ties.
std::int64_t differences(const Channel& c, std::int32_t range, std::int64_t& ties) {
    const ChannelThresholds thresholds = fold_channel(c.gamma, c.beta, c.mean, c.variance, c.epsilon, c.unit);
    std::int64_t result = 0;
    for (std::int32_t acc = -range; acc <= range; ++acc) {
        const Formula expected = formula(c, acc);
        const int code = folded_code(thresholds, acc);
        if (expected.near_tie) {
            ++ties;
        } else if (code != expected.code) {
            ++result;
        }
    }
    return result;
}

// Parameters as they occur in trained networks, and far beyond.
Channel random_channel(std::mt19937_64& random, std::int32_t range) {
    const auto uniform = [&](double low, double high) {
        return low + (high - low) * std::ldexp(double(random() >> 11), -53);
    };
    const auto log_uniform = [&](double low, double high) {
        return std::exp(uniform(std::log(low), std::log(high)));
    };
    const double units[] = {1.0 / 32.0, uniform(0.001, 0.2), uniform(0.001, 0.2) * 2 / 3, 1.0,
                            log_uniform(1e-30, 1e10)};
    Channel c;
    c.unit = units[random() % 5];
    const double spread = c.unit * range * log_uniform(0.001, 1.0);
    c.epsilon = random() % 4 == 0 ? 1e-3 : random() % 3 == 0 ? 0.0 : 1e-5;
    c.variance = static_cast<float>(std::max(spread * spread, 1e-30));
    c.mean = static_cast<float>(random() % 8 == 0 ? 0 : uniform(-1, 1) * c.unit * range * 0.5);
    c.beta = static_cast<float>(random() % 8 == 0 ? uniform(-5, 5) : uniform(-0.5, 2.5));
    const double magnitudes[] = {uniform(0.1, 3), uniform(0.1, 3), uniform(0.1, 3), log_uniform(1e-38, 1e-3),
                                 log_uniform(1e3, 1e38)};
    c.gamma = static_cast<float>(magnitudes[random() % 5] * (random() % 2 ? 1 : -1));
    if (random() % 16 == 0) c.gamma = random() % 2 ? 0.0f : -0.0f;
    return c;
}

}  // namespace

TEST_CASE("thresholds give the code of the formula for every accumulator") {
    std::mt19937_64 random(20240501);
    // 3 * fan-in of the family's convolutions, and its largest residuals.
    const std::int32_t ranges[] = {90, 192, 810, 1728, 3456, 13'824, 42'240};
    std::int64_t compared = 0, ties = 0;
    int falling = 0, constant = 0;
    for (int i = 0; i < 4000; ++i) {
        const std::int32_t range = ranges[i % 7];
        const Channel c = random_channel(random, range);
        CAPTURE(i, c.gamma, c.beta, c.mean, c.variance, c.epsilon, c.unit, range);
        REQUIRE(differences(c, range, ties) == 0);
        compared += 2 * range + 1;
        falling += c.gamma < 0 ? 1 : 0;
        constant += c.gamma == 0 ? 1 : 0;
    }
    WARN(compared << " codes compared, " << ties << " near ties left out, " << falling << " falling and "
                  << constant << " constant channels");
    CHECK(falling > 1000);
    CHECK(constant > 100);
    CHECK(ties < compared / 1'000'000);
}

TEST_CASE("the steps are inclusive, also where the channel falls") {
    // variance 1, epsilon 0: y = acc * gamma * unit + beta, exact here. Code 2 begins at y = 1.
    for (const float gamma : {1.0f, -1.0f}) {
        const ChannelThresholds t = fold_channel(gamma, 1.0f, 0.0f, 1.0f, 0.0, 0.25);
        CAPTURE(gamma);
        CHECK(t.inverted == (gamma < 0));
        const int sign = gamma < 0 ? -1 : 1;
        CHECK(folded_code(t, 0) == 2);
        CHECK(folded_code(t, -1 * sign) == 1);  // y = 0.75
        CHECK(folded_code(t, -2 * sign) == 1);  // y = 0.5
        CHECK(folded_code(t, -3 * sign) == 0);  // y = 0.25
        CHECK(folded_code(t, 2 * sign) == 2);   // y = 1.5
        CHECK(folded_code(t, 3 * sign) == 3);   // y = 1.75
    }
}

TEST_CASE("thresholds stand as the header says") {
    // T = {-2.67, 0, 2.67}: rising uses the ceiling, falling the floor plus one.
    CHECK(fold_channel(1, 1, 0, 1, 0, 0.25) == ChannelThresholds{{-2, 0, 3}, false});
    CHECK(fold_channel(-1, 1, 0, 1, 0, 0.25) == ChannelThresholds{{3, 1, -2}, true});
}

TEST_CASE("gamma 0 is the constant code of beta") {
    constexpr auto kNever = ChannelThresholds::kNever, kAlways = ChannelThresholds::kAlways;
    double margin = 0;
    CHECK(fold_channel(0, -3, 5, 1, 0, 1, &margin) == ChannelThresholds{{kNever, kNever, kNever}, false});
    CHECK(margin == 0.5);
    CHECK(fold_channel(0, 0.34f, 5, 1, 0, 1) == ChannelThresholds{{kAlways, kNever, kNever}, false});
    CHECK(fold_channel(-0.0f, 1, 5, 1, 0, 1) == ChannelThresholds{{kAlways, kAlways, kNever}, false});
    CHECK(fold_channel(0, 99, 5, 1, 0, 1) == ChannelThresholds{{kAlways, kAlways, kAlways}, false});
}

TEST_CASE("what lies beyond every accumulator becomes a constant, in the right direction") {
    constexpr auto kNever = ChannelThresholds::kNever, kAlways = ChannelThresholds::kAlways;
    // A gamma so small that beta alone decides: code 1 everywhere.
    CHECK(fold_channel(1e-38f, 0.5f, 0, 1, 0, 0.01) == ChannelThresholds{{kAlways, kNever, kNever}, false});
    CHECK(fold_channel(-1e-38f, 0.5f, 0, 1, 0, 0.01) == ChannelThresholds{{kNever, kAlways, kAlways}, true});
    const float smallest = std::numeric_limits<float>::denorm_min(),
                largest = std::numeric_limits<float>::max();
    for (const float gamma : {smallest, -smallest}) {
        CHECK(folded_code(fold_channel(gamma, 0.5f, 0, largest, 0, 1e-40), 1000) == 1);
        CHECK(folded_code(fold_channel(gamma, 0.5f, 0, largest, 0, 1e-40), -1000) == 1);
    }
    // The largest gamma makes one step of all three, between -1 and 0.
    CHECK(fold_channel(largest, 1, -0.5f, 1, 0, 1) == ChannelThresholds{{0, 0, 0}, false});
    CHECK(fold_channel(-largest, 1, -0.5f, 1, 0, 1) == ChannelThresholds{{0, 0, 0}, true});
}

TEST_CASE("just below and just above the limit of thresholds") {
    constexpr std::int32_t kLimit = 1 << 30;
    // beta = 1: T_2 = mean / unit; gamma = 2^30 keeps the other two beside it.
    const auto second = [](double gamma, double mean) {
        return fold_channel(static_cast<float>(gamma), 1, static_cast<float>(mean), 1, 0, 1).at[1];
    };
    CHECK(second(kLimit, kLimit) == kLimit);
    CHECK(second(kLimit, -double{kLimit}) == -kLimit);
    CHECK(second(kLimit, kLimit + 128.0) == ChannelThresholds::kNever);
    CHECK(second(kLimit, -kLimit - 128.0) == ChannelThresholds::kAlways);
    CHECK(second(-kLimit, kLimit) == ChannelThresholds::kNever);
    CHECK(second(-kLimit, kLimit - 64.0) == kLimit - 63);
}

TEST_CASE("a filter of zeros is worth nothing, and its channel is the constant of mean and beta") {
    for (const float gamma : {0.7f, -0.7f}) {
        for (const float mean : {-2.0f, -1.0f, -0.4f, 0.0f, 0.4f, 1.0f, 2.0f}) {
            const ChannelThresholds t = fold_channel(gamma, 1, mean, 1, 0, 0.0);
            const double y = -double{mean} * gamma + 1;
            const int expected = static_cast<int>(std::floor(std::clamp(y, 0.0, 2.0) * 1.5 + 0.5));
            CAPTURE(gamma, mean);
            for (const int acc : {-1000, 0, 1000}) CHECK(folded_code(t, acc) == expected);
        }
    }
}

TEST_CASE("the margin is the smallest distance of a threshold to an integer") {
    double margin = 0;
    fold_channel(1, 1, 0, 1, 0, 0.25, &margin);  // T_2 = 0
    CHECK(margin == 0.0);
    fold_channel(1, 1, 0.1f, 1, 0, 1, &margin);  // T = 0.1 - 2/3, 0.1, 0.1 + 2/3
    CHECK(margin == Approx(0.1).epsilon(1e-6));
}

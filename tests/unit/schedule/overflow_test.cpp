// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "configurations.h"
#include "fuzz/random_network.h"
#include "golden/golden.h"
#include "golden/layers.h"
#include "schedule/overflow.h"
#include "schedule/plan.h"
#include "support/error.h"

namespace ern::schedule {

namespace {

// Every subset of the terms of one output, whatever codes they meet: what partial sums can be, by trying.
Range tried(const std::vector<bool>& positive) {
    Range range;
    const auto terms = positive.size();
    for (std::uint32_t codes = 0; codes < (1u << (2 * terms)); ++codes) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < terms; ++i) {
            sum += (positive[i] ? 1 : -1) * static_cast<std::int64_t>((codes >> (2 * i)) & 3);
            range.low = std::min(range.low, sum);
            range.high = std::max(range.high, sum);
        }
    }
    return range;
}

model::Network network_of(const std::vector<std::vector<bool>>& rows) {
    model::Network network;
    network.name = "rows";
    const int in = static_cast<int>(rows.front().size()), out = static_cast<int>(rows.size());
    model::Conv conv{1, 0, model::WeightBits(out, 1, in)};
    for (int o = 0; o < out; ++o) {
        for (int i = 0; i < in; ++i) {
            conv.weights.set(o, 0, 0, i, rows[static_cast<std::size_t>(o)][static_cast<std::size_t>(i)]);
        }
    }
    network.input = {1, 1, 1};
    network.layers = {{"embed", {model::kPicture}, model::PixelEmbedding{in}, {1, 1, in}},
                      {"conv", {0}, conv, {1, 1, out}},
                      {"sum", {1}, model::GlobalSum{std::vector<double>(rows.size(), 1.0)}, {1, 1, out}}};
    model::check(network);
    return network;
}

// Fewest bits that make_plan accepts, and the message for one bit less (empty where no configuration has so few).
struct Fewest {
    int bits = 0;
    std::string message;
};
Fewest fewest_bits(const model::Network& network, Accelerator accelerator) {
    Fewest fewest;
    for (accelerator.accumulator_bits = 8; accelerator.accumulator_bits <= 24; ++accelerator.accumulator_bits) {
        try {
            check(accelerator, "");
        } catch (const Error&) {
            continue;  // too few for one pass of the array
        }
        try {
            make_plan(network, accelerator);
            fewest.bits = accelerator.accumulator_bits;
            return fewest;
        } catch (const Error& error) {
            fewest.message = error.what();
        }
    }
    return fewest;
}

bool does_not_fit(const std::string& message) {
    return message.find("[memory]") != std::string::npos || message.find("[array]") != std::string::npos;
}

}  // namespace

TEST_CASE("the range of a convolution is the one that trying all codes reaches") {
    const std::uint32_t seed = 51;
    std::mt19937 random(seed);
    for (int i = 0; i < 30; ++i) {
        INFO("seed " << seed << ", network " << i);
        std::vector<std::vector<bool>> rows(1 + random() % 3, std::vector<bool>(1 + random() % 6));
        Range hull;
        for (auto& row : rows) {
            row.resize(rows.front().size());
            for (std::size_t k = 0; k < row.size(); ++k) row[k] = random() % 2 == 0;
            const Range one = tried(row);
            hull = {std::min(hull.low, one.low), std::max(hull.high, one.high)};
        }
        const Range range = accumulator_ranges(network_of(rows))[1];
        CHECK(range.low == hull.low);
        CHECK(range.high == hull.high);
    }
}

TEST_CASE("no accumulator of any layer leaves its range, whatever the picture") {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        const auto network = fuzz::random_network(seed, {.side = 9, .channels = 24, .blocks = 4, .classes = 5});
        const auto ranges = accumulator_ranges(network);
        std::mt19937 random(seed);
        for (int picture = 0; picture < 4; ++picture) {
            std::vector<std::uint8_t> pixels(static_cast<std::size_t>(network.input.size()));
            for (auto& pixel : pixels) pixel = picture < 2 ? static_cast<std::uint8_t>(255 * picture) : static_cast<std::uint8_t>(random());
            const auto result = golden::run(network, pixels);
            for (std::size_t l = 0; l < network.layers.size(); ++l) {
                const auto* map = std::get_if<golden::Accumulators>(&result.maps[l]);
                if (!map) continue;
                const auto [least, most] = std::minmax_element(map->begin(), map->end());
                INFO(network.layers[l].name);
                CHECK(*least >= ranges[l].low);
                CHECK(*most <= ranges[l].high);
            }
        }
    }
}

TEST_CASE("a residual map's range is the sum of its operands', channel by channel") {
    auto network = network_of({{true, true, true, false}, {false, false, true, true}});
    network.layers.insert(network.layers.begin() + 2, {"other", {0}, network.layers[1].operation, network.layers[1].shape});
    auto& weights = std::get<model::Conv>(network.layers[2].operation).weights;
    for (int i = 0; i < 4; ++i) weights.set(1, 0, 0, i, true);
    network.layers.insert(network.layers.begin() + 3, {"add", {1, 2}, model::ResidualAdd{}, network.layers[1].shape});
    network.layers.back().inputs = {3};
    model::check(network);
    const auto ranges = accumulator_ranges(network);
    CHECK((ranges[1].low == -6 && ranges[1].high == 9));
    CHECK((ranges[2].low == -3 && ranges[2].high == 12));
    CHECK((ranges[3].low == -6 && ranges[3].high == 18));  // -3 - 3 or -6 + 0; 9 + 9 or 6 + 12
    CHECK((ranges[0].low == 0 && ranges[0].high == 0));
}

TEST_CASE("bits leave the largest value free, for thresholds that are never reached") {
    CHECK(bits_needed({0, 0}) == 2);
    for (int bits = 3; bits <= 24; ++bits) {
        const std::int64_t half = std::int64_t{1} << (bits - 1);
        INFO(bits << " bits");
        CHECK(bits_needed({0, half - 2}) == bits);
        CHECK(bits_needed({0, half - 1}) == bits + 1);
        CHECK(bits_needed({-half, 0}) == bits);
        CHECK(bits_needed({-half - 1, 0}) == bits + 1);
    }
}

TEST_CASE("the bits that the widest accumulator needs are accepted and one less is refused") {
    const auto accelerators = test::test_accelerators();
    int refused = 0;
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        const auto network = fuzz::random_network(seed, {.side = 9, .channels = 70, .blocks = 5, .classes = 5});
        int needed = 0;
        for (const Range& range : accumulator_ranges(network)) needed = std::max(needed, bits_needed(range));
        for (const Accelerator& accelerator : accelerators) {
            INFO("seed " << seed << " on " << accelerator.name);
            const Fewest fewest = fewest_bits(network, accelerator);
            if (does_not_fit(fewest.message)) continue;
            if (fewest.message.empty()) {
                CHECK(needed <= fewest.bits);
                continue;
            }
            ++refused;
            CHECK(fewest.bits == needed);
            CHECK(fewest.message.find(fmt::format("and need {} bits, the accelerator has {}: 1 short ([widths] accumulator = "
                                                  "{} would do", needed, needed - 1, needed)) != std::string::npos);
        }
    }
    CHECK(refused > 20);
}

}  // namespace ern::schedule

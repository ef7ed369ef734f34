// SPDX-License-Identifier: Apache-2.0
// The engine against golden: every value of every layer, on every SIMD target of this machine.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <random>
#include <string>

#include "engine/engine.h"
#include "engine/kernels.h"
#include "fuzz/random_network.h"
#include "golden/golden.h"
#include "support/error.h"

namespace ern::engine {

namespace {

std::vector<std::uint8_t> random_picture(const model::Shape& shape, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> picture(static_cast<std::size_t>(shape.size()));
    for (std::uint8_t& byte : picture) byte = static_cast<std::uint8_t>(random());
    return picture;
}

// Values of the engine's map that are not golden's.
std::int64_t differing(const Engine& engine, int layer, const golden::Map& map) {
    return std::visit(
        [&](const auto& expected) {
            auto found = expected;
            std::fill(found.begin(), found.end(), typename std::decay_t<decltype(expected)>::value_type{77});
            engine.read(layer, std::span(found));
            std::int64_t count = 0;
            for (std::size_t i = 0; i < expected.size(); ++i) count += found[i] != expected[i];
            return count;
        },
        map);
}

void compare(const model::Network& network, const std::string& target, int threads, std::span<const std::uint8_t> picture,
             const golden::Result& expected) {
    INFO(network.name << " on " << target << " with " << threads << " threads");
    Engine whole(network, {.target = target, .keep_maps = true, .threads = threads});
    const auto logits = whole.run(picture);
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        INFO("layer " << network.layers[i].name);
        REQUIRE(differing(whole, static_cast<int>(i), expected.maps[i]) == 0);
    }
    REQUIRE(std::vector<double>(logits.begin(), logits.end()) == expected.logits);
    // Maps that share memory: the second frame finds what the first one left.
    Engine fast(network, {.target = target, .threads = threads});
    for (int frame = 0; frame < 2; ++frame) {
        const auto again = fast.run(picture);
        REQUIRE(std::vector<double>(again.begin(), again.end()) == expected.logits);
    }
}

// What a random network is bounded by: most are small, some wide, some tall.
fuzz::Bounds bounds(std::uint32_t seed) {
    if (seed % 10 == 0) return {.side = 7, .channels = 600, .blocks = 2, .classes = 70, .kernel = 7, .offsets = false};
    if (seed % 10 == 1) return {.side = 48, .channels = 20, .blocks = 3, .classes = 5, .kernel = 11, .offsets = true};
    if (seed % 10 == 2) return {.side = 9, .channels = 260, .blocks = 3, .classes = 130, .kernel = 0, .offsets = true};
    return {.offsets = seed % 2 == 0};
}

std::uint32_t networks() {
    const char* count = std::getenv("ERN_ENGINE_NETWORKS");
    return count ? static_cast<std::uint32_t>(std::stoul(count)) : 200;
}

}  // namespace

TEST_CASE("Random networks: every layer is golden's on every target") {
    for (std::uint32_t seed = 1; seed <= networks(); ++seed) {
        const auto network = fuzz::random_network(seed, bounds(seed));
        const auto picture = random_picture(network.input, seed);
        const auto expected = golden::run(network, picture);
        INFO("seed " << seed);
        for (const std::string& target : targets()) compare(network, target, seed % 3 == 0 ? 2 : 1, picture, expected);
    }
}

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/kernels.h"
#include "golden/golden.h"
#include "model/network.h"

namespace ern::engine::test {

inline std::vector<std::uint8_t> random_picture(const model::Shape& shape, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> picture(static_cast<std::size_t>(shape.size()));
    for (std::uint8_t& byte : picture) byte = static_cast<std::uint8_t>(random());
    return picture;
}

// Values of the engine's map that are not golden's.
inline std::int64_t differing(const Engine& engine, int layer, const golden::Map& map) {
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

// Every map of the engine's last picture.
inline void require_equal(const Engine& engine, const golden::Result& expected) {
    for (std::size_t i = 0; i < expected.maps.size(); ++i) {
        INFO("layer " << engine.network().layers[i].name);
        REQUIRE(differing(engine, static_cast<int>(i), expected.maps[i]) == 0);
    }
}

inline void require_equal(std::span<const double> logits, const golden::Result& expected) {
    REQUIRE(std::vector<double>(logits.begin(), logits.end()) == expected.logits);
}

// Every map of every layer, and the logits of an engine whose maps share memory.
inline void compare(const model::Network& network, const std::string& target, int threads, std::span<const std::uint8_t> picture,
                    const golden::Result& expected) {
    INFO(network.name << " on " << target << " with " << threads << " threads");
    Engine whole(network, {.target = target, .keep_maps = true, .threads = threads});
    require_equal(whole.run(picture), expected);
    require_equal(whole, expected);
    Engine fast(network, {.target = target, .threads = threads});
    for (int frame = 0; frame < 2; ++frame) require_equal(fast.run(picture), expected);  // what the first one left
}

// On every SIMD target of this machine, each forced in turn.
inline void compare_everywhere(const model::Network& network, std::span<const std::uint8_t> picture, int threads) {
    const auto expected = golden::run(network, picture);
    for (const std::string& target : targets()) compare(network, target, threads, picture, expected);
}

inline void compare_everywhere(const model::Network& network, std::uint32_t seed, int threads) {
    INFO("seed " << seed);
    compare_everywhere(network, random_picture(network.input, seed), threads);
}

// A number from the environment, or what CI takes.
inline std::uint32_t count_of(const char* variable, std::uint32_t otherwise) {
    const char* count = std::getenv(variable);
    return count ? static_cast<std::uint32_t>(std::stoul(count)) : otherwise;
}

}  // namespace ern::engine::test

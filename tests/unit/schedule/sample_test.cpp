// SPDX-License-Identifier: Apache-2.0
// A network with sampling layers computes what the network without them computes, map by map.
#include <catch2/catch.hpp>

#include "fuzz/random_network.h"
#include "golden/golden.h"
#include "schedule/sample.h"

namespace ern::schedule {

TEST_CASE("sampling for 1x1 convolutions changes no map") {
    int sampled = 0;
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        const auto network = fuzz::random_network(seed, {.side = 12, .channels = 20, .blocks = 4, .classes = 5});
        const auto candidates = sampling_candidates(network);
        const auto other = with_sampling(network, candidates);
        INFO("seed " << seed);
        CHECK(other.layers.size() == network.layers.size() + candidates.size());
        std::vector<std::uint8_t> picture(static_cast<std::size_t>(network.input.size()));
        for (std::size_t i = 0; i < picture.size(); ++i) picture[i] = static_cast<std::uint8_t>(i * 37 + seed * 11);
        const auto a = golden::run(network, picture), b = golden::run(other, picture);
        for (std::size_t i = 0; i < network.layers.size(); ++i) {
            const auto same = [&](const model::Layer& layer) { return layer.name == network.layers[i].name; };
            const auto there = std::find_if(other.layers.begin(), other.layers.end(), same);
            REQUIRE(there != other.layers.end());
            CHECK(a.maps[i] == b.maps[static_cast<std::size_t>(there - other.layers.begin())]);
        }
        sampled += static_cast<int>(candidates.size());
    }
    CHECK(sampled > 5);
}

}  // namespace ern::schedule

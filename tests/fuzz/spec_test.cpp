// SPDX-License-Identifier: Apache-2.0
// Random specs and configurations: legal, within their limits, the same for the same seed, and unchanged by a file.
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "campaign/configuration.h"
#include "fuzz/network_spec.h"
#include "support/error.h"

namespace ern::fuzz {

namespace {

constexpr std::uint64_t kSeeds = 400;
constexpr Limits kSmall{.layers = 12, .channels = 600, .side = 60, .max_macs = 300'000};

// Calls use(spec) for the spec of each seed, which keeps its limit.
template <typename Use>
void for_each_spec(const Limits& limits, Use use) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        const NetworkSpec spec = random_spec(random, limits);
        CHECK(model::total_macs(build(spec)) <= limits.max_macs);
        use(spec);
    }
}

}  // namespace

TEST_CASE("random specs make valid networks within their limits") {
    std::set<int> layers, strides;
    std::set<BlockKind> kinds;
    int most_channels = 0, least_side = 1000;
    for_each_spec(kSmall, [&](const NetworkSpec& spec) {
        const model::Network network = build(spec);  // checks itself
        CHECK(layers_of(spec) <= kSmall.layers);
        const auto computing = std::count_if(network.layers.begin(), network.layers.end(), [](const model::Layer& l) {
            return std::holds_alternative<model::Conv>(l.operation) || std::holds_alternative<model::Pool>(l.operation);
        });
        CHECK(computing == layers_of(spec));
        layers.insert(layers_of(spec));
        least_side = std::min({least_side, spec.height, spec.width});
        for (const Block& b : spec.blocks) {
            kinds.insert(b.kind);
            strides.insert(b.stride);
        }
        for (const model::Layer& l : network.layers) most_channels = std::max(most_channels, l.shape.channels);
    });
    CHECK(layers.size() == 12);
    CHECK(kinds.size() == 5);
    CHECK(strides == std::set<int>{1, 2, 3, 4, 5});
    CHECK(most_channels > 300);
    CHECK(least_side == 1);
}

// Regression: padding had a picture of one pixel grow so far that no halving brought it within the limit, for ever.
TEST_CASE("a spec whose padding lets the maps grow comes within small limits") {
    const Limits limits{.layers = 6, .channels = 40, .side = 9, .max_macs = 60'000};
    Random random(std::uint64_t{3020} << 32 | 4);
    CHECK(model::total_macs(build(random_spec(random, limits))) <= limits.max_macs);
}

TEST_CASE("the same seed gives the same network, another one another") {
    const auto make = [](std::uint64_t seed) {
        Random random(seed);
        return random_spec(random, kSmall);
    };
    CHECK(make(5) == make(5));
    CHECK(build(make(5)) == build(make(5)));
    CHECK_FALSE(make(5) == make(6));
}

TEST_CASE("specs for paired rows of a picture begin with a convolution that reads them so") {
    Limits paired = kSmall;
    paired.paired_percent = 100;
    int pairs = 0;
    for_each_spec(paired, [&](const NetworkSpec& spec) {
        CHECK(layers_of(spec) <= paired.layers);
        const bool pair = !spec.blocks.empty() && spec.blocks[0].kind == BlockKind::conv && spec.blocks[0].kernel == 3 &&
                          spec.blocks[0].stride == 2 && spec.blocks[0].pad == 1 && spec.width >= 8;
        pairs += pair;
    });
    CHECK(pairs > 250);   // a network of one layer has none, and a picture that was halved may be too narrow
}

TEST_CASE("deep specs are chains of residual blocks on one map") {
    Limits deep = kSmall;
    deep.deep_percent = 100;
    int long_chains = 0;
    for_each_spec(deep, [&](const NetworkSpec& spec) {
        long_chains += spec.blocks.size() == 2 && spec.blocks[1].repeats >= 4 && spec.blocks[1].stride == 1;
    });
    CHECK(long_chains > 250);
}

TEST_CASE("a spec comes back from its file as it was") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Random random(seed);
        const NetworkSpec spec = random_spec(random, kSmall);
        CHECK(spec_from_json(nlohmann::json::parse(to_json(spec).dump()), "test") == spec);
    }
    CHECK_THROWS_AS(spec_from_json(nlohmann::json::parse(R"({"height": 1})"), "file.json"), Error);
}

TEST_CASE("random configurations are legal, of all kinds, and come back from their file") {
    std::set<int> taps, tap_rows, ports;
    std::set<schedule::MemoryKind> kinds;
    int parts = 0, multiples = 0, kept = 0, paired = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Random random(seed);
        const schedule::Accelerator a = campaign::random_configuration(random, {});
        schedule::check(a, "test");
        CHECK(campaign::accelerator_from_json(nlohmann::json::parse(campaign::to_json(a).dump()), "test") == [&a] {
            schedule::Accelerator same = a;
            same.name = "fuzz";
            return same;
        }());
        taps.insert(a.taps);
        tap_rows.insert(a.tap_rows);
        kinds.insert(a.external.kind);
        if (a.external.kind != schedule::MemoryKind::none) ports.insert(a.external.port_bits);
        kept += a.kept_weight_rows > 0 && a.kept_threshold_rows > 0;
        paired += a.external.kind != schedule::MemoryKind::none && a.channels >= campaign::kPairedLanes;
        parts += a.outputs < a.channels;
        multiples += a.outputs > a.channels;
    }
    CHECK(taps == std::set<int>{2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(tap_rows == std::set<int>{1, 2, 3, 4});
    CHECK(ports == std::set<int>{32, 64, 128});
    CHECK(kinds.size() == 4);
    CHECK(kept > 40);
    CHECK(paired > 20);
    CHECK(parts > 40);
    CHECK(multiples > 40);
}

TEST_CASE("the styles of thresholds are what they are called") {
    NetworkSpec spec{4, 4, 3, {{.channels = 40, .kernel = 3, .pad = 1, .seed = 9}}, 2, 1, 1};
    const auto channels = [&](Style style) {
        spec.blocks[0].style = style;
        return std::get<model::Thresholds>(build(spec).layers[2].operation).channels;
    };
    for (const auto& c : channels(Style::rising)) CHECK((!c.inverted && c.at[0] < c.at[1] && c.at[1] < c.at[2]));
    for (const auto& c : channels(Style::falling)) CHECK((c.inverted && c.at[0] > c.at[1]));
    const int worst = 3 * 9 * 30;
    for (const auto& c : channels(Style::edge)) CHECK(std::abs(std::abs(c.at[1]) - worst) <= 1);
    for (const auto& c : channels(Style::constant)) {
        for (const auto at : c.at) CHECK((at == model::ChannelThresholds::kNever || at == model::ChannelThresholds::kAlways));
    }
}

}  // namespace ern::fuzz

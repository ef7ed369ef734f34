// SPDX-License-Identifier: Apache-2.0
// The engine against golden on random networks: every value of every layer, on every SIMD target of this machine, with one
// and with two threads. ERN_ENGINE_NETWORKS networks (200), the first of them with seed ERN_ENGINE_SEED (1); prints what
// they covered.
#include <fmt/format.h>

#include <set>

#include "compare.h"
#include "fuzz/random_network.h"

namespace ern::engine {

namespace {

// What a random network is bounded by: most are small, some wide, some with large windows.
fuzz::Bounds bounds(std::uint32_t seed) {
    if (seed % 10 == 0) return {.side = 7, .channels = 600, .blocks = 2, .classes = 70, .kernel = 7, .offsets = false};
    if (seed % 10 == 1) return {.side = 48, .channels = 20, .blocks = 3, .classes = 5, .kernel = 11, .offsets = true};
    if (seed % 10 == 2) return {.side = 9, .channels = 260, .blocks = 3, .classes = 130, .kernel = 0, .offsets = true};
    return {.offsets = seed % 2 == 0};
}

struct Coverage {
    std::set<int> kernels, strides, pads, channels, sides, offsets;
    int networks = 0, adds = 0, maximum_pools = 0, average_pools = 0;
    std::int64_t rising = 0, falling = 0, constant = 0, values = 0;

    void add(const model::Network& network) {
        ++networks;
        for (const model::Layer& layer : network.layers) {
            values += layer.shape.size();
            channels.insert(layer.shape.channels);
            sides.insert({layer.shape.height, layer.shape.width});
            std::visit([&](const auto& operation) { add(operation); }, layer.operation);
        }
    }
    void add(const model::PixelEmbedding&) {}
    void add(const model::GlobalSum&) {}
    void add(const model::ResidualAdd&) { ++adds; }
    void add(const model::Conv& conv) {
        kernels.insert(conv.weights.kernel());
        strides.insert(conv.stride);
        pads.insert(conv.pad);
    }
    void add(const model::Pool& pool) { ++(pool.kind == model::PoolKind::max ? maximum_pools : average_pools); }
    void add(const model::Thresholds& thresholds) {
        offsets.insert(thresholds.code_offset);
        for (const auto& channel : thresholds.channels) {
            const bool is_constant = channel.at[0] == model::ChannelThresholds::kAlways || channel.at[0] == model::ChannelThresholds::kNever;
            ++(is_constant ? constant : channel.inverted ? falling : rising);
        }
    }
    std::string text() const {
        const auto range = [](const std::set<int>& set) { return fmt::format("{} to {} ({} of them)", *set.begin(), *set.rbegin(), set.size()); };
        return fmt::format(
            "networks {}, values {} (of each target)\nkernels {}\nstrides {}\npaddings {}\nchannels {}\nsides {}\n"
            "code offsets {}\nresidual adds {}, maximum pools {}, average pools {}\n"
            "channels of thresholds: {} rising (gamma > 0), {} falling (gamma < 0), {} constant (gamma = 0)\n",
            networks, values, range(kernels), range(strides), range(pads), range(channels), range(sides), range(offsets), adds,
            maximum_pools, average_pools, rising, falling, constant);
    }
};

}  // namespace

TEST_CASE("random networks: every layer is golden's on every target") {
    const std::uint32_t first = test::count_of("ERN_ENGINE_SEED", 1), count = test::count_of("ERN_ENGINE_NETWORKS", 200);
    Coverage coverage;
    for (std::uint32_t seed = first; seed < first + count; ++seed) {
        const auto network = fuzz::random_network(seed, bounds(seed));
        coverage.add(network);
        test::compare_everywhere(network, seed, seed % 3 == 0 ? 2 : 1);
    }
    fmt::print("SIMD targets:");
    for (const std::string& target : targets()) fmt::print(" {}", target);
    fmt::print("\n{}", coverage.text());
    CHECK(coverage.falling > 0);
    CHECK(coverage.constant > 0);
}

}  // namespace ern::engine

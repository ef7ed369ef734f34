// SPDX-License-Identifier: Apache-2.0
// Which rows are kept, and that plans with room for them move less and still bring every tile its own rows.
#include <catch2/catch.hpp>

#include <map>
#include <utility>

#include "configurations.h"
#include "fuzz/random_network.h"
#include "schedule/keep.h"
#include "support/error.h"

namespace ern::schedule {

TEST_CASE("the rows of the steps with the most tiles are kept, as far as there is room") {
    CHECK(choose_kept({{4, 10}, {8, 10}, {2, 10}}, 20) == std::vector{10, 0, -1});
    CHECK(choose_kept({{4, 10}, {8, 30}, {2, 10}}, 20) == std::vector{0, -1, 10});  // the second one does not fit
    CHECK(choose_kept({{1, 10}, {0, 0}}, 20) == std::vector{-1, -1});               // nothing is used twice
    CHECK(choose_kept({{4, 10}}, 0) == std::vector{-1});
}

namespace {

// Rows of every descriptor, from the streams and the kept memories as the hardware fills them.
void replay(const Plan& plan, std::int64_t& reused) {
    std::map<std::pair<int, int>, std::vector<std::vector<std::uint64_t>>> weights_of;  // step and piece -> rows of its first tile
    std::vector<std::vector<std::uint64_t>> memory(static_cast<std::size_t>(plan.accelerator.kept_weight_rows));
    std::size_t next = 0;
    for (std::size_t i = 0; i < plan.program.size(); ++i) {
        const Descriptor& d = plan.program[i];
        if (get(d, "opcode") != static_cast<int>(Opcode::conv) || get(d, "depthwise") == 1) continue;
        std::vector<std::vector<std::uint64_t>> rows;
        const auto count = static_cast<std::size_t>(get(d, "passes") * plan.accelerator.outputs);
        const auto first = static_cast<std::size_t>(get(d, "weight_row"));
        for (std::size_t r = 0; r < count; ++r) {
            if (get(d, "kept_weights") == 1) {
                rows.push_back(memory.at(first + r));
                ++reused;
            } else {
                rows.push_back(plan.weights.at(next++));
            }
            if (get(d, "store_weights") == 1) memory.at(first + r) = rows.back();
        }
        const auto [there, is_new] = weights_of.try_emplace({plan.tiles[i].step, plan.tiles[i].piece}, rows);
        CHECK((is_new || there->second == rows));
    }
    CHECK(next == plan.weights.size());
}

}  // namespace

TEST_CASE("every tile of a step gets the same weights, streamed or kept") {
    std::int64_t reused = 0, less = 0;
    for (const Accelerator& accelerator : test::test_accelerators()) {
        if (accelerator.external.kind == MemoryKind::none) continue;
        Accelerator without = accelerator;
        without.kept_weight_rows = without.kept_threshold_rows = 0;
        for (std::uint32_t seed = 1; seed <= 40; ++seed) {
            const auto network = fuzz::random_network(seed, {.side = 40, .channels = 30, .blocks = 6, .classes = 16});
            INFO("seed " << seed << " on " << accelerator.name);
            try {
                const Plan plan = make_plan(network, accelerator);
                replay(plan, reused);
                less += make_plan(network, without).weights.size() > plan.weights.size();
            } catch (const Error&) {  // does not fit
            }
        }
    }
    CHECK(reused > 1000);
    CHECK(less > 10);
}

}  // namespace ern::schedule

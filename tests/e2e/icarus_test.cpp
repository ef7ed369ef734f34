// SPDX-License-Identifier: Apache-2.0
// Four-state simulation: the same top under Icarus Verilog, where an unknown bit in any map counts as a difference.
#include "device.h"
#include "fuzz/random_network.h"
#include "harness/icarus.h"

namespace {

using namespace ern;
using namespace ern::e2e;

void simulate_one(const model::Network& network, const std::string& shape, int pictures) {
    INFO(network.name << " on " << shape);
    const auto plan = schedule::make_plan(network, accelerator(shape));
    std::int64_t done = 0, total = 0;
    const auto on_progress = [&](std::int64_t now, std::int64_t all) { done = now, total = all; };
    const auto report = harness::simulate_with_icarus(network, plan, random_pictures(network.input, pictures, 2), on_progress);
    CHECK(report.mismatches == 0);
    CHECK((done == total && total == std::ssize(plan.program) * pictures));
    CHECK(report.frames.size() == static_cast<std::size_t>(pictures));
    for (const auto& layer : report.layers) {
        INFO(layer.name << ": " << layer.first_mismatch);
        CHECK((layer.compared > 0 || &layer + 1 == &report.layers.back()));
        CHECK(layer.cycles == layer.predicted_cycles);
    }
}

}  // namespace

TEST_CASE("a picture through ern-fashion under Icarus equals golden, without an unknown bit") {
    simulate_one(committed_model("ern-fashion"), "ulx3s-25f", 1);
}

TEST_CASE("random networks under Icarus equal golden, without an unknown bit") {
    const auto seed = GENERATE(1u, 2u, 5u);
    simulate_one(fuzz::random_network(seed, {.side = 6, .channels = 20, .blocks = 3, .classes = 4}), "two-words", 2);
}

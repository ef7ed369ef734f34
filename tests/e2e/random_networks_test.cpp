// SPDX-License-Identifier: Apache-2.0
// Random networks on accelerators of several shapes: every map equal to golden, every layer in the predicted cycles.
#include "device.h"
#include "fuzz/random_network.h"
#include "support/error.h"

namespace {

using namespace ern;
using namespace ern::e2e;

// The plan of a random network, or nothing where the network has no room on this accelerator.
std::optional<schedule::Plan> plan_of(const model::Network& network, const schedule::Accelerator& accelerator) {
    try {
        return schedule::make_plan(network, accelerator);
    } catch (const Error& error) {
        INFO(error.what());
        const std::string text = error.what();
        CHECK(text.find("[") != std::string::npos);  // names the setting that would help
        return std::nullopt;
    }
}

void compare_layers(const harness::SimulationReport& report, bool cycles_too) {
    CHECK(report.mismatches == 0);
    for (const auto& layer : report.layers) {
        INFO(layer.name << ": " << layer.first_mismatch);
        CHECK(layer.mismatches == 0);
        if (cycles_too) CHECK(layer.cycles == layer.predicted_cycles);
    }
}

}  // namespace

TEST_CASE("random networks equal golden in every layer and take the predicted cycles") {
    constexpr std::uint32_t kNetworks = 25;
    const std::string shape = GENERATE("ulx3s-25f", "part-words", "two-words", "four-taps", "square", "square-ddr3", "strips-ddr3", "strips-sdr", "spill-ddr3", "overlap-ddr3", "overlap-sdr");
    const auto configuration = accelerator(shape);
    const bool strips = configuration.external.kind != schedule::MemoryKind::none;
    const fuzz::Bounds bounds = strips ? fuzz::Bounds{.side = 40, .channels = 30, .blocks = 6, .classes = 16} : fuzz::Bounds{};
    const auto library = harness::build_top(configuration, false);
    std::uint32_t simulated = 0;
    for (std::uint32_t seed = 1; seed <= kNetworks; ++seed) {
        INFO(shape << ", seed " << seed);
        const auto network = fuzz::random_network(seed, bounds);
        const auto plan = plan_of(network, configuration);
        if (!plan) continue;
        harness::RunOptions options;
        options.simulation.seed = seed;
        options.simulation.stall_percent = seed % 3 == 0 ? 50 : 0;
        const auto pictures = random_pictures(network.input, 3, seed);
        // Streams from external memory make cycles a matter of its refresh, which a prediction does not follow.
        compare_layers(harness::simulate(library, network, *plan, pictures, options), options.simulation.stall_percent == 0 && !strips);
        ++simulated;
    }
    CHECK(simulated >= kNetworks / 2);
}

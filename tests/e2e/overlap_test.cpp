// SPDX-License-Identifier: Apache-2.0
// A frame's last layers beside the next frame's first ones: every map equals golden in every frame, with stalls and with a memory that
// is late; the last picture comes out although none follows; a frame that is abandoned half-way leaves nothing behind.
#include <algorithm>

#include "device.h"
#include "fold/fold.h"
#include "model/architecture.h"

namespace {

using namespace ern;
using namespace ern::e2e;

model::Network network_of() {
    return fold::random_network(
        model::parse_architecture("name = \"narrowing\"\n"
                                  "input = { height = 24, width = 24, channels = 3 }\n"
                                  "classes = 10\nembedding_codes = 10\n"
                                  "stem = [ { channels = 16, kernel = 3, stride = 2 } ]\n"
                                  "block = \"basic\"\n"
                                  "stages = [ { blocks = 2, channels = 16, stride = 1 }, { blocks = 1, channels = 32, stride = 2 }, { blocks = 2, channels = 96, stride = 2 } ]\n",
                                  "narrowing"),
        3);
}

// The late steps' pieces lie between tiles of others.
schedule::Plan plan_of(const model::Network& network) {
    const auto plan = schedule::make_plan(network, accelerator("overlap-ddr3"));
    const auto late = [](const schedule::Strip& tile) { return tile.late; };
    const auto first = std::find_if(plan.tiles.begin(), plan.tiles.end(), late);
    REQUIRE(first != plan.tiles.end());
    const auto last = std::find_if(plan.tiles.rbegin(), plan.tiles.rend(), late).base();
    const auto early = [](const schedule::Strip& tile) { return tile.step >= 0 && !tile.late; };
    CHECK(std::any_of(plan.tiles.begin(), first, early));
    CHECK(std::any_of(last, plan.tiles.end(), early));
    CHECK(std::any_of(first, last, [](const schedule::Strip& tile) { return tile.piece > 2; }));
    return plan;
}

}  // namespace

TEST_CASE("frames that overlap equal golden in every layer") {
    const auto network = network_of();
    const auto options = disturbed(GENERATE(1u, 2u), GENERATE(0, 50));
    check_frames(network, plan_of(network), random_pictures(network.input, 6, 4), options,
                 [](const auto& layer) { return !layer.sums_name.empty() || !layer.codes_name.empty(); });
}

TEST_CASE("a picture alone comes out, and frames that are abandoned leave nothing behind") {
    const auto network = network_of();
    const auto plan = plan_of(network);
    check_abandoned(network, plan, 12, 3 * plan.predicted_cycles);
}

TEST_CASE("the cycles of a frame are those of a run beside which a picture comes in") {
    const auto network = network_of();
    const auto plan = schedule::make_plan(network, accelerator("overlap-sdr"));
    REQUIRE(schedule::overlaps(plan));
    const auto report = check_frames(network, plan, random_pictures(network.input, 5, 4), {}, [](const auto&) { return false; });
    // Frame 3 is published by the run of the last picture, frame 2 by the one beside which that comes in.
    INFO(report.frames[2].cycles << " and " << report.frames[3].cycles << " cycles");
    CHECK(report.frames[2].cycles > report.frames[3].cycles);
    CHECK(report.cycles_per_frame == report.frames[2].cycles);
}

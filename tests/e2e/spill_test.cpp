// SPDX-License-Identifier: Apache-2.0
// A deep network whose residual map is larger than the partial-sum memory: rows go to external memory and
// come back. Every map equals golden in every frame, with stalls, with a memory that is late; a frame that is
// abandoned half-way leaves nothing behind.
#include <algorithm>

#include "device.h"
#include "fold/fold.h"
#include "model/architecture.h"

namespace {

using namespace ern;
using namespace ern::e2e;

model::Network deep_network() {
    return fold::random_network(
        model::parse_architecture("name = \"deep\"\n"
                                  "input = { height = 32, width = 32, channels = 3 }\n"
                                  "classes = 10\nembedding_codes = 10\n"
                                  "stem = [ { channels = 8, kernel = 3, stride = 2 } ]\n"
                                  "block = \"bottleneck\"\n"
                                  "stages = [ { blocks = 9, channels = 8, stride = 1 } ]\n",
                                  "deep"),
        3);
}

schedule::Plan plan_of(const model::Network& network) {
    const auto plan = schedule::make_plan(network, accelerator("spill-ddr3"));
    const auto count = [&](schedule::Opcode opcode) {
        return std::count_if(plan.program.begin(), plan.program.end(), [&](const schedule::Descriptor& d) {
            return schedule::get(d, "opcode") == static_cast<int>(opcode);
        });
    };
    CHECK(count(schedule::Opcode::spill) > 0);
    CHECK(count(schedule::Opcode::spill) == count(schedule::Opcode::fill));
    CHECK(std::any_of(plan.segments.begin(), plan.segments.end(),
                      [](const schedule::Segment& s) { return s.upward; }));
    return plan;
}

}  // namespace

TEST_CASE("residual maps that go to external memory and back equal golden") {
    const auto network = deep_network();
    const auto options = disturbed(GENERATE(1u, 2u), GENERATE(0, 50));
    check_frames(network, plan_of(network), random_pictures(network.input, 3, 4), options,
                 [](const auto& layer) { return !layer.sums_name.empty(); });
}

TEST_CASE("a frame that is abandoned while sums are outside leaves nothing behind") {
    const auto network = deep_network();
    const auto plan = plan_of(network);
    check_abandoned(network, plan, 25, plan.predicted_cycles);
}

TEST_CASE("an exchange of more rows than there are is stopped by the watchdog, and no result is reported") {
    const auto network = deep_network();
    const auto plan = plan_of(network);
    auto broken = plan;
    const auto opcode = GENERATE(schedule::Opcode::spill, schedule::Opcode::fill);
    const auto exchange = std::find_if(broken.program.begin(), broken.program.end(), [&](const schedule::Descriptor& d) {
        return schedule::get(d, "opcode") == static_cast<int>(opcode);
    });
    REQUIRE(exchange != broken.program.end());
    schedule::set(*exchange, "threshold_row", 1'000'000);  // beats
    Device device(network, broken, 1);
    device.session.write_register(link::reg("WATCHDOG"), 20'000);
    const auto picture = random_pictures(network.input, 1, 1).front();
    CHECK_THROWS_WITH(device.classify(picture), Catch::Contains("the accelerator stopped") && Catch::Contains("the watchdog"));
    device.load(plan);
    device.session.reset();
    CHECK(device.classify(picture).sums == golden_sums(network, picture));
}

// SPDX-License-Identifier: Apache-2.0
// A frame that is abandoned half-way, by the host's command or by the reset pin, leaves nothing behind: the next picture's
// result is golden's, in the usual cycles.
#include "device.h"

namespace {

using namespace ern;
using namespace ern::e2e;

constexpr int kResets = 12;

void steps(Device& device, std::int64_t cycles) {
    for (std::int64_t i = 0; i < cycles; ++i) device.simulation.step();
}

}  // namespace

TEST_CASE("after a reset in the middle of a frame the next result is right") {
    const auto network = committed_model("ern-fashion");
    const auto plan = schedule::make_plan(network, accelerator("ulx3s-25f"));
    const bool by_pin = GENERATE(false, true);
    Device device(network, plan, 1);
    std::mt19937 random(11);
    const auto pictures = random_pictures(network.input, 2 * kResets, 5);
    for (std::size_t i = 0; i < kResets; ++i) {
        device.session.send_picture(pictures[2 * i]);
        const auto moment = static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(plan.predicted_cycles));
        INFO((by_pin ? "pin" : "command") << ", reset " << i << " after " << moment << " cycles");
        steps(device, moment);
        if (by_pin) {
            device.simulation.reset();
            device.session.configure(schedule::make_image(plan));
        } else {
            device.session.reset();
        }
        const auto result = device.classify(pictures[2 * i + 1]);
        CHECK(result.sums == golden_sums(network, pictures[2 * i + 1]));
        CHECK(result.cycles == plan.predicted_cycles);
    }
}

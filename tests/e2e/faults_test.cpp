// SPDX-License-Identifier: Apache-2.0
// Faults on purpose. A comparison that could not fail would pass everything, so: one wrong weight in the golden model or
// in the device must be found, in the layer where it is. A link that loses and flips bits gives the right result or an
// error, never a wrong result. A program that hangs is stopped by the watchdog.
#include <algorithm>

#include "device.h"
#include "support/error.h"

namespace {

using namespace ern;
using namespace ern::e2e;

struct Setup {
    model::Network network = committed_model("ern-fashion");
    schedule::Plan plan = schedule::make_plan(network, accelerator("ulx3s-25f"));
};

// Turns the middle weight of one input of every output round, in the first convolution after `from`; returns its layer.
std::size_t turn_weights(model::Network& network, std::size_t from) {
    std::size_t i = from;
    while (!std::holds_alternative<model::Conv>(network.layers[i].operation)) ++i;
    auto& weights = std::get<model::Conv>(network.layers[i].operation).weights;
    const int middle = weights.kernel() / 2;
    for (int o = 0; o < weights.out(); ++o) {
        const int in = o % weights.in();  // of one channel alone the codes may be zeros
        weights.set(o, middle, middle, in, !weights.positive(o, middle, middle, in));
    }
    return i;
}

void run_frames(Device& device, const model::Network& golden_network, const std::vector<Picture>& pictures) {
    for (const Picture& picture : pictures) {
        device.simulation.observer().expect(golden::run(golden_network, picture));
        device.classify(picture);
    }
}

// What a device does that notices by the checksum that its weights are not those that were loaded.
void run_refused_frames(Device& device, const model::Network& network, const std::vector<Picture>& pictures) {
    for (const Picture& picture : pictures) {
        device.simulation.observer().expect(golden::run(network, picture));
        CHECK_THROWS_WITH(device.classify(picture), Catch::Contains("no longer hold what was loaded"));
    }
}

std::string first_wrong_layer(const harness::Observer& observer) {
    for (const auto& layer : observer.layers()) {
        if (layer.mismatches > 0) return layer.name;
    }
    return "";
}

}  // namespace

TEST_CASE("one turned weight an output in the golden model is found in its layer") {
    const Setup s;
    const std::size_t from = GENERATE(0u, 8u, 16u);
    model::Network wrong = s.network;
    const std::size_t layer = turn_weights(wrong, from);
    Device device(s.network, s.plan, 1);
    run_frames(device, wrong, random_pictures(s.network.input, 4, 1));
    CHECK(device.simulation.observer().mismatches() > 0);
    CHECK(first_wrong_layer(device.simulation.observer()) == s.network.layers[layer].name);
}

TEST_CASE("one wrong code in one map of the golden reference is found, and nothing else is") {
    const Setup s;
    Device device(s.network, s.plan, 1);
    const Picture picture = random_pictures(s.network.input, 1, 3).front();
    golden::Result wrong = golden::run(s.network, picture);
    const auto& step = *std::find_if(s.plan.steps.begin() + 1, s.plan.steps.end(), [](const auto& p) { return p.codes_layer >= 0; });
    const auto layer = static_cast<std::size_t>(step.codes_layer);
    auto& codes = std::get<golden::Codes>(wrong.maps[layer]);
    codes[codes.size() / 2] ^= 1;
    device.simulation.observer().expect(wrong);
    device.classify(picture);
    CHECK(device.simulation.observer().mismatches() == 1);
    CHECK(first_wrong_layer(device.simulation.observer()) == step.name);
}

TEST_CASE("two weights of the device that changed places are found in their layer, and their results refused") {
    const Setup s;
    Device device(s.network, s.plan, 1);
    auto weights = device.simulation.top().memory("u_accelerator.u_engine.g_internal.u_weights");
    // Two lanes of the first row that differ.
    int other = 1;
    while (weights.get(0, other, 1) == weights.get(0, 0, 1)) ++other;
    const auto first = weights.get(0, 0, 1);
    weights.set(0, 0, 1, weights.get(0, other, 1));
    weights.set(0, other, 1, first);
    run_refused_frames(device, s.network, random_pictures(s.network.input, 4, 1));
    CHECK(device.simulation.observer().mismatches() > 0);
    CHECK(first_wrong_layer(device.simulation.observer()) == s.plan.steps[0].name);
}

TEST_CASE("one turned bit in the device's weights is found in its layer, and the results are refused") {
    const Setup s;
    Device device(s.network, s.plan, 1);
    auto weights = device.simulation.top().memory("u_accelerator.u_engine.g_internal.u_weights");
    weights.set(0, 0, 1, 1 - weights.get(0, 0, 1));
    run_refused_frames(device, s.network, random_pictures(s.network.input, 4, 1));
    CHECK(device.simulation.observer().mismatches() > 0);
    CHECK(first_wrong_layer(device.simulation.observer()) == s.plan.steps[0].name);
}

TEST_CASE("the host can ask at any time whether the memories hold what was loaded") {
    const Setup s;
    Device device(s.network, s.plan, 1);
    const schedule::Image image = schedule::make_image(s.plan);
    const golden::Result black = golden::run(s.network, Picture(static_cast<std::size_t>(s.network.input.size())));
    const auto expect = [&] { device.simulation.observer().expect(black); };
    expect();
    CHECK_NOTHROW(device.session.check_memories(image));
    for (const char* memory : {"u_program", "u_weights", "u_thresholds"}) {
        INFO(memory);
        auto words = device.simulation.top().memory(std::string("u_accelerator.u_engine.g_internal.") + memory);
        const auto turn = [&] { words.set(10, 1, 1, 1 - words.get(10, 1, 1)); };
        turn();
        expect();
        CHECK_THROWS_WITH(device.session.check_memories(image), Catch::Contains("no longer hold what was loaded"));
        turn();
        expect();
        CHECK_NOTHROW(device.session.check_memories(image));
    }
}

TEST_CASE("a link that flips and loses bytes gives the right result or an error") {
    const Setup s;
    const std::uint32_t seed = GENERATE(1u, 2u, 3u);
    INFO("seed " << seed);
    Device device(s.network, s.plan, seed);
    std::mt19937 random(seed);
    const auto one_in = [&random](std::uint32_t n) { return random() % n == 0; };
    device.disturb_sent = [&](std::vector<std::uint8_t>& bytes) {
        for (auto& byte : bytes) {
            if (one_in(700)) byte ^= static_cast<std::uint8_t>(1u << (random() % 8));
        }
        if (one_in(8) && !bytes.empty()) bytes.erase(bytes.begin() + static_cast<long>(random() % bytes.size()));
    };
    device.disturb_received = [&](std::uint8_t& byte) {
        if (one_in(300)) byte ^= static_cast<std::uint8_t>(1u << (random() % 8));
        return !one_in(300);
    };
    int right = 0, refused = 0;
    for (const Picture& picture : random_pictures(s.network.input, 20, seed)) {
        try {
            const link::Result result = device.classify(picture);
            CHECK(result.sums == golden_sums(s.network, picture));
            ++right;
        } catch (const Error& error) {
            UNSCOPED_INFO(error.what());
            ++refused;
        }
    }
    INFO(right << " right, " << refused << " refused");
    CHECK(right >= 10);
    CHECK(device.session.repeated() > 0);

    // Whatever the disturbance left behind, a reset over a clean link mends it.
    device.disturb_sent = [](auto&) {};
    device.disturb_received = [](auto&) { return true; };
    device.session.reset();
    const Picture picture = random_pictures(s.network.input, 1, 77).front();
    CHECK(device.classify(picture).sums == golden_sums(s.network, picture));
}

TEST_CASE("a program that hangs or makes no sense is stopped, and no result is reported") {
    const Setup s;
    Device device(s.network, s.plan, 1);
    device.session.write_register(link::reg("WATCHDOG"), 2000);
    auto program = device.simulation.top().memory("u_accelerator.u_engine.g_internal.u_program");
    const auto [low_bit, word, bits, value, message] =
        GENERATE(table<int, std::uint64_t, int, std::uint64_t, std::string>(
            {{0, 0, 4, 15, "it met an unknown opcode"}, {0, 15, 28, 1, "the watchdog"}}));  // opcode; passes, fewer than there are
    program.set(word, low_bit, bits, value);
    const auto picture = random_pictures(s.network.input, 1, 1).front();
    CHECK_THROWS_WITH(device.classify(picture), Catch::Contains("the accelerator stopped") && Catch::Contains(message));
    harness::load_by_back_door(s.plan, device.simulation.top());
    device.session.reset();
    CHECK(device.classify(picture).sums == golden_sums(s.network, picture));
}

TEST_CASE("a device that is lost in the middle of a frame gives an error, not a result") {
    const Setup s;
    Device device(s.network, s.plan, 1);
    const auto picture = random_pictures(s.network.input, 1, 1).front();
    const auto number = device.session.send_picture(picture);
    device.disturb_received = [](std::uint8_t&) { return false; };
    CHECK_THROWS_WITH(device.session.wait_result(number, s.network.classes()), Catch::Contains("simulated device"));
}

// SPDX-License-Identifier: Apache-2.0
// Words have room for more channels than a map may use. Whatever partial sums and activations held before, the unused
// channels are zero afterwards: they were not once, behind a residual whose unused outputs started from leftovers.
#include "device.h"

namespace {

using namespace ern;
using namespace ern::e2e;

// A residual of 42 channels, which on 16 outputs is three blocks of which the last is partly used, in two words of 32.
model::Network residual_of_42_channels() {
    model::Network network;
    network.name = "residual-42";
    network.input = {6, 7, 3};
    std::mt19937 random(1);
    const auto add = [&](const char* name, std::vector<int> inputs, model::Operation operation) {
        const model::Shape& in =
            inputs[0] == model::kPicture ? network.input : network.layers[static_cast<std::size_t>(inputs[0])].shape;
        const auto shape = model::output_shape(operation, in, name);
        network.layers.push_back({name, std::move(inputs), std::move(operation), shape});
        return static_cast<int>(network.layers.size()) - 1;
    };
    const auto conv = [&](const char* name, int input, int out, int kernel) {
        const int in = network.layers[static_cast<std::size_t>(input)].shape.channels;
        model::Conv operation{1, kernel / 2, model::WeightBits(out, kernel, in)};
        for (int i = 0; i < out * kernel * kernel * in; ++i) {
            operation.weights.set(i / (kernel * kernel * in), i / (kernel * in) % kernel, i / in % kernel, i % in, random() & 1u);
        }
        return add(name, {input}, std::move(operation));
    };
    const auto act = [&](const char* name, int input) {
        const auto channels = static_cast<std::size_t>(network.layers[static_cast<std::size_t>(input)].shape.channels);
        const std::vector<model::ChannelThresholds> rising(channels, {{-9, 0, 9}, false});
        return add(name, {input}, model::Thresholds{0, rising});
    };
    const int embed = add("embed", {model::kPicture}, model::PixelEmbedding{});
    const int shortcut = conv("shortcut", embed, 42, 1);
    const int inner = act("inner_act", conv("inner", embed, 50, 3));
    const int sum = add("add", {shortcut, conv("branch", inner, 42, 3)}, model::ResidualAdd{});
    const int logits = conv("classifier", act("act", sum), 5, 1);
    add("sum", {logits}, model::GlobalSum{std::vector<double>(5, 1.0)});
    model::check(network);
    return network;
}

void fill(harness::Memory memory) {
    const int bits = memory.bits();
    for (std::uint64_t word = 0; word < memory.words(); ++word) {
        for (int low = 0; low < bits; low += 64) {
            memory.set(word, low, std::min(64, bits - low), ~std::uint64_t{0});
        }
    }
}

}  // namespace

TEST_CASE("unused channels of a residual map are zero, whatever the memories held before") {
    const auto network = residual_of_42_channels();
    const std::string shape = GENERATE("ulx3s-25f", "part-words", "two-words", "four-taps", "square");
    INFO(shape);
    const auto plan = schedule::make_plan(network, accelerator(shape));
    const int bits = plan.accelerator.accumulator_bits;
    Device device(network, plan, 1);
    for (const std::string& scope : harness::observed_scopes(plan.accelerator)) {
        auto memory = device.simulation.top().memory(scope);
        fill(memory);
        if (scope.find("u_activations") != std::string::npos) continue;
        // Without the signs these are the largest accumulators that there are.
        for (std::uint64_t word = 0; word < memory.words(); ++word) {
            for (int sign = bits - 1; sign < memory.bits(); sign += bits) memory.set(word, sign, 1, 0);
        }
    }
    for (const Picture& picture : random_pictures(network.input, 3, 1)) {
        device.simulation.observer().expect(golden::run(network, picture));
        CHECK(device.classify(picture).sums == golden_sums(network, picture));
    }
    CHECK(device.simulation.observer().mismatches() == 0);
    CHECK(device.simulation.observer().frames() == 3);
}

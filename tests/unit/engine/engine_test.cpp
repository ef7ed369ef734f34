// SPDX-License-Identifier: Apache-2.0
// What the engine promises beside equality on random networks: the limits of its 16 bits, long sums, copies, errors.
#include "engine/engine.h"

#include <fmt/format.h>

#include <functional>

#include "compare.h"
#include "engine/batch.h"
#include "fuzz/random_network.h"
#include "support/error.h"

namespace ern::engine {

namespace {

using test::compare_everywhere;
using test::random_picture;

// A network of one embedding of 3 x 10 codes and the layers that are added.
class Made {
  public:
    Made(int height, int width) {
        network.name = "made";
        network.input = {height, width, 3};
        add({model::kPicture}, model::PixelEmbedding{});
    }

    int add(std::vector<int> inputs, model::Operation operation) {
        const model::Shape in = inputs[0] < 0 ? network.input : network.layers[static_cast<std::size_t>(inputs[0])].shape;
        model::Layer layer{fmt::format("layer{}", network.layers.size()), std::move(inputs), std::move(operation), {}};
        layer.shape = model::output_shape(layer.operation, in, layer.name);
        network.layers.push_back(layer);
        return static_cast<int>(network.layers.size()) - 1;
    }

    // weights: +1 where positive(o, i) says so.
    template <typename Positive>
    int conv(int input, int out, int kernel, const Positive& positive) {
        model::Conv operation{1, 0, model::WeightBits(out, kernel, network.layers[static_cast<std::size_t>(input)].shape.channels)};
        for (int o = 0; o < out; ++o) {
            for (int y = 0; y < kernel; ++y) {
                for (int x = 0; x < kernel; ++x) {
                    for (int i = 0; i < operation.weights.in(); ++i) operation.weights.set(o, y, x, i, positive(o, i));
                }
            }
        }
        return add({input}, std::move(operation));
    }

    int thresholds(int input, const model::ChannelThresholds& channel) {
        const auto channels = static_cast<std::size_t>(network.layers[static_cast<std::size_t>(input)].shape.channels);
        return add({input}, model::Thresholds{0, std::vector<model::ChannelThresholds>(channels, channel)});
    }

    const model::Network& finished(int sums) {
        add({sums}, model::GlobalSum{std::vector<double>(static_cast<std::size_t>(network.layers.back().shape.channels), 1.0)});
        model::check(network);
        return network;
    }

    model::Network network;
};

constexpr auto kNever = model::ChannelThresholds::kNever, kAlways = model::ChannelThresholds::kAlways;

std::string refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

// All codes 3 and all weights of an output equal: accumulators reach their bounds, 3 * channels and its opposite or one of
// them, on both sides of what 16 bits hold.
TEST_CASE("accumulators at the ends of 16 bits") {
    const std::vector<std::vector<bool>> signs{{true, false}, {true}, {false}};
    for (int i = 0; i < 12; ++i) {
        const int channels = 10'921 + i / 3;
        const std::vector<bool>& sign = signs[static_cast<std::size_t>(i % 3)];
        const int most = 3 * channels;
        Made made(1, 2);
        const int wide = made.thresholds(made.conv(0, channels, 1, [](int o, int i) { return (o ^ i) & 1; }), {{kAlways, kAlways, kAlways}, false});
        const int ends = made.conv(wide, 70, 1, [&](int o, int) { return sign[static_cast<std::size_t>(o) % sign.size()]; });
        const int codes = made.add({ends}, [&] {
            model::Thresholds t;
            for (int c = 0; c < 70; ++c) {
                const int at[] = {most, most + 1, -most, 1 - most, 32'767, 32'768, -32'768, -32'769, kNever, kAlways};
                t.channels.push_back({{at[c % 10], at[c % 10], kNever}, c % 3 == 0});
                if (c % 3 == 0) t.channels.back().at[2] = at[c % 10];
            }
            return t;
        }());
        compare_everywhere(made.finished(made.conv(codes, 3, 1, [](int o, int i) { return (o + i) % 3 != 0; })), 1, 1);
    }
}

// A map that fits 16 bits is added to one that does not, and both are read by thresholds.
TEST_CASE("a narrow and a wide map in one residual stream") {
    Made made(2, 3);
    const auto some = [](int o, int i) { return (o * 7 + i * 3) % 5 < 2; };
    const model::ChannelThresholds middle{{-4'000, 0, 4'000}, false};
    const int many = made.thresholds(made.conv(0, 12'000, 1, some), {{kAlways, kAlways, 0}, false});
    const int few = made.thresholds(made.conv(0, 5, 1, some), {{-20, 0, 20}, false});
    const int wide = made.conv(many, 40, 1, [](int o, int) { return o % 2 == 0; });
    const int narrow = made.conv(few, 40, 1, some);
    const int sum = made.add({wide, narrow}, model::ResidualAdd{});
    const int codes = made.thresholds(sum, middle);
    const int own = made.thresholds(narrow, {{-5, 0, 5}, false});  // a second reader of a fused map
    const int a = made.conv(codes, 4, 1, some), b = made.conv(own, 4, 1, some);
    compare_everywhere(made.finished(made.add({a, b}, model::ResidualAdd{})), 2, 1);
}

// 31 x 31 x 30 codes are 7,688 lookups of four channels or 4,805 of six: more than 16 bits can count.
TEST_CASE("more lookups than 16 bits count") {
    for (const int outputs : {3, 64, 130}) {
        Made made(36, 33);
        std::mt19937 random(5);
        const int conv = made.conv(0, outputs, 31, [&](int, int) { return random() % 8 != 0; });  // about 75,000 codes add up
        const int codes = made.thresholds(conv, {{50'000, 54'000, 58'000}, false});
        const auto& network = made.finished(made.conv(codes, 3, 1, [](int o, int i) { return (o + i) % 2 == 0; }));
        compare_everywhere(network, 3, 1);
        compare_everywhere(network, std::vector<std::uint8_t>(static_cast<std::size_t>(network.input.size()), 255), 1);
    }
}

TEST_CASE("copies have maps of their own, and share nothing that changes") {
    const auto network = fuzz::random_network(12);
    Engine first(network, {.keep_maps = true});
    Engine second(first);
    const auto a = random_picture(network.input, 1), b = random_picture(network.input, 2);
    const auto expected_a = golden::run(network, a), expected_b = golden::run(network, b);
    REQUIRE(expected_a.maps != expected_b.maps);
    first.run(a);
    second.run(b);
    test::require_equal(first, expected_a);
    test::require_equal(second, expected_b);
}

TEST_CASE("a batch runs every picture once, on any number of threads") {
    const auto network = fuzz::random_network(12);
    std::vector<std::vector<std::uint8_t>> pictures;
    std::vector<std::vector<double>> expected;
    for (std::uint32_t i = 0; i < 50; ++i) {
        pictures.push_back(random_picture(network.input, i));
        expected.push_back(golden::run(network, pictures.back()).logits);
    }
    for (const int threads : {1, 2, 5}) {
        Batch batch(network, {.threads = threads});
        std::vector<std::vector<double>> found(pictures.size());
        batch.run(
            50, [&](std::int64_t i) { return std::span<const std::uint8_t>(pictures[static_cast<std::size_t>(i)]); },
            [&](std::int64_t i, const Engine&, std::span<const double> logits) {
                auto& place = found[static_cast<std::size_t>(i)];
                place.insert(place.end(), logits.begin(), logits.end());
            });
        CHECK(found == expected);
        CHECK(refusal([&] {
                  batch.run(1, [&](std::int64_t) { return std::span<const std::uint8_t>(pictures[0]).first(1); },
                            [](std::int64_t, const Engine&, std::span<const double>) {});
              }).find("the picture has 1 bytes") != std::string::npos);
    }
}

TEST_CASE("what the user can mend gets one line") {
    const auto network = fuzz::random_network(12);
    const auto picture = random_picture(network.input, 1);
    Engine engine(network);
    CHECK(refusal([&] { engine.run(std::span(picture).first(5)); }).starts_with("network 'random-12': the picture has 5 bytes, but"));
    CHECK(refusal([&] { Engine(network, {.target = "MMX"}); }).starts_with("SIMD target 'MMX': this machine has "));
    CHECK(refusal([&] { Engine(network, {.threads = 0}); }) == "0 threads; give 1 to 1024");
    CHECK(refusal([&] { Batch(network, {.threads = 1025}); }) == "1025 threads; give 1 to 1024");
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(network.layers[0].shape.size()));
    CHECK(refusal([&] { engine.read(0, codes); }) == "layer 'embed0': no picture was run yet");
    engine.run(picture);
    CHECK(refusal([&] { engine.read(0, codes); }) == "layer 'embed0': its map was not kept; prepare with keep_maps");
    CHECK(refusal([&] { engine.read(0, std::span(codes).first(1)); }).starts_with("layer 'embed0': its map has "));
    CHECK(refusal([&] { engine.read(1000, codes); }).find("not 1000") != std::string::npos);
    std::vector<std::int32_t> sums(codes.size());
    CHECK(refusal([&] { engine.read(0, sums); }) == "layer 'embed0': its map is of another kind");
}

TEST_CASE("every step is timed when that is asked for") {
    const auto network = fuzz::random_network(12);
    Engine engine(network);
    engine.run(random_picture(network.input, 1));
    CHECK(engine.timings().empty());
    engine.measure(true);
    engine.run(random_picture(network.input, 1));
    std::int64_t macs = 0, lookups = 0;
    for (const Engine::Timing& step : engine.timings()) {
        CHECK(step.seconds >= 0);
        macs += step.macs;
        lookups += step.lookups;
    }
    CHECK(macs == model::total_macs(network));
    CHECK(lookups > 0);
}

}  // namespace ern::engine

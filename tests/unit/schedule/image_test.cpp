// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>

#include "configurations.h"
#include "fuzz/random_network.h"
#include "schedule/external.h"
#include "schedule/image.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::schedule {

namespace {

using Bytes = std::vector<std::uint8_t>;

Plan plan_of(std::uint32_t seed) {
    return make_plan(fuzz::random_network(seed, {.side = 9, .channels = 40, .blocks = 3, .classes = 5}),
                     test::test_accelerators().front());
}

std::string refusal(const Bytes& bytes) {
    try {
        deserialize_image(bytes, "net.ernprog");
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

bool bit_of(const Bytes& bytes, std::size_t bit) { return (bytes[bit / 8] >> (bit % 8)) & 1; }

// The file of seed 1 with a change to its header; checksum and lengths are right again.
Bytes with_header(const std::function<void(nlohmann::ordered_json&)>& change) {
    const Bytes whole = serialize(make_image(plan_of(1)));
    const auto container = support::unpack_container(whole, kImageFormat, "");
    nlohmann::ordered_json header = container.header;
    change(header);
    return support::pack_container(kImageFormat, header, container.blob);
}

}  // namespace

TEST_CASE("an image comes back from its file unchanged, and equal images give equal files") {
    for (std::uint32_t seed = 1; seed <= 10; ++seed) {
        INFO("seed " << seed);
        const Image image = make_image(plan_of(seed));
        const Bytes bytes = serialize(image);
        CHECK(deserialize_image(bytes, "") == image);
        CHECK(serialize(deserialize_image(bytes, "")) == bytes);
        CHECK(bytes == serialize(make_image(plan_of(seed))));
    }
}

TEST_CASE("a program that needs more external memory than every board has is refused") {
    const auto accelerators = test::test_accelerators();
    const auto outside = std::find_if(accelerators.begin(), accelerators.end(), [](const Accelerator& a) { return a.external.kind == MemoryKind::sdr; });
    REQUIRE(outside != accelerators.end());
    Plan plan = make_plan(fuzz::random_network(1, {.side = 9, .channels = 40, .blocks = 3, .classes = 5}), *outside);
    const std::uint64_t beats = memory_timing(*outside).bytes / static_cast<std::uint64_t>(outside->external.port_bits / 8);
    plan.spilled_beats = static_cast<decltype(plan.spilled_beats)>(beats / 2);
    CHECK_NOTHROW(make_image(plan));
    plan.spilled_beats = static_cast<decltype(plan.spilled_beats)>(beats);
    CHECK_THROWS_WITH(make_image(plan), Catch::Contains("bytes of external memory are needed, and boards have 33554432 for certain"));
}

TEST_CASE("the memories' bytes are the plan's words, least significant bit first") {
    const Plan plan = plan_of(2);
    const Image image = make_image(plan);
    const int lanes = plan.accelerator.lanes(), width = plan.accelerator.accumulator_bits;
    REQUIRE(image.program.size() == plan.program.size() * kDescriptorWords * 4);
    for (std::size_t i = 0; i < image.program.size(); ++i) {
        const std::uint32_t word = plan.program[i / 64].words[i / 4 % 16];
        CHECK(image.program[i] == static_cast<std::uint8_t>(word >> (8 * (i % 4))));
    }
    CHECK(image.weight_bytes == (lanes + 7) / 8);
    REQUIRE(image.weights.size() == plan.weights.size() * static_cast<std::size_t>(image.weight_bytes));
    int different = 0;
    for (std::size_t row = 0; row < plan.weights.size(); ++row) {
        for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane) {
            const std::size_t at = 8 * row * static_cast<std::size_t>(image.weight_bytes) + lane;
            different += bit_of(image.weights, at) != ((plan.weights[row][lane / 64] >> (lane % 64) & 1) != 0);
        }
    }
    REQUIRE(image.thresholds.size() == plan.thresholds.size() * static_cast<std::size_t>(image.threshold_bytes));
    for (std::size_t row = 0; row < plan.thresholds.size(); ++row) {
        for (std::size_t bit = 0; bit < static_cast<std::size_t>(3 * width + 1); ++bit) {
            const std::size_t k = bit / static_cast<std::size_t>(width), in_k = bit % static_cast<std::size_t>(width);
            const bool expected = (plan.thresholds[row][k] >> in_k) & 1;
            different += bit_of(image.thresholds, 8 * row * static_cast<std::size_t>(image.threshold_bytes) + bit) != expected;
        }
    }
    CHECK(different == 0);
}

TEST_CASE("a program file that is cut, damaged, of another version or another kind is refused") {
    const Bytes whole = serialize(make_image(plan_of(1)));
    for (const std::size_t length : {whole.size() - 1, whole.size() / 2}) {
        Bytes cut = whole;
        cut.resize(length);
        CHECK(refusal(cut) == fmt::format("net.ernprog: cut short, {} of at least {} bytes are there; copy or make the file "
                                          "again", length, whole.size()));
    }
    const std::uint32_t seed = 61;
    std::mt19937 random(seed);
    for (int i = 0; i < 300; ++i) {
        Bytes damaged = whole;
        const std::size_t bit = random() % (8 * whole.size());
        damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1u << (bit % 8)));
        INFO("seed " << seed << ", bit " << bit);
        CHECK(refusal(damaged).starts_with("net.ernprog: "));
    }
    Bytes damaged = whole;
    damaged.back() ^= 1;
    const auto checksum = [](const Bytes& b) { return support::crc32(std::span(b).subspan(16)); };
    CHECK(refusal(damaged) == fmt::format("net.ernprog: damaged, its checksum is {:08x} instead of {:08x}; copy or make the "
                                          "file again", checksum(damaged), checksum(whole)));
    Bytes newer = whole;
    newer[8] = 3;
    CHECK(refusal(newer) == "net.ernprog: format version 3, but this ernforge reads version 2; make the file again, or use "
                            "the ernforge that made it");
    CHECK(refusal({'E', 'R', 'N', 'M', 'O', 'D', 'E', 'L'}) ==
          "net.ernprog: not a program of ernforge, it does not begin with \"ERNPROGR\"; give a *.ernprog file");
}

TEST_CASE("sizes that contradict each other are refused, in one line") {
    using Json = nlohmann::ordered_json;
    const std::string contradiction = "net.ernprog: its sizes contradict each other; compile the program again";
    const auto changed = [](const char* key, const Json& value) {
        return refusal(with_header([&](Json& header) { header[key] = value; }));
    };
    CHECK(refusal(with_header([](Json&) {})) == "accepted");
    CHECK(changed("weight_bytes", 0) == contradiction);
    CHECK(changed("weight_bytes", -8) == contradiction);
    CHECK(changed("threshold_bytes", 5000) == contradiction);
    CHECK(changed("picture", {0, 5, 1}) == contradiction);
    CHECK(changed("picture", {5, 5, 4}) == contradiction);
    CHECK(changed("picture", {5000, 5, 1}) == contradiction);
    CHECK(changed("logit_scale", Json::array()) == contradiction);
    CHECK(changed("labels", {"one", "too", "many", "or", "few", "names"}) == contradiction);
    CHECK(changed("parts", {1, 2, 3}) ==
          "net.ernprog: its parts do not add up to what is there; compile the program again");
    CHECK(changed("parts", {0xffffffffffffffffull, 1, 0}) ==
          "net.ernprog: its parts do not add up to what is there; compile the program again");
    const std::pair<const char*, Json> other_types[] = {
        {"network", 5}, {"predicted_cycles", "many"}, {"parts", Json::array({1})}, {"labels", Json::array({7})},
        // Numbers that the field's type cannot hold: found by the fuzzer of this parser.
        {"parts", {4.8e281, 0, 0}}, {"parts", {-1, 0, 0}}, {"weight_bytes", 1.5}, {"configuration", 1ll << 32}, {"picture", {5, 5}},
        {"picture", {5, 5, 1ull << 63}}, {"predicted_cycles", true}};
    for (const auto& [key, value] : other_types) {
        const std::string message = changed(key, value);
        INFO(message);
        CHECK(message.starts_with("net.ernprog: its header is damaged ("));
        CHECK(message.ends_with("); compile the program again"));
        CHECK(message.find('\n') == std::string::npos);
    }
    const std::string missing = refusal(with_header([](Json& header) { header.erase("network"); }));
    CHECK(missing.starts_with("net.ernprog: its header is damaged ("));
}

}  // namespace ern::schedule

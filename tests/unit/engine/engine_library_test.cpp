// SPDX-License-Identifier: Apache-2.0
// The C interface: what it computes, and that whatever it is given it answers with a status and a message. Buffers have
// exactly the size that is asked for, so that the address sanitizer sees every byte too far.
#include "library/ernforge.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <thread>

#include "fuzz/random_network.h"
#include "golden/golden.h"
#include "library/ernforge.hpp"
#include "model/file.h"

namespace {

using namespace ern;

struct Close {
    void operator()(ernforge_engine* engine) const { ernforge_close(engine); }
};
using Handle = std::unique_ptr<ernforge_engine, Close>;

constexpr ernforge_options kKeep{0, 1, nullptr};

std::vector<std::uint8_t> some_picture(const model::Shape& shape, int first) {
    std::vector<std::uint8_t> picture(static_cast<std::size_t>(shape.size()));
    for (std::size_t i = 0; i < picture.size(); ++i) picture[i] = static_cast<std::uint8_t>(static_cast<std::size_t>(first) + 37 * i);
    return picture;
}

ernforge_picture picture_of(const std::vector<std::uint8_t>& bytes, const model::Shape& shape) {
    return {bytes.data(), bytes.size(), shape.height, shape.width, shape.channels};
}

Handle opened(const std::vector<std::uint8_t>& model, const ernforge_options* options) {
    ernforge_engine* engine = nullptr;
    const auto status = ernforge_open_memory(model.data(), model.size(), options, &engine);
    INFO(ernforge_message());
    REQUIRE(status == ERNFORGE_OK);
    return Handle(engine);
}

// A network, its file, and an engine for it.
struct Place {
    explicit Place(const ernforge_options* options = &kKeep)
        : network(fuzz::random_network(12)), bytes(some_picture(network.input, 1)), picture(picture_of(bytes, network.input)),
          expected(golden::run(network, bytes)), logits(expected.logits.size(), -1), engine(opened(model::serialize(network), options)) {}

    std::string run_refuses(ernforge_status status) { return refuses(status, ernforge_run(engine.get(), &picture, logits.data(), logits.size())); }
    std::string refuses(ernforge_status expected_status, ernforge_status status) {
        CHECK(status == expected_status);
        CHECK(logits == std::vector<double>(logits.size(), -1));
        return ernforge_message();
    }

    model::Network network;
    std::vector<std::uint8_t> bytes;
    ernforge_picture picture;
    golden::Result expected;
    std::vector<double> logits;
    Handle engine;
};

// What ernforge_read_... gives for a map of golden's kind.
golden::Map read_map(const ernforge_engine* engine, int index, const golden::Map& like) {
    golden::Map found = like;
    const auto status = std::visit(
        [&](auto& values) {
            std::fill(values.begin(), values.end(), typename std::decay_t<decltype(values)>::value_type{99});
            if constexpr (std::is_same_v<std::decay_t<decltype(values)>, golden::Codes>) return ernforge_read_codes(engine, index, values.data(), values.size());
            else if constexpr (std::is_same_v<std::decay_t<decltype(values)>, golden::Sums>) return ernforge_read_sums(engine, index, values.data(), values.size());
            else return ernforge_read_accumulators(engine, index, values.data(), values.size());
        },
        found);
    CHECK(status == ERNFORGE_OK);
    return found;
}

}  // namespace

TEST_CASE("logits and every layer are golden's") {
    Place place;
    REQUIRE(ernforge_run(place.engine.get(), &place.picture, place.logits.data(), place.logits.size()) == ERNFORGE_OK);
    CHECK(place.logits == place.expected.logits);
    for (int i = 0; i < static_cast<int>(place.network.layers.size()); ++i) {
        const auto& map = place.expected.maps[static_cast<std::size_t>(i)];
        CHECK(read_map(place.engine.get(), i, map) == map);
    }
}

TEST_CASE("the network is described as the model file has it") {
    Place place;
    ernforge_network network;
    REQUIRE(ernforge_describe(place.engine.get(), &network) == ERNFORGE_OK);
    CHECK(std::string(network.name) == place.network.name);
    CHECK((network.height == place.network.input.height && network.width == place.network.input.width));
    CHECK((network.channels == place.network.input.channels && network.classes == place.network.classes()));
    REQUIRE(network.layers == static_cast<int>(place.network.layers.size()));
    for (int i = 0; i < network.layers; ++i) {
        ernforge_layer layer;
        REQUIRE(ernforge_describe_layer(place.engine.get(), i, &layer) == ERNFORGE_OK);
        const auto& expected = place.network.layers[static_cast<std::size_t>(i)];
        CHECK(std::string(layer.name) == expected.name);
        CHECK((layer.height == expected.shape.height && layer.width == expected.shape.width && layer.channels == expected.shape.channels));
        CHECK(layer.map == static_cast<int>(model::map_kind(expected)));
        CHECK(layer.readable == 1);
    }
    const char* label = nullptr;
    REQUIRE(ernforge_label(place.engine.get(), 0, &label) == ERNFORGE_OK);
    CHECK(std::string(label).empty());
    CHECK(ernforge_label(place.engine.get(), network.classes, &label) == ERNFORGE_NO_LAYER);
    CHECK(ernforge_describe_layer(place.engine.get(), network.layers, nullptr) == ERNFORGE_NULL_POINTER);
    ernforge_layer layer;
    CHECK(ernforge_describe_layer(place.engine.get(), network.layers, &layer) == ERNFORGE_NO_LAYER);
    CHECK(ernforge_describe_layer(place.engine.get(), -1, &layer) == ERNFORGE_NO_LAYER);
    CHECK(std::string(ernforge_version()).find('.') != std::string::npos);
}

TEST_CASE("each target by its name, several threads, clones on other threads, many pictures") {
    Place place;
    for (int i = 0;; ++i) {
        const char* name = nullptr;
        REQUIRE(ernforge_target(i, &name) == ERNFORGE_OK);
        if (!name) break;
        const ernforge_options options{2, 0, name};
        const Handle engine = opened(model::serialize(place.network), &options);
        REQUIRE(ernforge_run(engine.get(), &place.picture, place.logits.data(), place.logits.size()) == ERNFORGE_OK);
        CHECK(place.logits == place.expected.logits);
    }
    ernforge_engine* other = nullptr;
    REQUIRE(ernforge_clone(place.engine.get(), &other) == ERNFORGE_OK);
    const Handle clone(other);
    std::vector<double> logits(place.logits.size());
    std::thread([&] { ernforge_run(clone.get(), &place.picture, logits.data(), logits.size()); }).join();
    CHECK(logits == place.expected.logits);

    const ernforge_options both{2, 0, nullptr};
    const Handle engine = opened(model::serialize(place.network), &both);
    std::vector<std::vector<std::uint8_t>> bytes;
    std::vector<ernforge_picture> pictures;
    std::vector<double> expected;
    for (int i = 0; i < 9; ++i) {
        bytes.push_back(some_picture(place.network.input, 11 * i));
        pictures.push_back(picture_of(bytes.back(), place.network.input));
        const auto result = golden::run(place.network, bytes.back());
        expected.insert(expected.end(), result.logits.begin(), result.logits.end());
    }
    std::vector<double> many(expected.size());
    REQUIRE(ernforge_run_many(engine.get(), pictures.data(), pictures.size(), many.data(), many.size()) == ERNFORGE_OK);
    CHECK(many == expected);
    CHECK(ernforge_run_many(engine.get(), pictures.data(), 8, many.data(), many.size()) == ERNFORGE_WRONG_SIZE);
    pictures[7].width += 1;
    CHECK(ernforge_run_many(engine.get(), pictures.data(), pictures.size(), many.data(), many.size()) == ERNFORGE_WRONG_SIZE);
    CHECK(many == expected);
}

TEST_CASE("wrong sizes are refused, and nothing is written") {
    Place place;
    SECTION("a model for another input size") {
        place.picture.height += 1;
        CHECK(place.run_refuses(ERNFORGE_WRONG_SIZE).find("network 'random-12' takes") != std::string::npos);
    }
    SECTION("other channels") {
        place.picture.channels = 4 - place.picture.channels;
        place.run_refuses(ERNFORGE_WRONG_SIZE);
    }
    SECTION("sizes that multiply to the right number of bytes") {
        std::swap(place.picture.height, place.picture.width);
        REQUIRE(place.picture.height != place.picture.width);
        place.run_refuses(ERNFORGE_WRONG_SIZE);
    }
    SECTION("negative and huge sizes") {
        place.picture.height = -place.picture.height;
        place.run_refuses(ERNFORGE_WRONG_SIZE);
        place.picture.height = 2'147'483'647;
        place.run_refuses(ERNFORGE_WRONG_SIZE);
    }
    SECTION("too few bytes") {
        place.picture.size -= 1;
        CHECK(place.run_refuses(ERNFORGE_WRONG_SIZE).find("bytes, but") != std::string::npos);
    }
    SECTION("logits") {
        for (const std::size_t count : {std::size_t{0}, place.logits.size() - 1, place.logits.size() + 1}) {
            place.refuses(ERNFORGE_WRONG_SIZE, ernforge_run(place.engine.get(), &place.picture, place.logits.data(), count));
        }
    }
}

TEST_CASE("maps that cannot be read are refused") {
    Place place;
    const auto size = static_cast<std::size_t>(place.network.layers[0].shape.size());
    std::vector<std::uint8_t> codes(size, 99);
    std::vector<std::int32_t> sums(size, 99);
    CHECK(ernforge_read_codes(place.engine.get(), 0, codes.data(), size) == ERNFORGE_NO_MAP);  // before any picture
    REQUIRE(ernforge_run(place.engine.get(), &place.picture, place.logits.data(), place.logits.size()) == ERNFORGE_OK);
    CHECK(ernforge_read_codes(place.engine.get(), 0, codes.data(), size - 1) == ERNFORGE_WRONG_SIZE);
    CHECK(ernforge_read_codes(place.engine.get(), 0, codes.data(), size + 1) == ERNFORGE_WRONG_SIZE);
    CHECK(ernforge_read_codes(place.engine.get(), -1, codes.data(), size) == ERNFORGE_NO_LAYER);
    CHECK(ernforge_read_codes(place.engine.get(), 1 << 30, codes.data(), size) == ERNFORGE_NO_LAYER);
    CHECK(ernforge_read_accumulators(place.engine.get(), 0, sums.data(), size) == ERNFORGE_NO_MAP);  // codes
    CHECK(codes == std::vector<std::uint8_t>(size, 99));
    CHECK(sums == std::vector<std::int32_t>(size, 99));
    Place fast(nullptr);
    REQUIRE(ernforge_run(fast.engine.get(), &fast.picture, fast.logits.data(), fast.logits.size()) == ERNFORGE_OK);
    CHECK(ernforge_read_codes(fast.engine.get(), 0, codes.data(), size) == ERNFORGE_NO_MAP);
    CHECK(std::string(ernforge_message()).find("was not kept") != std::string::npos);
    ernforge_layer layer;
    REQUIRE(ernforge_describe_layer(fast.engine.get(), 0, &layer) == ERNFORGE_OK);
    CHECK(layer.readable == 0);
}

TEST_CASE("every null pointer is refused") {
    Place place;
    ernforge_engine* e = place.engine.get();
    const auto model = model::serialize(place.network);
    ernforge_picture no_bytes = place.picture;
    no_bytes.bytes = nullptr;
    ernforge_engine* other = nullptr;
    std::uint8_t byte = 0;
    double logit = 0;
    const ernforge_status all[] = {
        ernforge_target(0, nullptr), ernforge_open(nullptr, nullptr, &other), ernforge_open("x", nullptr, nullptr),
        ernforge_open_memory(nullptr, 10, nullptr, &other), ernforge_open_memory(model.data(), model.size(), nullptr, nullptr),
        ernforge_clone(nullptr, &other), ernforge_clone(e, nullptr), ernforge_describe(nullptr, nullptr), ernforge_describe(e, nullptr),
        ernforge_label(e, 0, nullptr), ernforge_label(nullptr, 0, nullptr), ernforge_describe_layer(nullptr, 0, nullptr),
        ernforge_run(nullptr, &place.picture, place.logits.data(), place.logits.size()), ernforge_run(e, nullptr, &logit, 1),
        ernforge_run(e, &no_bytes, place.logits.data(), place.logits.size()), ernforge_run(e, &place.picture, nullptr, place.logits.size()),
        ernforge_run_many(nullptr, &place.picture, 1, place.logits.data(), place.logits.size()),
        ernforge_run_many(e, nullptr, 1, place.logits.data(), place.logits.size()),
        ernforge_run_many(e, &no_bytes, 1, place.logits.data(), place.logits.size()),
        ernforge_run_many(e, &place.picture, 1, nullptr, place.logits.size()), ernforge_read_codes(nullptr, 0, &byte, 1),
        ernforge_read_codes(e, 0, nullptr, 1), ernforge_read_accumulators(e, 0, nullptr, 1), ernforge_read_sums(e, 0, nullptr, 1)};
    for (std::size_t i = 0; i < std::size(all); ++i) {
        INFO("call " << i);
        CHECK(all[i] == ERNFORGE_NULL_POINTER);
    }
    CHECK(std::string(ernforge_message()) == "the buffer is null");
    CHECK(other == nullptr);
    ernforge_close(nullptr);
}

TEST_CASE("files that are no models, and options that cannot be had") {
    Place place;
    ernforge_engine* other = nullptr;
    CHECK(ernforge_open("/nowhere.ern", nullptr, &other) == ERNFORGE_BAD_MODEL);
    CHECK(std::string(ernforge_message()).starts_with("/nowhere.ern: "));
    CHECK(ernforge_open("/", nullptr, &other) == ERNFORGE_BAD_MODEL);
    CHECK(ernforge_open("", nullptr, &other) == ERNFORGE_BAD_MODEL);
    const auto good = model::serialize(place.network);
    for (std::size_t size = 0; size < good.size(); size += 1 + good.size() / 50) {
        const std::vector<std::uint8_t> cut(good.begin(), good.begin() + static_cast<long>(size));
        std::vector<std::uint8_t> exact(cut);  // of its own size, for the address sanitizer
        CHECK(ernforge_open_memory(size == 0 ? good.data() : exact.data(), size, nullptr, &other) == ERNFORGE_BAD_MODEL);
    }
    for (std::size_t at = 0; at < good.size(); at += 1 + good.size() / 50) {
        auto spoilt = good;
        spoilt[at] ^= 4;
        CHECK(ernforge_open_memory(spoilt.data(), spoilt.size(), nullptr, &other) == ERNFORGE_BAD_MODEL);
    }
    for (const ernforge_options& options : {ernforge_options{-1, 0, nullptr}, ernforge_options{5'000, 0, nullptr}, ernforge_options{0, 0, "MMX"}}) {
        CHECK(ernforge_open_memory(good.data(), good.size(), &options, &other) == ERNFORGE_BAD_OPTION);
    }
    const char* name = nullptr;
    CHECK(ernforge_target(-1, &name) == ERNFORGE_BAD_OPTION);
    CHECK(ernforge_target(1'000, &name) == ERNFORGE_OK);
    CHECK(name == nullptr);
    CHECK(other == nullptr);
}

TEST_CASE("the message is that of this thread's last failure") {
    Place place;
    place.picture.size = 1;
    place.run_refuses(ERNFORGE_WRONG_SIZE);
    const std::string mine = ernforge_message();
    std::thread([] {
        CHECK(std::string(ernforge_message()).empty());
        ernforge_engine* none = nullptr;
        ernforge_open("/nowhere.ern", nullptr, &none);
    }).join();
    CHECK(ernforge_message() == mine);
}

TEST_CASE("the C++ face: the same by exceptions") {
    Place place;
    const auto model = model::serialize(place.network);
    ernforge::Engine engine(model, {2, 1, nullptr});
    CHECK(engine.run(place.picture) == place.expected.logits);
    CHECK(engine.codes(0) == std::get<golden::Codes>(place.expected.maps[0]));
    CHECK(engine.sums(engine.network().layers - 1) == std::get<golden::Sums>(place.expected.maps.back()));
    CHECK(engine.layer(0).name == place.network.layers[0].name);
    const std::vector<ernforge_picture> twice{place.picture, place.picture};
    auto expected = place.expected.logits;
    expected.insert(expected.end(), place.expected.logits.begin(), place.expected.logits.end());
    CHECK(engine.clone().run(twice) == expected);
    place.picture.size = 0;
    CHECK_THROWS_AS(engine.run(place.picture), ernforge::Error);
    CHECK_THROWS_WITH(ernforge::Engine("/nowhere.ern"), Catch::Contains("/nowhere.ern"));
}

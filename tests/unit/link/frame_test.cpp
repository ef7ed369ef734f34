// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <random>

#include "link/frame.h"
#include "support/file.h"

namespace ern::link {

namespace {

// Half of the bytes are those that SLIP treats in its own way.
Bytes random_content(std::mt19937& random) {
    constexpr std::uint8_t kSpecial[] = {0xc0, 0xdb, 0xdc, 0xdd};
    Bytes content(random() % 60);
    for (std::uint8_t& byte : content) {
        byte = random() % 2 == 0 ? kSpecial[random() % 4] : static_cast<std::uint8_t>(random());
    }
    return content;
}

std::vector<Bytes> received(FrameDecoder& decoder, const Bytes& stream) {
    std::vector<Bytes> frames;
    for (std::uint8_t byte : stream) {
        if (auto frame = decoder.put(byte)) frames.push_back(*frame);
    }
    return frames;
}

// The damaged stream gives nothing but the frame that was sent, and what comes next is received.
void check_damaged(const Bytes& content, const Bytes& stream) {
    FrameDecoder decoder;
    for (const Bytes& frame : received(decoder, stream)) CHECK(frame == content);
    const Bytes next{1, 0xc0, 3};
    auto frames = received(decoder, encode_frame(next));
    REQUIRE_FALSE(frames.empty());
    CHECK(frames.back() == next);
    frames.pop_back();
    for (const Bytes& frame : frames) CHECK(frame == content);  // where only its end was missing
}

}  // namespace

TEST_CASE("a frame is the content and its CRC between ends, with the documented escapes") {
    CHECK(encode_frame(Bytes{0x01, 0xc0, 0xdb}) ==
          [] {
              Bytes frame{0xc0, 0x01, 0xdb, 0xdc, 0xdb, 0xdd};
              const std::uint32_t crc = support::crc32(Bytes{0x01, 0xc0, 0xdb});
              for (int i = 0; i < 4; ++i) {
                  const auto byte = static_cast<std::uint8_t>(crc >> (8 * i));
                  REQUIRE((byte != 0xc0 && byte != 0xdb));  // else the frame would have more escapes
                  frame.push_back(byte);
              }
              frame.push_back(0xc0);
              return frame;
          }());
    const std::string text = "123456789";
    const Bytes frame = encode_frame(Bytes(text.begin(), text.end()));
    CHECK(Bytes(frame.end() - 5, frame.end()) == Bytes{0x26, 0x39, 0xf4, 0xcb, 0xc0});
}

TEST_CASE("random frames come back, one after the other, with noise between them") {
    const std::uint32_t seed = 20;
    std::mt19937 random(seed);
    FrameDecoder decoder;
    for (int i = 0; i < 2000; ++i) {
        INFO("seed " << seed << ", frame " << i);
        const Bytes content = random_content(random);
        Bytes stream;
        for (unsigned noise = random() % 4; noise > 0; --noise) stream.push_back(static_cast<std::uint8_t>(random() % 0xc0));
        const Bytes frame = encode_frame(content);
        CHECK(std::count(frame.begin() + 1, frame.end() - 1, 0xc0) == 0);
        stream.insert(stream.end(), frame.begin(), frame.end());
        CHECK(received(decoder, stream) == std::vector<Bytes>{content});
    }
}

TEST_CASE("a flipped bit is never a wrong frame, and the next frame is received") {
    const std::uint32_t seed = 21;
    std::mt19937 random(seed);
    for (int i = 0; i < 100; ++i) {
        const Bytes content = random_content(random);
        const Bytes frame = encode_frame(content);
        for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
            INFO("seed " << seed << ", frame " << i << ", bit " << bit);
            Bytes stream = frame;
            stream[bit / 8] = static_cast<std::uint8_t>(stream[bit / 8] ^ (1u << (bit % 8)));
            check_damaged(content, stream);
        }
    }
}

TEST_CASE("missing and inserted bytes are never a wrong frame, and the next frame is received") {
    const std::uint32_t seed = 22;
    std::mt19937 random(seed);
    for (int i = 0; i < 200; ++i) {
        const Bytes content = random_content(random);
        const Bytes frame = encode_frame(content);
        for (std::size_t at = 0; at < frame.size(); ++at) {
            INFO("seed " << seed << ", frame " << i << ", byte " << at);
            Bytes missing = frame;
            const auto first = missing.begin() + static_cast<std::ptrdiff_t>(at);
            missing.erase(first, first + 1 + static_cast<std::ptrdiff_t>(random() % (frame.size() - at)));
            check_damaged(content, missing);
            Bytes longer = frame;
            constexpr std::uint8_t kInserted[] = {0xc0, 0xdb, 0xdc, 0x00};
            longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(at), kInserted[random() % 4]);
            check_damaged(content, longer);
        }
    }
}

TEST_CASE("damaged frames are counted, silence and the ends between frames are not") {
    FrameDecoder decoder;
    CHECK(received(decoder, Bytes(10, 0xc0)).empty());
    CHECK(decoder.damaged() == 0);
    CHECK(received(decoder, {1, 2, 0xc0}).empty());  // too short for a CRC
    CHECK(decoder.damaged() == 1);
    CHECK(received(decoder, {0xdb, 0xc0}).empty());  // ends within an escape
    CHECK(decoder.damaged() == 2);
    CHECK(received(decoder, {0xdb, 0x01, 0xc0}).empty());  // no such escape
    CHECK(decoder.damaged() == 3);
    CHECK(received(decoder, Bytes(100000, 0x55)).empty());  // a frame that never ends
    CHECK(received(decoder, encode_frame(Bytes{7})).empty() == false);
    CHECK(decoder.damaged() == 4);
}

TEST_CASE("an empty content is a frame of its own") {
    FrameDecoder decoder;
    CHECK(received(decoder, encode_frame(Bytes{})) == std::vector<Bytes>{Bytes{}});
}

}  // namespace ern::link

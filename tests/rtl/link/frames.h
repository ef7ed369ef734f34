// SPDX-License-Identifier: Apache-2.0
// The link's frames as docs/link.md defines them, on their own: RFC 1055 and zlib's CRC-32. Shares nothing with the
// host program.
#pragma once

#include <zlib.h>

#include <algorithm>

#include "stream.h"

namespace ern::rtl {

using Bytes = std::vector<std::uint8_t>;

inline constexpr std::uint8_t kEnd = 0xc0, kEsc = 0xdb, kEscEnd = 0xdc, kEscEsc = 0xdd;

inline Bytes operator+(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// A number's `count` low bytes, least significant first.
inline Bytes little(std::uint64_t value, int count) {
    Bytes bytes;
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
    return bytes;
}

inline std::uint32_t crc_of(const Bytes& bytes) {
    return static_cast<std::uint32_t>(crc32(0, bytes.data(), static_cast<unsigned>(bytes.size())));
}

inline Bytes with_crc(const Bytes& content) { return content + little(crc_of(content), 4); }

// A frame's bytes on the line, with the end behind them.
inline Bytes slip(const Bytes& frame) {
    Bytes line;
    for (const std::uint8_t byte : frame) {
        if (byte == kEnd) line = line + Bytes{kEsc, kEscEnd};
        else if (byte == kEsc) line = line + Bytes{kEsc, kEscEsc};
        else line.push_back(byte);
    }
    return line + Bytes{kEnd};
}

inline Bytes line_of(const Bytes& content) { return slip(with_crc(content)); }

struct Frame {
    Bytes bytes;
    bool spoiled = false;   // an escape that stands for nothing
};

// What lies before an end on the line.
inline Frame unslip(const Bytes& line) {
    Frame frame;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != kEsc) {
            frame.bytes.push_back(line[i]);
            continue;
        }
        const int next = ++i < line.size() ? line[i] : -1;
        if (next == kEscEnd) frame.bytes.push_back(kEnd);
        else if (next == kEscEsc) frame.bytes.push_back(kEsc);
        else frame.spoiled = true;
    }
    return frame;
}

// The content of an undamaged frame.
inline std::optional<Bytes> content_of(const Frame& frame) {
    if (frame.spoiled || frame.bytes.size() < 4) return std::nullopt;
    const Bytes content(frame.bytes.begin(), frame.bytes.end() - 4);
    if (with_crc(content) != frame.bytes) return std::nullopt;
    return content;
}

// Bytes among which SLIP's own ones are frequent.
inline std::uint8_t random_byte(std::mt19937& random) {
    static constexpr std::uint8_t special[] = {kEnd, kEsc, kEscEnd, kEscEsc};
    return random() & 1u ? special[random() & 3u] : static_cast<std::uint8_t>(random());
}

inline Bytes random_bytes(std::mt19937& random, std::size_t count) {
    Bytes bytes(count);
    std::generate(bytes.begin(), bytes.end(), [&] { return random_byte(random); });
    return bytes;
}

// Damage that every link can do to a frame's line: a flipped bit, a lost byte, a byte too much. The end stays.
inline Bytes damaged(std::mt19937& random, Bytes line) {
    const auto at = between(random, std::ptrdiff_t{0}, static_cast<std::ptrdiff_t>(line.size()) - 2);
    switch (random() % 3) {
        case 0: line[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1u << random() % 8); break;
        case 1: line.erase(line.begin() + at); break;
        default: line.insert(line.begin() + at, random_byte(random));
    }
    return line;
}

}  // namespace ern::rtl

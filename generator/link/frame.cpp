// SPDX-License-Identifier: Apache-2.0
#include "link/frame.h"

#include "support/file.h"

namespace ern::link {

namespace {

constexpr std::uint8_t kEnd = 0xc0, kEscape = 0xdb, kEscapedEnd = 0xdc, kEscapedEscape = 0xdd;
constexpr std::size_t kCrcBytes = 4;
constexpr std::size_t kLongest = 4096;  // a frame that never ends is not collected

void put_escaped(Bytes& frame, std::uint8_t byte) {
    if (byte == kEnd || byte == kEscape) {
        frame.push_back(kEscape);
        frame.push_back(byte == kEnd ? kEscapedEnd : kEscapedEscape);
    } else {
        frame.push_back(byte);
    }
}

bool whole(const Bytes& frame) {
    if (frame.size() < kCrcBytes) return false;
    const std::size_t length = frame.size() - kCrcBytes;
    std::uint32_t sent = 0;
    for (std::size_t i = 0; i < kCrcBytes; ++i) sent |= std::uint32_t{frame[length + i]} << (8 * i);
    return sent == support::crc32(std::span(frame).first(length));
}

}  // namespace

Bytes encode_frame(std::span<const std::uint8_t> content) {
    Bytes frame{kEnd};
    for (std::uint8_t byte : content) put_escaped(frame, byte);
    const std::uint32_t crc = support::crc32(content);
    for (std::size_t i = 0; i < kCrcBytes; ++i) put_escaped(frame, static_cast<std::uint8_t>(crc >> (8 * i)));
    frame.push_back(kEnd);
    return frame;
}

std::optional<Bytes> FrameDecoder::put(std::uint8_t byte) {
    if (byte == kEnd) {
        Bytes frame;
        frame.swap(frame_);
        const bool good = !spoiled_ && !escaped_ && whole(frame);
        const bool silence = frame.empty() && !spoiled_ && !escaped_;
        escaped_ = spoiled_ = false;
        if (!good) {
            if (!silence) ++damaged_;
            return std::nullopt;
        }
        frame.resize(frame.size() - kCrcBytes);
        return frame;
    }
    if (escaped_) {
        escaped_ = false;
        if (byte == kEscapedEnd || byte == kEscapedEscape) frame_.push_back(byte == kEscapedEnd ? kEnd : kEscape);
        else spoiled_ = true;
    } else if (byte == kEscape) {
        escaped_ = true;
    } else {
        frame_.push_back(byte);
    }
    if (frame_.size() > kLongest) {
        frame_.clear();
        spoiled_ = true;
    }
    return std::nullopt;
}

}  // namespace ern::link

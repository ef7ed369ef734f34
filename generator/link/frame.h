// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ern::link {

using Bytes = std::vector<std::uint8_t>;

// content + CRC-32, through SLIP (RFC 1055): C0 ends a frame, DB DC stands for C0, DB DD for DB. A C0 stands in front
// too, so that noise before the frame cannot join it.
Bytes encode_frame(std::span<const std::uint8_t> content);

// Takes a byte stream apart. A damaged frame is dropped and counted; every C0 starts afresh.
class FrameDecoder {
  public:
    // The content of the frame that this byte ends, if it ends one that is whole.
    std::optional<Bytes> put(std::uint8_t byte);
    std::int64_t damaged() const { return damaged_; }

  private:
    Bytes frame_;
    bool escaped_ = false, spoiled_ = false;
    std::int64_t damaged_ = 0;
};

}  // namespace ern::link

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "schedule/image.h"

namespace ern::schedule {

// Signature of a row of words (rtl_templates/control/ern_signature.v).
class Signature {
  public:
    void add(std::span<const std::uint8_t> word);  // least significant byte first
    std::uint16_t value() const { return value_; }

  private:
    std::uint16_t value_ = 0xffff;
};

// Checksum of all that a frame reads of program, weights and thresholds: the device gives the same with every result, unless
// its memories hold something else than the image. outputs: of the accelerator's array, rows that a pass reads. Nothing where
// the program reads rows that the image does not have.
std::optional<std::uint16_t> frame_checksum(const Image& image, int outputs);

}  // namespace ern::schedule

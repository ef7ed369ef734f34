// SPDX-License-Identifier: Apache-2.0
// A parser as a fuzzing target. Bad input may be refused by ern::Error with one line; all else is a finding: another
// exception, a broken claim, what the sanitizers see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "support/container.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::parsers {

using Bytes = std::span<const std::uint8_t>;

// Defined by each target. Throws ern::Error for bad input.
void parse(Bytes bytes);

inline void require(bool condition) {
    if (!condition) std::abort();
}

// A container whose checksum is right, so that what lies behind it is reached.
inline std::vector<std::uint8_t> with_checksum(Bytes bytes) {
    std::vector<std::uint8_t> fixed(bytes.begin(), bytes.end());
    if (fixed.size() < support::kContainerChecksumFrom) return fixed;
    const std::uint32_t crc = support::crc32(Bytes(fixed).subspan(support::kContainerChecksumFrom));
    for (std::size_t i = 0; i < 4; ++i) fixed[12 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
    return fixed;
}

inline std::string_view text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace ern::parsers

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "support/error.h"

namespace ern::support {

// The frame that ernforge's binary files share. All integers little-endian:
//   offset  size  content
//        0     8  magic
//        8     4  format version
//       12     4  CRC-32 of everything from offset 16 to the end
//       16     4  length of the header in bytes
//       20     -  header: JSON, UTF-8, with at least "blob_bytes"
//        -     -  blob
struct ContainerFormat {
    std::string_view magic;   // 8 characters
    std::uint32_t version;
    std::string_view what;    // in messages: "a model"
    std::string_view ending;  // in messages: "*.ern"
};

inline constexpr std::size_t kContainerChecksumFrom = 16;

// header must have been given "blob_bytes". Throws Error where a text in it is not UTF-8.
std::vector<std::uint8_t> pack_container(const ContainerFormat& format, const nlohmann::ordered_json& header,
                                         std::span<const std::uint8_t> blob);

struct Container {
    nlohmann::json header;
    std::span<const std::uint8_t> blob;  // of the bytes that were unpacked
};

// Throws Error, one line naming `source`, for another magic or version, a cut or damaged file, a header that is not
// JSON. Allocates no more than the header needs.
Container unpack_container(std::span<const std::uint8_t> bytes, const ContainerFormat& format, std::string_view source);

// A header's whole number. Throws Error where it is none, or not in T's range: nlohmann's get converts whatever is there.
template <std::integral T>
T whole_number(const nlohmann::json& value, std::string_view name) {
    const bool fits = value.is_number_unsigned() ? std::in_range<T>(value.get<std::uint64_t>())
                                                 : value.is_number_integer() && std::in_range<T>(value.get<std::int64_t>());
    if (!fits) fail("its header is damaged ({} is not a whole number in its range)", name);
    return value.get<T>();
}

}  // namespace ern::support

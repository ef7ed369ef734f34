// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "model/network.h"

namespace ern::data {

// Largest picture file that is read, bytes.
inline constexpr std::uint64_t kMaxPictureFileBytes = 64ull << 20;

// Decodes a JPEG, PNG, BMP or PGM/PPM file of 8 bits a colour to bytes [y][x][colour]. Nothing is scaled or
// converted: throws Error when `file` is no picture, or has another size or number of colours than `wanted`
// (1: grey, 3: RGB). `source` stands in messages.
std::vector<std::uint8_t> decode_picture(std::span<const std::uint8_t> file, const model::Shape& wanted,
                                         std::string_view source);

// The same for a picture of any size and number of colours: its middle is scaled as scale.h says, grey becomes RGB or
// RGB grey, and transparency is dropped.
std::vector<std::uint8_t> decode_any_picture(std::span<const std::uint8_t> file, const model::Shape& wanted,
                                             std::string_view source);

// The first from a file on disk.
std::vector<std::uint8_t> read_picture(const std::filesystem::path& path, const model::Shape& wanted);

// True for the file name endings that the decoder knows.
bool has_picture_name(const std::filesystem::path& path);

}  // namespace ern::data

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ern::support {

// Reads a whole file. Throws Error when it is missing, unreadable or longer than limit_bytes.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path, std::uint64_t limit_bytes = 1ull << 30);

// The same as text.
std::string read_text(const std::filesystem::path& path, std::uint64_t limit_bytes = 1ull << 26);

// Writes a file whole or not at all: into a neighbour first, then renamed over the target. Missing folders are
// made. Throws Error.
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);
void write_text(const std::filesystem::path& path, std::string_view text);

// CRC-32 of IEEE 802.3 (reflected 0xEDB88320, all-ones start and end). continue_from chains blocks.
std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t continue_from = 0);

}  // namespace ern::support

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "model/network.h"

namespace ern::model {

// The model file, "*.ern". All integers little-endian:
//   offset  size  content
//        0     8  "ERNMODEL"
//        8     4  format version, kFormatVersion
//       12     4  CRC-32 of everything from offset 16 to the end
//       16     4  length of the header in bytes
//       20     -  header: JSON, UTF-8; layers with their shapes, and the offset of each one's data in the blob
//        -     -  blob: weight words (uint64), thresholds (3 x int32 a channel, then one byte a channel: inverted)
inline constexpr std::string_view kMagic = "ERNMODEL";
inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::size_t kChecksumCoversFrom = 16;

// Throws Error for what check(const Network&) refuses and for text that is not UTF-8.
std::vector<std::uint8_t> serialize(const Network& network);

// Throws Error for another magic, another version, a wrong checksum, a truncated file, and everything that
// check(const Network&) refuses. Reads nothing outside `bytes`, and allocates no more than a small multiple of it.
Network deserialize(std::span<const std::uint8_t> bytes, std::string_view source);

Network read_network(const std::filesystem::path& path);
void write_network(const std::filesystem::path& path, const Network& network);

// The checksum in the serialized network: the model's identity in manifests and programs. Equal networks,
// notes included, have equal fingerprints.
std::uint32_t fingerprint(const Network& network);

}  // namespace ern::model

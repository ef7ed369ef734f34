// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "model/network.h"
#include "support/container.h"

namespace ern::model {

// The model file, "*.ern", is a support/container.h with the magic "ERNMODEL".
//   header  layers with their shapes, and the offset of each one's data in the blob
//   blob    weight words (uint64), thresholds (3 x int32 a channel, then one byte a channel: inverted)
inline constexpr support::ContainerFormat kFormat{"ERNMODEL", 1, "a model", "*.ern"};

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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "fold/float_network.h"

namespace ern::onnx_export {

// A network of the ERN family as the original library exports it: opset 11, domain lm version 2, float32 parameters.
// Importing it again gives the same FloatNetwork, labels included. Throws Error for a layer that the dialect does not
// have (pooling between layers).
std::vector<std::uint8_t> export_network(const fold::FloatNetwork& network);

// The same into a file, written whole or not at all.
void write_onnx(const std::filesystem::path& path, const fold::FloatNetwork& network);

}  // namespace ern::onnx_export

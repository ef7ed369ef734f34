// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "fold/float_network.h"

namespace ern::onnx_import {

// A network of the ERN family from the bytes of an ONNX file: domain lm version 2, opset 11. Layers are named after the
// nodes. Throws Error, one line that names the node and the reason; of unsupported nodes all are listed.
fold::FloatNetwork import_network(std::span<const std::uint8_t> bytes, const std::string& name);

// The same from a file, whose name stands in front of the message; the network has the name of the file.
fold::FloatNetwork read_onnx(const std::filesystem::path& path);

}  // namespace ern::onnx_import

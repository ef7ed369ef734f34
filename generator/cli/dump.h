// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "golden/golden.h"
#include "model/network.h"

namespace ern::cli {

// Writes every map of one picture as DIR/<layer>.npy: codes uint8 [C,H,W], accumulators int32 [C,H,W], sums
// int64 [C]; and DIR/logits.npy, float64 [classes].
void dump_maps(const std::filesystem::path& directory, const model::Network& network,
               const golden::Result& result);

// One map of the above. shape is its layer's.
void dump_map(const std::filesystem::path& directory, const std::string& layer, const model::Shape& shape,
              const golden::Map& map);

// A layer's name as a file name: "/" and ":" become "_".
std::string file_name_of(const std::string& layer);

}  // namespace ern::cli

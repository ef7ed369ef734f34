// SPDX-License-Identifier: Apache-2.0
#include "cli/dump.h"

#include <algorithm>
#include <vector>

#include "support/npy.h"

namespace ern::cli {

namespace {

// [y][x][c] -> [c][y][x]
template <typename T>
std::vector<T> channels_first(const std::vector<T>& map, const model::Shape& shape) {
    std::vector<T> result;
    result.reserve(map.size());
    const auto channels = static_cast<std::size_t>(shape.channels);
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t i = c; i < map.size(); i += channels) result.push_back(map[i]);
    }
    return result;
}

}  // namespace

std::string file_name_of(const std::string& layer) {
    std::string name = layer;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '/' || c == ':'; }, '_');
    return name;
}

void dump_map(const std::filesystem::path& directory, const std::string& layer, const model::Shape& shape,
              const golden::Map& map) {
    const std::filesystem::path path = directory / (file_name_of(layer) + ".npy");
    const std::vector<std::int64_t> sides = {shape.channels, shape.height, shape.width};
    if (const auto* codes = std::get_if<golden::Codes>(&map)) {
        support::write_npy(path, channels_first(*codes, shape), sides);
    } else if (const auto* sums = std::get_if<golden::Sums>(&map)) {
        support::write_npy(path, *sums, {static_cast<std::int64_t>(sums->size())});
    } else {
        support::write_npy(path, channels_first(std::get<golden::Accumulators>(map), shape), sides);
    }
}

void dump_maps(const std::filesystem::path& directory, const model::Network& network,
               const golden::Result& result) {
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        dump_map(directory, network.layers[i].name, network.layers[i].shape, result.maps[i]);
    }
    support::write_npy(directory / "logits.npy", result.logits,
                       {static_cast<std::int64_t>(result.logits.size())});
}

}  // namespace ern::cli

// SPDX-License-Identifier: Apache-2.0
#include "data/data_set.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "data/formats.h"
#include "support/error.h"

namespace ern::data {

namespace fs = std::filesystem;

namespace {

bool has_class_folders(const fs::path& directory) {
    return std::any_of(fs::directory_iterator(directory), fs::directory_iterator(),
                       [](const fs::directory_entry& entry) { return entry.is_directory(); });
}

DataSet load_directory(const fs::path& path, Split split, const Expected& expected) {
    if (looks_like_idx(path)) return load_idx(path, split, expected);
    if (looks_like_cifar_binary(path)) return load_cifar_binary(path, split, expected);
    const std::string part(split_name(split));
    for (const char* ending : {".tar.xz", ".tar.gz", ".tar"}) {
        if (fs::exists(path / (part + ending))) return load_folder_archive(path / (part + ending), expected);
    }
    if (fs::is_directory(path / part)) return load_folder_tree(path / part, expected);
    const bool has_other_part = fs::exists(path / (split == Split::train ? "test" : "train"));
    if (!has_other_part && has_class_folders(path)) return load_folder_tree(path, expected);
    fail("{}: no {} data here; wanted idx files, CIFAR-10 .bin files, {}.tar.xz, {}/ or class folders",
         path.string(), part, part, part);
}

}  // namespace

std::string_view split_name(Split split) {
    return split == Split::train ? "train" : "test";
}

DataSet load_data_set(const fs::path& path, Split split, const Expected& expected) {
    std::error_code code;
    if (!fs::exists(path, code)) fail("{}: no such file or directory", path.string());
    if (!fs::is_directory(path, code)) {
        if (!looks_like_archive(path)) {
            fail("{}: neither a directory nor a .tar, .tar.gz or .tar.xz of class folders", path.string());
        }
        return load_folder_archive(path, expected);
    }
    return load_directory(path, split, expected);
}

void require_shape(const model::Shape& shape, const Expected& expected, const std::string& source) {
    const model::Shape& wanted = expected.shape;
    if (shape == wanted) return;
    fail(
        "{}: the pictures are {} wide, {} high with {} colours, but the network wants {} wide, {} high with "
        "{}",
        source, shape.width, shape.height, shape.channels, wanted.width, wanted.height, wanted.channels);
}

std::vector<std::int64_t> shuffled_order(std::int64_t count, std::uint64_t seed) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    // Fisher-Yates written out: std::shuffle may differ from one standard library to the next.
    std::mt19937_64 random(seed);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
    return order;
}

}  // namespace ern::data

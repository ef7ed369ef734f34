// SPDX-License-Identifier: Apache-2.0
#include "data/data_set.h"

#include <algorithm>
#include <array>
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

constexpr std::array kArchiveEndings = {".tar.xz", ".tar.gz", ".tar"};

// An archive, or a directory of class folders, without train and test.
bool holds_own_pictures(const fs::path& path) {
    if (!fs::is_directory(path)) return looks_like_archive(path);
    if (looks_like_idx(path) || looks_like_cifar_binary(path)) return false;
    for (const char* part : {"train", "test"}) {
        if (fs::exists(path / part)) return false;
        for (const char* ending : kArchiveEndings) {
            if (fs::exists(path / (std::string(part) + ending))) return false;
        }
    }
    return has_class_folders(path);
}

DataSet load_own(const fs::path& path, Expected expected) {
    expected.any_size = true;
    return fs::is_directory(path) ? load_folder_tree(path, expected) : load_folder_archive(path, expected);
}

// The classes of `set` in the order of `labels`, where both have the same names.
void use_order(DataSet& set, const std::vector<std::string>& labels) {
    if (labels.size() != set.labels.size()) return;
    std::vector<std::uint16_t> number;
    for (const std::string& name : set.labels) {
        const auto found = std::find_if(labels.begin(), labels.end(),
                                        [&](const std::string& label) { return folder_name(label) == folder_name(name); });
        if (found == labels.end()) return;
        number.push_back(static_cast<std::uint16_t>(found - labels.begin()));
    }
    for (std::uint16_t& label : set.classes) label = number[label];
    set.labels = labels;
}

// Moves the pictures for which `chosen` says so to a set of their own.
DataSet take_out(DataSet& set, const std::vector<bool>& chosen) {
    DataSet out{set.name, set.shape, set.labels, {}, {}}, rest = out;
    for (std::int64_t i = 0; i < set.size(); ++i) {
        DataSet& target = chosen[static_cast<std::size_t>(i)] ? out : rest;
        const auto picture = set.picture(i);
        target.pixels.insert(target.pixels.end(), picture.begin(), picture.end());
        target.classes.push_back(set.classes[static_cast<std::size_t>(i)]);
    }
    set = std::move(rest);
    return out;
}

std::vector<bool> held_out(const DataSet& set, const std::string& source) {
    std::vector<std::vector<std::size_t>> of_class(set.labels.size());
    for (std::size_t i = 0; i < set.classes.size(); ++i) of_class[set.classes[i]].push_back(i);
    std::vector<bool> chosen(set.classes.size());
    for (std::size_t c = 0; c < of_class.size(); ++c) {
        const auto count = static_cast<std::int64_t>(of_class[c].size());
        if (count < 2)
            fail("{}: one picture of the class \"{}\"; two are needed, for one in {} is held out to test", source,
                 set.labels[c], kHeldOut);
        const auto order = shuffled_order(count, 1);
        for (std::int64_t k = 0; k < std::max<std::int64_t>(1, count / kHeldOut); ++k)
            chosen[of_class[c][static_cast<std::size_t>(order[static_cast<std::size_t>(k)])]] = true;
    }
    return chosen;
}

DataSet load_directory(const fs::path& path, Split split, const Expected& expected) {
    if (looks_like_idx(path)) return load_idx(path, split, expected);
    if (looks_like_cifar_binary(path)) return load_cifar_binary(path, split, expected);
    const std::string part(split_name(split));
    for (const char* ending : kArchiveEndings) {
        if (fs::exists(path / (part + ending))) return load_folder_archive(path / (part + ending), expected);
    }
    if (fs::is_directory(path / part)) return load_folder_tree(path / part, expected);
    if (holds_own_pictures(path)) return load_own(path, expected);
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
        return load_own(path, expected);
    }
    return load_directory(path, split, expected);
}

TrainingData load_training_data(const fs::path& path, const Expected& expected) {
    if (!holds_own_pictures(path))
        return {load_data_set(path, Split::train, expected), load_data_set(path, Split::test, expected), false};
    DataSet set = load_own(path, {expected.shape, 0, {}});
    use_order(set, expected.labels);
    DataSet test_set = take_out(set, held_out(set, path.string()));
    return {std::move(set), std::move(test_set), true};
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

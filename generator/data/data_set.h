// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/network.h"

namespace ern::data {

enum class Split { train, test };

std::string_view split_name(Split split);

// Labelled pictures of one size, in memory, in the order of the files.
struct DataSet {
    std::string name;                    // its format, for logs: "idx files", "class folders", ...
    model::Shape shape;                  // of each picture
    std::vector<std::string> labels;     // names of the classes, or empty when the data has none
    std::vector<std::uint8_t> pixels;    // [picture][y][x][colour]
    std::vector<std::uint16_t> classes;  // one a picture, below the network's number of classes

    std::int64_t size() const { return static_cast<std::int64_t>(classes.size()); }
    std::span<const std::uint8_t> picture(std::int64_t index) const {
        const auto bytes = static_cast<std::size_t>(shape.size());
        return {pixels.data() + static_cast<std::size_t>(index) * bytes, bytes};
    }
};

// What the network expects of its data.
struct Expected {
    model::Shape shape;
    int classes = 0;                  // 0: as many as the data has, two at least
    std::vector<std::string> labels;  // in the network's order, or empty
    bool any_size = false;            // pictures in class folders are scaled to the shape
};

// Reads one split. `path` is one of
//   a directory or a .tar, .tar.gz or .tar.xz of class folders (the folder's name is the class)
//   a directory that holds train and test of those: train/ and test/, or train.tar.xz and test.tar.xz
//   a directory with the CIFAR-10 binary files data_batch_1.bin ... data_batch_5.bin and test_batch.bin
//   a directory with the MNIST idx files train-images-idx3-ubyte[.gz], t10k-labels-idx1-ubyte[.gz], ...
// Classes are numbered as in expected.labels when there are any (class folders and CIFAR-10 are matched by
// name, with "_" in a folder's name for "/"), else by sorted name; idx labels are numbers already. Throws
// Error, one line, for anything missing, truncated, of another size, or outside the classes.
// Pictures of one's own (class folders or an archive of them, without train and test) are both splits, and may have
// any size: they are scaled.
DataSet load_data_set(const std::filesystem::path& path, Split split, const Expected& expected);

// What a network is trained with.
struct TrainingData {
    DataSet train_set, test_set;
    bool own = false;  // pictures of one's own: the classes are those of the folders
};

// Both splits. Of pictures of one's own, one in kHeldOut of each class (one at least) becomes the test set; which
// ones depends on the order of their names alone. Their classes may be others than the network's: numbered by sorted
// name then, and in the network's order where they have the same names. Throws Error also for a class of one picture.
inline constexpr std::int64_t kHeldOut = 10;
TrainingData load_training_data(const std::filesystem::path& path, const Expected& expected);

// The indices 0..count-1 in an order that depends on the seed alone.
std::vector<std::int64_t> shuffled_order(std::int64_t count, std::uint64_t seed);

}  // namespace ern::data

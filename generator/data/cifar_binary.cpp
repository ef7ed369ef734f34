// SPDX-License-Identifier: Apache-2.0
// CIFAR-10 binary version: records of a label byte and 3 planes (red, green, blue) of 32 x 32 bytes.
// https://www.cs.toronto.edu/~kriz/cifar.html
#include <array>

#include "data/formats.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::data {

namespace fs = std::filesystem;

namespace {

constexpr int kSide = 32;
constexpr std::size_t kPlane = kSide * kSide;
constexpr std::size_t kRecord = 1 + 3 * kPlane;
constexpr std::array kNames = {"airplane", "automobile", "bird",  "cat",  "deer",
                               "dog",      "frog",       "horse", "ship", "truck"};

std::vector<std::string> file_names(Split split) {
    if (split == Split::test) return {"test_batch.bin"};
    return {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
            "data_batch_5.bin"};
}

void append_records(const fs::path& path, DataSet& set) {
    const auto bytes = support::read_file(path);
    if (bytes.empty() || bytes.size() % kRecord != 0) {
        fail("{}: {} bytes is no whole number of CIFAR-10 records of {} bytes", path.string(), bytes.size(),
             kRecord);
    }
    for (std::size_t at = 0; at < bytes.size(); at += kRecord) {
        if (bytes[at] >= kNames.size()) {
            fail("{}: label {} of record {} is outside the 10 classes", path.string(), bytes[at],
                 at / kRecord);
        }
        set.classes.push_back(bytes[at]);
        for (std::size_t pixel = 0; pixel < kPlane; ++pixel) {
            for (std::size_t colour = 0; colour < 3; ++colour) {
                set.pixels.push_back(bytes[at + 1 + colour * kPlane + pixel]);
            }
        }
    }
}

}  // namespace

bool looks_like_cifar_binary(const fs::path& directory) {
    return fs::exists(directory / "data_batch_1.bin") || fs::exists(directory / "test_batch.bin");
}

DataSet load_cifar_binary(const fs::path& directory, Split split, const Expected& expected) {
    const std::string source = directory.string();
    require_shape({kSide, kSide, 3}, expected, source);
    ClassNames names(expected, source);
    std::array<int, kNames.size()> handles{};
    for (std::size_t i = 0; i < kNames.size(); ++i) handles[i] = names.handle(kNames[i]);
    DataSet set{"CIFAR-10 binary files", {kSide, kSide, 3}, {}, {}, {}};
    const auto class_of = names.finish(set.labels);
    for (const std::string& name : file_names(split)) append_records(directory / name, set);
    for (std::uint16_t& label : set.classes) label = class_of[static_cast<std::size_t>(handles[label])];
    return set;
}

}  // namespace ern::data

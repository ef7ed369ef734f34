// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "data/data_set.h"

namespace ern::data {

// The readers behind load_data_set, one a format. Each one throws Error for data that is not as `expected`.

DataSet load_idx(const std::filesystem::path& directory, Split split, const Expected& expected);
DataSet load_cifar_binary(const std::filesystem::path& directory, Split split, const Expected& expected);
DataSet load_folder_tree(const std::filesystem::path& directory, const Expected& expected);
DataSet load_folder_archive(const std::filesystem::path& archive, const Expected& expected);

bool looks_like_idx(const std::filesystem::path& directory);
bool looks_like_cifar_binary(const std::filesystem::path& directory);
bool looks_like_archive(const std::filesystem::path& file);

// A label as a folder's name: that cannot hold "/".
std::string folder_name(std::string label);

// Class names -> numbers. Names are collected while a data set is read; finish() numbers them.
class ClassNames {
  public:
    ClassNames(const Expected& expected, std::string source);

    // A handle for the class that a folder is named after. Throws Error for a name that the network does not
    // have.
    int handle(const std::string& folder);

    // Handle -> class number, and the names in class order. Throws Error when a class is missing or there are
    // more than the network has.
    std::vector<std::uint16_t> finish(std::vector<std::string>& labels) const;

  private:
    const Expected& expected_;
    std::string source_;
    std::map<std::string, int> handles_;
    std::vector<std::string> names_;
};

// Throws Error unless the picture's size is the expected one.
void require_shape(const model::Shape& shape, const Expected& expected, const std::string& source);

}  // namespace ern::data

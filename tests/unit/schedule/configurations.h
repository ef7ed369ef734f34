// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "schedule/accelerator.h"

namespace ern::test {

inline std::filesystem::path source_directory() {
    const char* directory = std::getenv("ERNFORGE_SOURCE_DIR");
    if (!directory) throw std::runtime_error("run by ctest, or set ERNFORGE_SOURCE_DIR");
    return directory;
}

// The *.toml files of a folder of the source tree, sorted.
inline std::vector<std::filesystem::path> configuration_files(const std::string& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(source_directory() / folder)) {
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

// tests/accelerators: lanes, outputs, columns and tiles of many kinds.
inline std::vector<schedule::Accelerator> test_accelerators() {
    std::vector<schedule::Accelerator> list;
    for (const auto& file : configuration_files("tests/accelerators")) list.push_back(schedule::read_accelerator(file));
    return list;
}

}  // namespace ern::test

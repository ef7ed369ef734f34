// SPDX-License-Identifier: Apache-2.0
#include "cli/locations.h"

#include <cstdlib>

#include "support/error.h"

namespace ern::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* kFashionMnist = "/usr/share/datasets/fashion-mnist";

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

// A folder of the source tree, or what the environment says instead.
fs::path folder_of(const char* variable, const char* name) {
    const std::string set = environment(variable);
    return set.empty() ? fs::path(ERNFORGE_SOURCE_DIR) / name : fs::path(set);
}

fs::path find_in(const fs::path& folder, const std::string& argument, const std::string& ending) {
    std::error_code none;  // a name that no file can have is no file
    if (fs::is_regular_file(argument, none)) return argument;
    for (const fs::path& candidate : {folder / (argument + ending), folder / argument}) {
        if (fs::is_regular_file(candidate, none)) return candidate;
    }
    if (argument.find('/') != std::string::npos) fail("{}: no such file", argument);
    fail("{}: no such file, and no {}{} in {}", argument, argument, ending, folder.string());
}

}  // namespace

fs::path find_in_models(const std::string& argument, const std::string& ending) {
    return find_in(folder_of("ERNFORGE_MODELS", "models"), argument, ending);
}

fs::path find_accelerator(const std::string& argument) {
    return find_in(folder_of("ERNFORGE_ACCELERATORS", "accelerators"), argument, ".toml");
}

fs::path data_place(const std::string& argument, const model::Shape& input) {
    if (!argument.empty()) return argument;
    const std::string set = environment("ERNFORGE_DATA");
    if (!set.empty()) return set;
    if (input == model::Shape{28, 28, 1} && fs::is_directory(kFashionMnist)) return kFashionMnist;
    fail("no data: give --data DIR or set ERNFORGE_DATA (Fashion-MNIST: install dataset-fashion-mnist)");
}

data::Expected expected_data(const model::Network& network) {
    return {network.input, network.classes(), network.labels};
}

}  // namespace ern::cli

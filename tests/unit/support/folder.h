// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>

namespace ern::support {

// An empty folder of one test's own.
class Folder {
  public:
    Folder() : path_(std::filesystem::temp_directory_path() / fmt::format("ern_support_{}", ::getpid())) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    std::set<std::string> names() const {
        std::set<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(path_)) found.insert(entry.path().filename().string());
        return found;
    }

  private:
    std::filesystem::path path_;
};

}  // namespace ern::support

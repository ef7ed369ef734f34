// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/file.h"

namespace ern::test {

namespace fs = std::filesystem;

struct Outcome {
    int status = -1;
    std::string text;  // standard output and standard error
};

// A folder of this test's own, in which the program is run as a user runs it; its models are in models/.
class Place {
  public:
    Place() : folder_(fs::temp_directory_path() / fmt::format("ern_cli_{}", ::getpid())) {
        fs::create_directories(folder_ / "models");
        ::setenv("ERNFORGE_MODELS", (folder_ / "models").c_str(), 1);
        ::unsetenv("ERNFORGE_DATA");
    }
    ~Place() { fs::remove_all(folder_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    fs::path operator/(const std::string& name) const { return folder_ / name; }

    Outcome run(const std::string& arguments) const {
        const std::string command = fmt::format("cd {} && {} {} 2>&1", folder_.string(), ERNFORGE, arguments);
        FILE* pipe = ::popen(command.c_str(), "r");
        Outcome outcome;
        for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) outcome.text += static_cast<char>(c);
        outcome.status = WEXITSTATUS(::pclose(pipe));
        return outcome;
    }

    void write_pgm(const std::string& name, int width, int height,
                   const std::vector<std::uint8_t>& pixels) const {
        support::write_text(folder_ / name, fmt::format("P5\n{} {}\n255\n", width, height) +
                                                std::string(pixels.begin(), pixels.end()));
    }

  private:
    fs::path folder_;
};

}  // namespace ern::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "support/file.h"

namespace ern::test {

namespace fs = std::filesystem;

struct Outcome {
    int status = -1;
    std::string text;    // standard output, then standard error
    std::string errors;  // standard error alone
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

    // environment: "NAME=value NAME=value", for this run only.
    Outcome run(const std::string& arguments, const std::string& environment = "") const {
        const std::string errors = folder_.string() + ".stderr";
        const std::string command =
            fmt::format("cd {} && {} {} {} 2>{}", folder_.string(), environment, ERNFORGE, arguments, errors);
        FILE* pipe = ::popen(command.c_str(), "r");
        Outcome outcome;
        for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) outcome.text += static_cast<char>(c);
        outcome.status = WEXITSTATUS(::pclose(pipe));
        outcome.errors = support::read_text(errors);
        outcome.text += outcome.errors;
        fs::remove(errors);
        return outcome;
    }

    // Every file and folder there is.
    std::set<std::string> entries() const {
        std::set<std::string> names;
        for (const auto& entry : fs::recursive_directory_iterator(folder_)) names.insert(entry.path().string());
        return names;
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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ern::support {

// Runs a program to its end, without a shell. Both output streams go to `log`, line by line also to on_line. Where go_on
// says false, which it is asked after each line, the program is told to end (SIGTERM). Returns the exit status, or 128 + signal. Throws Error naming the program where it cannot be started.
int run_process(const std::vector<std::string>& arguments, const std::filesystem::path& log,
                const std::filesystem::path& directory = {}, const std::function<void(std::string_view)>& on_line = {},
                const std::function<bool()>& go_on = {});

// The full path of a program on PATH, or nothing.
std::optional<std::filesystem::path> find_program(const std::string& name);

// What a program prints, trimmed, or nothing where it is missing or fails.
std::optional<std::string> output_of(const std::vector<std::string>& arguments);

}  // namespace ern::support

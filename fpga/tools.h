// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ern::fpga {

struct Tool {
    std::filesystem::path program;
    std::string version;  // as it prints it, one line
};

// A program by any of its names: in $ERNFORGE_VENV/bin or, where that is not set, in .venv/bin of the source tree, then
// on PATH. The Python packages of YoWASP put "yowasp-" before the names.
std::optional<std::filesystem::path> locate(const std::string& name);

// What the flow runs. Throws Error that names the package to install where one is missing.
struct Tools {
    Tool yosys, nextpnr, ecppack;
};
Tools find_tools();

// The same refusal, before anything is written and without asking for versions.
void require_tools();

// The first line that the program prints for `option`, or nothing where it prints none.
std::string version_of(const std::filesystem::path& program, const std::string& option);

}  // namespace ern::fpga

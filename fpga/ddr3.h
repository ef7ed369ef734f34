// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "fpga/board.h"

namespace ern::fpga {

// A Python that has LiteDRAM: that of $ERNFORGE_VENV or of .venv of the source tree, else python3 on PATH; or nothing.
std::optional<std::filesystem::path> find_litedram();

// LiteDRAM's version there, or nothing.
std::optional<std::string> litedram_version();

// Throws Error with the remedy where no Python has LiteDRAM.
void require_litedram();

// LiteDRAM's controller for the board's part behind an accelerator at this clock (fpga/ddr3/generate.py), in `directory`.
// Returns the Verilog files.
std::vector<std::filesystem::path> write_ddr3_core(const Board& board, double mhz, const std::filesystem::path& directory);

}  // namespace ern::fpga

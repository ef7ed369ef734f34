// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "schedule/accelerator.h"

namespace ern::harness {

// The Verilated top of an accelerator as a shared library. Built once and kept in the cache folder
// ($ERNFORGE_CACHE, else $XDG_CACHE_HOME/ernforge, else ~/.cache/ernforge) under a hash of every source, the flags and the
// tool's version, so the same thing is never Verilated twice. waves: can write FST files, runs slower.
// Throws Error where Verilator or the compiler is missing or fails, with the log's place.
std::filesystem::path build_top(const schedule::Accelerator& accelerator, bool waves);

// The same of the netlist that Yosys makes of the ECP5 bodies, on its models of the cells. Block RAM and multipliers are left out
// of synthesis (their models are empty boxes), so that this is for small accelerators. It has no memories that can be seen from outside.
// abc9 maps to LUT by another algorithm than abc.
std::filesystem::path build_netlist_top(const schedule::Accelerator& accelerator, bool abc9);

// The cache folder.
std::filesystem::path cache_directory();

}  // namespace ern::harness

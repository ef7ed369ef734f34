// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "schedule/plan.h"

namespace ern::emit {

// Bodies of the dot unit (parameter TARGET of ern_dot).
enum class Target { portable = 0, ecp5 = 1 };

struct Parameter {
    std::string name;
    std::int64_t value;
    std::string comment;
};

// The parameters of the accelerator as the Verilog has them, with unit and meaning.
std::vector<Parameter> parameters(const schedule::Accelerator& accelerator, Target target);

// Text of ern_top.v: one block of parameters, one instance.
std::string top_verilog(const schedule::Accelerator& accelerator, Target target);

// Folder of the Verilog modules: $ERNFORGE_RTL, or where they were at build time. Throws Error where it is missing.
std::filesystem::path rtl_directory();

// The modules that every accelerator is made of, sorted by name; paths below rtl_directory().
std::vector<std::filesystem::path> rtl_files();

struct Project {
    std::filesystem::path directory;
    std::vector<std::filesystem::path> files;  // below directory: ern_top.v, rtl/*, files.f, manifest.json, images
};

// Writes the Verilog project of an accelerator: the top, the modules unchanged, a file list for -f and a manifest.
// With a plan also its memory images (program.hex, weights.hex, thresholds.hex, one word a line, for $readmemh).
// The same input gives the same bytes. Throws Error.
Project write_project(const schedule::Accelerator& accelerator, Target target, const std::filesystem::path& directory,
                      const schedule::Plan* plan = nullptr);

// One line a word, hexadecimal, most significant digit first.
std::string weights_hex(const schedule::Plan& plan);
std::string thresholds_hex(const schedule::Plan& plan);
std::string program_hex(const schedule::Plan& plan);

}  // namespace ern::emit

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "cli/session.h"

namespace ern::cli {

// True for a file that begins like a program (*.ernprog).
bool is_program(const std::filesystem::path& path);

// Says and reports what a program file holds: what it was made for, its memories, each descriptor with its fields.
void inspect_program(Session& session, const std::filesystem::path& path);

}  // namespace ern::cli

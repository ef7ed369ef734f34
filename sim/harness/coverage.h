// SPDX-License-Identifier: Apache-2.0
// What Verilator's counters of a model have met, in builds that count (VM_COVERAGE). Needs nothing of ernforge: it is compiled with
// each Verilated accelerator at run time, and with the tests of single modules.
#pragma once

#include <verilated.h>
#if VM_COVERAGE
#include <unistd.h>
#include <verilated_cov.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#endif

namespace ern::harness {

// To a file of its own in the folder ERNFORGE_COVERAGE; nothing without that folder.
inline void write_coverage([[maybe_unused]] VerilatedContext& context) {
#if VM_COVERAGE
    const char* folder = std::getenv("ERNFORGE_COVERAGE");
    if (!folder) return;
    // An address keeps two libraries of one process apart, each of which has its own counter.
    static int number = 0;
    const std::string name = std::to_string(::getpid()) + "-" + std::to_string(reinterpret_cast<std::uintptr_t>(&number)) + "-" + std::to_string(++number);
    context.coveragep()->write((std::string(folder) + "/" + name + ".dat").c_str());
#endif
}

}  // namespace ern::harness

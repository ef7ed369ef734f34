// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "campaign/case.h"
#include "schedule/plan.h"

namespace ern::campaign {

enum class Verdict {
    right,
    refused,     // the network does not fit; the message names the setting that would help
    too_long,    // fits, but a frame takes more cycles than a campaign spends on one
    mismatch,    // a value differs from golden
    cycles,      // a layer took other cycles than predicted
    stopped,     // the simulated device or its host gave up: a hang, an error of the device, an unknown output
    defect,      // a broken claim of ernforge
    crash,       // the process ended by a signal
    bad_refusal  // refused without saying what to do
};
std::string_view name_of(Verdict verdict);
inline bool is_failure(Verdict v) { return v != Verdict::right && v != Verdict::refused && v != Verdict::too_long; }

struct Outcome {
    Verdict verdict = Verdict::right;
    std::string text = {};  // one line, for a failure or a refusal
    std::int64_t compared = 0, cycles = 0;
};

struct Planned {
    model::Network network;
    schedule::Plan plan;
};

// Builds the network and its plan, or says why not.
std::optional<Planned> plan_case(const Case& c, std::int64_t most_cycles, Outcome& outcome);

// Runs a planned case and compares every layer of every frame. library: of the case's accelerator (prepare()).
Outcome run_planned(const Case& c, const Planned& planned, Simulator simulator, const std::filesystem::path& library);

// What a simulator needs of an accelerator, built once.
std::filesystem::path prepare(const schedule::Accelerator& accelerator, Simulator simulator);

// All of it: for regressions and for shrinking.
Outcome run_case(const Case& c, Simulator simulator);

}  // namespace ern::campaign

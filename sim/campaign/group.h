// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "campaign/campaign.h"

namespace ern::campaign {

using Clock = std::chrono::steady_clock;

// State of a group as its file has it.
struct Group {
    std::uint32_t number = 0;
    Simulator simulator = Simulator::verilator;
    int target = 0;    // cases
    int next = 0;      // number of the next case to try
    Summary done;      // of this group alone
    bool finished() const { return done.cases >= target || next >= kMostTries * target; }
    static constexpr int kMostTries = 20;  // networks a case, on a configuration that takes few
};

std::filesystem::path group_file(const std::filesystem::path& directory, std::uint32_t number);
Group read_group(const std::filesystem::path& file);
void write_group(const std::filesystem::path& file, const Group& group);

// Goes on with a group until it is finished or the time is up. Runs in a process of its own.
void work_on(Group group, const Options& options, Clock::time_point deadline);

// After that process died: notes the case that it was at, and the next one is next.
void note_crash(Group& group, const Options& options, const std::string& how);

}  // namespace ern::campaign

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "campaign/coverage.h"
#include "campaign/run.h"

namespace ern::campaign {

// A campaign is groups of cases; each group is one configuration, built once, and the networks tried on it. Group and
// number decide a case, on every machine. A finished group is a file in the campaign's folder, an unfinished one too: a
// campaign goes on where it was stopped, and shards of it are merged by putting their groups together.
struct Options {
    std::uint32_t first_group = 1;
    int groups = 0;           // 0: as many as there is time for
    int cases = 200;          // a group, that fit
    double seconds = 0;       // 0: no limit; no case begins later
    int jobs = 1;             // processes
    Simulator simulator = Simulator::verilator;
    std::filesystem::path directory;
    std::filesystem::path regressions;  // where failing cases are kept
};

struct Failure {
    std::uint32_t group = 0;
    int number = 0;
    Verdict verdict = Verdict::right;
    std::string text = {}, file = {};
};

struct Summary {
    int groups = 0, finished_groups = 0;
    std::map<std::string, std::int64_t> verdicts;
    std::int64_t cases = 0;  // that ran, whatever came of it
    std::int64_t frames = 0, compared = 0, cycles = 0;
    double seconds = 0;      // of all processes
    std::vector<Failure> failures;
    Coverage coverage;
    nlohmann::ordered_json to_json() const;
};

// Runs or goes on with a campaign and sums up its folder. on_case hears of every second.
// Throws Error where the folder holds a campaign of other options.
Summary run_campaign(const Options& options, const std::function<void(const Summary&)>& on_progress);

// What the folders hold together. Throws Error where two hold the same group.
Summary summarize(const std::vector<std::filesystem::path>& directories);

}  // namespace ern::campaign

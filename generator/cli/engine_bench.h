// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/engine_choice.h"
#include "model/network.h"

namespace ern::cli {

// The engine's speed on one network: seconds are medians.
struct EngineSpeed {
    struct Step {
        std::string name;
        std::int64_t macs = 0;
        double seconds = 0;
        double bound_seconds = 0;  // the step's lookups at the machine's rate; 0 where there are none
    };
    std::string simd;
    int threads = 1, runs = 0;
    double seconds = 0, least_seconds = 0;  // of a frame, batch 1
    double bound_seconds = 0;               // of all steps, on all threads
    std::vector<Step> steps;                // measured apart from the frames
};

// `runs` frames after as many that only warm up as fit a tenth of a second.
EngineSpeed measure_engine(const model::Network& network, const EngineChoice& engine, int threads, int runs);

// Median seconds of golden's frames, the baseline.
double measure_golden(const model::Network& network, int runs);

// Lookups and additions a second, each of a whole vector, in the inner loop alone: one thread, data in the first-level
// cache. Nothing that the engine does can be faster.
double lookup_rate(const std::string& simd);

// What the figures belong to.
struct Machine {
    std::string processor;
    int threads = 0;
    std::string compiler;
};
Machine this_machine();

}  // namespace ern::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "model/network.h"
#include "schedule/loops.h"
#include "schedule/plan.h"

namespace ern::schedule {

// What a strip takes, estimated, for the choice of segments and of the order of strips; predict_done knows it exactly.
struct Work {
    int step = 0, tiles = 0;
    double compute = 0;                        // cycles
    std::int64_t weights = 0, thresholds = 0;  // rows that a tile of it streams
};

// Of a strip in tiles of at most `most` rows; of a step that multiplies nothing, all 0.
Work work_of(const model::Network& network, const Accelerator& accelerator, const Step& step, const Loops& loops, const Strip& strip, int most);

// Cycles that the memory needs at its full rate for what each of a segment's strips streams: the rows that are kept (keep.h) once,
// the others for every tile. All 0 without external memory.
std::vector<double> memory_cycles(const Accelerator& accelerator, const Segment& segment, const std::vector<Work>& work);

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "model/network.h"
#include "schedule/plan.h"

namespace ern::schedule {

// What the steps read and leave, by number of step.
struct Flow {
    std::vector<int> producer;               // of a step's input codes; -1: the picture's embedding
    std::vector<std::vector<int>> operands;  // the step whose accumulators it adds onto (none or one)
    std::vector<int> chain;                  // first step of the accumulators that it works on
    std::vector<int> last_reader;            // last step that reads its codes; the step itself where none does
    std::vector<int> chain_end;              // for the first step of a chain: the last step that works on it
};
Flow flow_of(const model::Network& network, const std::vector<Step>& steps);

// The strips of a segment in an order in which everything is there before it is read: the last step's rows are asked
// for from the top down, and every step computes as many rows as are asked of it, `tile_pixels` at a time (half as many
// more where that completes what was asked for; in a tall segment as many as `most_pixels` allows).
std::vector<Strip> order_strips(const model::Network& network, const std::vector<Step>& steps, const Flow& flow,
                                const Segment& segment, int most_pixels);

// First input row that row `row` of a step reads, and the first one behind the last, both within the map.
int first_input_row(const model::Network& network, const Step& step, int row);
int end_input_row(const model::Network& network, const Step& step, int row);

// Puts the picture's strips in between: what the first reader needs comes before it, what the next one needs beyond
// that comes behind each reader, so that it is embedded while that reader runs.
std::vector<Strip> with_picture(const model::Network& network, const std::vector<Step>& steps, const Flow& flow,
                                const std::vector<Strip>& strips);

// Rows of the picture's embedding that must be held at once when the strips run in this order.
int picture_rows_held(const model::Network& network, const std::vector<Step>& steps, const Flow& flow,
                      const std::vector<Strip>& strips);

}  // namespace ern::schedule

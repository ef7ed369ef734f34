// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "model/network.h"
#include "schedule/order.h"
#include "schedule/plan.h"

namespace ern::schedule {

// The first step of those at the network's end whose passes take less time than their weights take to come; from it on
// they can run beside the next frame's first ones, if only codes lie between. The number of steps where there are none.
int first_late(const model::Network& network, const Plan& plan);

// Steps beside which, and beside all before them, the late steps may run: what comes behind them reads only their codes. None
// where the accelerator runs one frame after the other.
std::vector<int> late_borders(const model::Network& network, const Plan& plan);

// Words that the late steps want at a time, at most, with the codes that they read of the steps before.
struct LateWords {
    int activations = 0, sums = 0;
};
LateWords late_words(const model::Network& network, const Plan& plan, const Flow& flow);

// The strips of all segments in the order in which they run: where there are late steps, theirs, in pieces, between those of the
// steps up to plan.late_until, wherever the memory would rest.
std::vector<Strip> overlapped(const model::Network& network, const Plan& plan, const std::vector<std::vector<Strip>>& segments);

}  // namespace ern::schedule

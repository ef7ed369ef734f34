// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/network.h"
#include "schedule/plan.h"

namespace ern::schedule {

// Chooses which steps run interleaved, strip by strip, and how large their tiles are: the cheapest way through the
// network, by estimated cycles, whose maps fit the memories. Fills plan.segments. Where everything fits whole every step
// is a segment of its own. Where nothing fits, the segments are those of the smallest memories that would do: allocate
// then says what is short.
void choose_segments(const model::Network& network, Plan& plan);

// The same, but false at once where nothing fits, without looking for memories that would do.
bool find_segments(const model::Network& network, Plan& plan);

}  // namespace ern::schedule

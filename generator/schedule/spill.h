// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "model/network.h"
#include "schedule/order.h"
#include "schedule/plan.h"

namespace ern::schedule {

// Residual maps that are larger than the partial-sum memory. Of such a map a ring of rows is on the chip, row
// y in place y mod ring; a row whose place another one needs goes to external memory (`spill`), and comes
// back (`fill`) when a strip works on it again. Segments may then cut its chain. Where they run downward and
// upward in turn, each one begins with the rows with which the one before ended, and only the others are
// exchanged.

// Rows on the chip of the map of the chain that begins with step s; 0 where the map is not exchanged: the
// accelerator cannot, the map has room, or not even a row has.
int spilled_ring(const model::Network& network, const Plan& plan, const Flow& flow, int s);

// True where segments cut the chain that begins with step s.
bool is_cut(const Plan& plan, const Flow& flow, int s);

// Turns every second one of the segments that cut a chain.
void turn_segments(const model::Network& network, Plan& plan, const Flow& flow);

// When each row is worked on, from its first strip to its last; first > last for rows that none of these
// strips works on.
std::vector<Span> worked_rows(const model::Network& network, const Plan& plan, const Flow& flow,
                              const std::vector<Strip>& strips, int s);

// The strips with those of exchange before the strip that needs the row: `strips` may hold those of the
// picture.
std::vector<Strip> with_exchange(const Plan& plan, const std::vector<Strip>& strips);

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "model/network.h"
#include "schedule/plan.h"

namespace ern::schedule {

// With external memory every tile streams its weights and thresholds. The accelerator can keep rows of the first tile of a
// step for its later ones; here is decided of which steps.

// Rows that the tiles of one step read, all of them each.
struct Reuse {
    std::int64_t tiles = 0, rows = 0;
};

// First kept row of each, or -1 where it streams anew: those with the most tiles are kept, as many as `room` rows hold.
std::vector<int> choose_kept(const std::vector<Reuse>& steps, int room);

// Fills kept_weights and kept_thresholds of the plan's steps. Segments follow each other, so each one has all the room.
void keep_rows(const model::Network& network, Plan& plan);

// Rows of a strip that make up one tile: as many as its partial sums have room for.
int tile_rows(const model::Network& network, const Plan& plan, const Strip& strip);

}  // namespace ern::schedule

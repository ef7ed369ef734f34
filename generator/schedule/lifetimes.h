// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "model/network.h"
#include "schedule/order.h"
#include "schedule/plan.h"

namespace ern::schedule {

// Strips are numbered as in `strips`: those of one segment, or of all of them. A row is there from the strip that writes it
// to the last one that reads it; rows that were written before begin with strip 0, rows that are read behind the last
// strip end with it. A row that is neither written nor read in these strips has first > last.

// Rows of the codes that step `made` writes.
std::vector<Span> code_rows(const model::Network& network, const std::vector<Step>& steps, const Flow& flow,
                            const std::vector<Strip>& strips, int made);

// Rows of the accumulators of the chain that begins with step `made`.
std::vector<Span> sum_rows(const model::Network& network, const std::vector<Step>& steps, const Flow& flow,
                           const std::vector<Strip>& strips, int made);

// From the strip before the first that reads the picture, beside which it comes in, to the last one; first > last where
// none does.
Span picture_span(const std::vector<Step>& steps, const Flow& flow, const std::vector<Strip>& strips);

// Rows that a ring needs so that none is lost.
int ring_rows(const std::vector<Span>& rows);

// The words of a ring, `row_words` for each of its `ring` rows.
std::vector<Piece> ring_pieces(const std::vector<Span>& rows, int ring, int row_words);

// One buffer in a place of its own during some strips.
std::vector<Piece> whole_piece(int words, const Span& span);

// The strips of one step, joined where they follow each other: when a tile's partial sums are there.
Life tile_life(const std::vector<Strip>& strips, int step);

// The lowest base, from `base` on, at which `wanted` does not want a word of `taken` at `taken_base` during the same strip.
int next_free(const std::vector<Piece>& wanted, int base, const std::vector<Piece>& taken, int taken_base);

// True where two buffers at these bases want a word during the same strip.
inline bool collide(const std::vector<Piece>& a, int a_base, const std::vector<Piece>& b, int b_base) {
    return next_free(a, a_base, b, b_base) != a_base;
}

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "schedule/plan.h"

namespace ern::schedule {

// Rows first_row.. of a map, as many as there are spans, that no tile writes or reads together with other
// rows of it: they can lie apart from those.
struct Chain {
    int buffer = 0;  // index into Plan::activations
    int first_row = 0, row_words = 0;
    std::vector<Span> rows;  // when each is there
    RowPart part;            // where they lie: words from 0 on
    std::vector<Piece> pieces;
};

// Rows first..end-1, which a strip writes or reads.
struct RowRange {
    int first = 0, end = 0;
};

// The chains of a map whose rows are there when `rows` says, and which strips write and read in these ranges.
std::vector<Chain> chains_of(int buffer, int row_words, const std::vector<Span>& rows,
                             const std::vector<RowRange>& ranges);

// Gives every chain its place in the first `words` words, beside the pieces `taken`, over `strips` strips.
// False where it finds none.
bool place_chains(std::vector<Chain>& chains, const std::vector<Piece>& taken, int strips, int words);

}  // namespace ern::schedule

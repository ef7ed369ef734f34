// SPDX-License-Identifier: Apache-2.0
// Random rings of rows, some with fewer rows than a step goes further: every row leads to the row that the formula names.
#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr int kTop = 1 << (W_WORD - 1);

}  // namespace

TEST_CASE("from every row of a ring the step leads to the row that many further, round the ring") {
    Bench<Vtop> bench(1);
    std::mt19937 random(1);
    for (int i = 0; i < 3000; ++i) {
        const int rows = between(random, 1, 9), row_step = between(random, 1, kTop / rows), ring = rows * row_step;
        const int base = chance(random, 2) ? kTop - ring : between(random, 0, kTop - ring);   // often up to the last word
        set_port(bench->row_step, static_cast<unsigned>(row_step));
        set_port(bench->ring, static_cast<unsigned>(ring));
        set_port(bench->ring_end, static_cast<unsigned>(base + ring));
        bench->eval();
        for (int row = 0; row < rows; ++row) {
            INFO(rows << " rows of " << row_step << " words from " << base << " on, row " << row);
            const int word = base + row * row_step;
            const unsigned next = static_cast<unsigned>(word) + (static_cast<unsigned>(word) >= bench->limit ? bench->back : bench->step);
            REQUIRE(next % (1u << W_WORD) == static_cast<unsigned>(base + (row + N_ROWS) % rows * row_step));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// The passes of random descriptors, in order, with the words, banks, rows and columns that the loops give.
#include "Vtop.h"
#include "pass_job.h"

namespace {

using namespace ern::rtl;

void compare(Bench<Vtop>& bench, const PassJob& j, const Pass& p) {
    const auto as_signed = [](std::uint64_t value, int bits) {
        return value >> (bits - 1) ? static_cast<std::int64_t>(value) - (std::int64_t{1} << bits) : static_cast<std::int64_t>(value);
    };
    REQUIRE(bench->out_first == p.first);
    REQUIRE(bench->out_last == p.last);
    REQUIRE(bench->out_word == static_cast<unsigned>(j.row_word(p.row) + p.channel_block * j.block_step));
    REQUIRE(bench->out_block == static_cast<unsigned>(modulus(p.channel_block + j.columns() * p.row, j.taps)));
    REQUIRE(as_signed(bench->out_row, 16) == p.row);
    REQUIRE(as_signed(bench->out_column, 16) == p.column);
    REQUIRE(as_signed(bench->out_quotient, W_WORD) == floor_divide(p.column, j.taps));
    REQUIRE(bench->out_remainder == static_cast<unsigned>(modulus(p.column, j.taps)));
    REQUIRE(bench->out_taps == static_cast<unsigned>(p.taps));
    REQUIRE(bench->out_rows == static_cast<unsigned>(p.rows));
    REQUIRE(bench->out_sum_base == static_cast<unsigned>(j.sum_base + p.block * j.sum_block_step));
    if (j.depthwise) REQUIRE(bench->out_sub == static_cast<unsigned>(p.sub));
}

}  // namespace

TEST_CASE("the passes of a descriptor come in order, each with its place") {
    const int seed = GENERATE(1, 2);
    const unsigned pause = GENERATE(0u, 5u);
    Bench<Vtop> bench(seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    bench->go = bench->take = 0;
    reset(bench);
    for (int i = 0; i < 150; ++i) {
        const PassJob j = random_pass_job(random, N_TAPS, N_TAP_ROWS, N_CHANNELS, N_OUTPUTS, W_WORD - 1, W_SUM);
        INFO("seed " << seed << ", job " << i << ": wide " << j.wide << ", depthwise " << j.depthwise);
        bench->go = 1;
        bench.cycle();
        bench->go = 0;
        set_pass_job(bench->d, j, random);
        bench.cycle();
        for (const Pass& p : passes_of(j)) {
            bench->take = 0;
            while (chance(random, pause)) bench.cycle();
            settle(bench);
            REQUIRE(bench->valid);
            compare(bench, j, p);
            bench->take = 1;
            bench.cycle();
            if (bench->valid) {   // pauses between passes of a descriptor keep the next one
                bench->take = 0;
                settle(bench);
            }
        }
        bench->take = 0;
        settle(bench);
        REQUIRE_FALSE(bench->valid);
        if (chance(random, 1)) reset(bench, 1);
    }
}

TEST_CASE("a reset in the middle leaves no pass behind") {
    Bench<Vtop> bench(7);
    std::mt19937 random(7);
    bench->go = bench->take = 0;
    reset(bench);
    bench->go = 1;
    bench.cycle();
    bench->go = 0;
    set_pass_job(bench->d, random_pass_job(random, N_TAPS, N_TAP_ROWS, N_CHANNELS, N_OUTPUTS, W_WORD - 1, W_SUM), random);
    bench.cycle();
    settle(bench);
    REQUIRE(bench->valid);
    reset(bench, 1);
    settle(bench);
    REQUIRE_FALSE(bench->valid);
}

// SPDX-License-Identifier: Apache-2.0
// Random passes through the whole array: every code and every peeked partial sum in the cycle that the head of ern_array
// names, valid in no other one.
#include "Vtop.h"
#include "timeline.h"

namespace {

using namespace ern::rtl;

constexpr ArrayShape kShape{N_TAPS, N_CHANNELS, N_OUTPUTS, W_ACC, DEPTH, LATENCY_DOT, N_SPILL == 1 ? N_COLUMN : 0};
constexpr std::size_t kColumns = N_OUTPUTS / N_COLUMN;
constexpr std::size_t kCodes = LATENCY_DOT + kColumns + 3, kPeek = LATENCY_DOT + kColumns + 3;
constexpr std::size_t kFree = 1 + (LATENCY_DOT > 4 ? LATENCY_DOT - 4 : 0);

void drive(Bench<Vtop>& bench, const Cycle& c) {
    set_bits(bench->in_lo, c.lo);
    set_bits(bench->in_hi, c.hi);
    bench->in_swap = c.swap;
    bench->in_valid = c.valid;
    bench->in_first = c.first;
    bench->in_last = c.last;
    bench->in_threshold_swap = c.threshold_swap;
    bench->in_pool = c.pool;
    bench->in_pool_max = c.pool_max;
    set_port(bench->in_pool_sub, static_cast<std::uint64_t>(c.pool_sub));
    set_port(bench->in_address, static_cast<std::uint64_t>(c.address));
    bench->in_peek = c.peek;
    set_port(bench->in_peek_row, static_cast<std::uint64_t>(c.peek_row));
    bench->load_valid = c.load;
    set_port(bench->load_row, static_cast<std::uint64_t>(c.load_row));
    set_bits(bench->load_word, c.load_word);
    bench->threshold_valid = c.threshold_load;
    set_port(bench->threshold_row, static_cast<std::uint64_t>(c.threshold_row));
    set_bits(bench->threshold_word, c.threshold_word);
    bench->fill_valid = c.fill;
    set_port(bench->fill_row, static_cast<std::uint64_t>(c.fill_row));
    set_port(bench->fill_address, static_cast<std::uint64_t>(c.fill_address));
    for (std::size_t o = 0; o < c.fill_sums.size(); ++o) set_field(bench->fill_sums, o * W_ACC, W_ACC, static_cast<std::uint64_t>(c.fill_sums[o]));
}

std::int64_t as_signed(std::uint64_t bits) {
    const std::int64_t range = std::int64_t{1} << W_ACC;
    return static_cast<std::int64_t>(bits) >= range / 2 ? static_cast<std::int64_t>(bits) - range : static_cast<std::int64_t>(bits);
}

}  // namespace

TEST_CASE("random passes give the formulas' codes and partial sums in their cycles") {
    const int seed = GENERATE(1, 2, 3);
    INFO("seed " << seed);
    Timeline timeline(kShape, static_cast<unsigned>(seed));
    timeline.run(60);
    Bench<Vtop> bench(seed);
    drive(bench, Cycle{});
    reset(bench, 20);
    std::size_t codes = 0, peeks = 0;
    for (std::size_t t = 0; t < timeline.cycles.size(); ++t) {
        drive(bench, timeline.cycles[t]);
        settle(bench);
        INFO("cycle " << t);
        const bool code_due = codes < timeline.codes.size() && timeline.codes[codes].cycle + kCodes == t;
        if (code_due != (bench->out_code_valid != 0)) FAIL("out_code_valid is " << int{bench->out_code_valid});
        if (code_due) {
            for (std::size_t o = 0; o < N_OUTPUTS; ++o) {
                const auto code = get_field(bench->out_code_lo, o, 1) + 2 * get_field(bench->out_code_hi, o, 1);
                if (code != static_cast<unsigned>(timeline.codes[codes].codes[o])) {
                    FAIL("output " << o << ": code " << code << ", expected " << timeline.codes[codes].codes[o]);
                }
            }
            ++codes;
        }
        const bool peek_due = peeks < timeline.peeks.size() && timeline.peeks[peeks].cycle + kPeek == t;
        if (peek_due != (bench->out_peek_valid != 0)) FAIL("out_peek_valid is " << int{bench->out_peek_valid});
        if (peek_due) {
            const std::size_t row = static_cast<std::size_t>(timeline.cycles[t - kPeek].peek_row), first = row - row % N_COLUMN;
            REQUIRE(as_signed(bench->out_peek) == timeline.peeks[peeks].value);
            for (std::size_t o = 0; N_SPILL == 1 && o < N_COLUMN; ++o) {
                REQUIRE(as_signed(get_field(bench->out_sums, o * W_ACC, W_ACC)) == timeline.peeks[peeks].sums[first + o]);
            }
            ++peeks;
        }
        for (std::size_t o = 0; N_SPILL == 0 && o < N_COLUMN; ++o) REQUIRE(get_field(bench->out_sums, o * W_ACC, W_ACC) == 0);
        const bool freed = t >= kFree && timeline.cycles[t - kFree].threshold_swap;
        if (freed != (bench->out_thresholds_free != 0)) FAIL("out_thresholds_free is " << int{bench->out_thresholds_free});
        bench.cycle();
    }
    CHECK(codes == timeline.codes.size());
    CHECK(codes > 100);
    CHECK(peeks > 10);
}

TEST_CASE("a reset takes back what is on its way") {
    Timeline timeline(kShape, 9);
    timeline.run(3);
    Bench<Vtop> bench(9);
    for (std::size_t t = 0; t < timeline.cycles.size() - 40; ++t) {
        drive(bench, timeline.cycles[t]);
        bench->rst = t < 20;
        bench.cycle();
    }
    Cycle quiet = timeline.cycles.back();
    quiet.valid = quiet.peek = quiet.threshold_swap = false;
    drive(bench, quiet);
    bench->rst = 1;
    bench.cycle();
    bench->rst = 0;
    for (int i = 0; i < 40; ++i) {
        settle(bench);
        REQUIRE_FALSE((bench->out_code_valid || bench->out_peek_valid || bench->out_thresholds_free));
        bench.cycle();
    }
}

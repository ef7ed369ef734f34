// SPDX-License-Identifier: Apache-2.0
// Random passes through one column that is not the first: its own rows of weights and thresholds, its
// outputs' codes and partial sums in the cycles that the head of ern_column names; a peek of another column's
// row goes through, bits or-ed.
#include "Vtop.h"
#include "timeline.h"

namespace {

using namespace ern::rtl;

constexpr ArrayShape kShape{N_TAPS, N_CHANNELS, N_OUTPUTS, W_ACC, DEPTH, LATENCY_DOT, N_SPILL == 1 ? N_OUT : 0};
constexpr std::size_t kFirst = COLUMN * N_OUT;

class Column {
  public:
    explicit Column(int seed) : bench(seed), random_(static_cast<unsigned>(seed)) {}

    // What enters in cycle t; the late control is that of windows before.
    void drive(const std::vector<Cycle>& cycles, std::size_t t) {
        const Cycle& c = cycles[t];
        set_bits(bench->in_lo, c.lo);
        set_bits(bench->in_hi, c.hi);
        bench->in_swap = c.swap;
        bench->in_pool_max = c.pool_max;
        set_port(bench->in_pool_sub, static_cast<std::uint64_t>(c.pool_sub));
        bench->load_valid = c.load;
        set_port(bench->load_row, static_cast<std::uint64_t>(c.load_row));
        set_bits(bench->load_word, c.load_word);
        bench->threshold_valid = c.threshold_load;
        set_port(bench->threshold_row, static_cast<std::uint64_t>(c.threshold_row));
        set_bits(bench->threshold_word, c.threshold_word);
        const Cycle none;
        const auto before = [&](std::size_t cycles_ago) -> const Cycle& {
            return t >= cycles_ago ? cycles[t - cycles_ago] : none;
        };
        const Cycle& late = before(LATENCY_DOT - 1);
        bench->in_acc_valid = late.valid;
        bench->in_acc_first = late.first;
        bench->in_acc_pool = late.pool;
        bench->in_acc_pool_max = late.pool_max;
        set_port(bench->in_acc_address, static_cast<std::uint64_t>(late.address));
        bench->in_acc_peek = late.peek;
        set_port(bench->in_acc_peek_row, static_cast<std::uint64_t>(late.peek_row));
        const Cycle& sum = before(LATENCY_DOT);
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < sum.lo.size(); ++i)
            total += static_cast<unsigned>(sum.lo[i] + 2 * sum.hi[i]);
        set_port(bench->in_acc_total, total);
        bench->in_acc_swap = before(LATENCY_DOT + 1).threshold_swap;
        left = random_() & ((1u << W_ACC) - 1);
        set_port(bench->in_peek, left);
        for (std::uint64_t& sum : left_sums) sum = random_() & ((1u << W_ACC) - 1);
        for (std::size_t o = 0; o < N_OUT; ++o) set_field(bench->in_sums, o * W_ACC, W_ACC, left_sums[o]);
        bench->fill_valid = c.fill;
        set_port(bench->fill_row, static_cast<std::uint64_t>(c.fill_row));
        set_port(bench->fill_address, static_cast<std::uint64_t>(c.fill_address));
        for (std::size_t o = 0; o < c.fill_sums.size(); ++o) {
            set_field(bench->fill_sums, o * W_ACC, W_ACC, static_cast<std::uint64_t>(c.fill_sums[o]));
        }
    }

    Bench<Vtop> bench;
    std::uint64_t left = 0;  // on in_peek in this cycle
    std::array<std::uint64_t, N_OUT> left_sums{};  // on in_sums

  private:
    std::mt19937 random_;
};

std::uint64_t bits_of(std::int64_t value) {
    return static_cast<std::uint64_t>(value) & ((std::uint64_t{1} << W_ACC) - 1);
}

}  // namespace

TEST_CASE("a column's codes and partial sums are those of its rows, in their cycles") {
    const int seed = GENERATE(1, 2, 3);
    INFO("seed " << seed);
    Timeline timeline(kShape, static_cast<unsigned>(seed));
    timeline.run(60);
    Column column(seed);
    std::size_t codes = 0, peeks = 0, own = 0;
    for (std::size_t t = 0; t < timeline.cycles.size(); ++t) {
        const std::uint64_t left_before = column.left;
        const auto left_sums_before = column.left_sums;
        column.drive(timeline.cycles, t);
        settle(column.bench);
        INFO("cycle " << t);
        if (codes < timeline.codes.size() && timeline.codes[codes].cycle + LATENCY_DOT + 4 == t) {
            for (std::size_t o = 0; o < N_OUT; ++o) {
                const auto code = get_field(column.bench->out_code_lo, o, 1) +
                                  2 * get_field(column.bench->out_code_hi, o, 1);
                REQUIRE(code == static_cast<unsigned>(timeline.codes[codes].codes[kFirst + o]));
            }
            ++codes;
        }
        if (peeks < timeline.peeks.size() && timeline.peeks[peeks].cycle + LATENCY_DOT + 4 == t) {
            const auto row = static_cast<std::size_t>(timeline.cycles[timeline.peeks[peeks].cycle].peek_row);
            const bool mine = row >= kFirst && row < kFirst + N_OUT;
            own += mine;
            REQUIRE(column.bench->out_peek ==
                    (left_before | (mine ? bits_of(timeline.peeks[peeks].value) : 0)));
            for (std::size_t o = 0; N_SPILL == 1 && o < N_OUT; ++o) {
                REQUIRE(get_field(column.bench->out_sums, o * W_ACC, W_ACC) ==
                        (left_sums_before[o] | (mine ? bits_of(timeline.peeks[peeks].sums[kFirst + o]) : 0)));
            }
            ++peeks;
        }
        for (std::size_t o = 0; N_SPILL == 0 && o < N_OUT; ++o) REQUIRE(get_field(column.bench->out_sums, o * W_ACC, W_ACC) == 0);
        column.bench.cycle();
    }
    CHECK(codes > 100);
    CHECK(own > 3);
    CHECK(peeks > own);
}

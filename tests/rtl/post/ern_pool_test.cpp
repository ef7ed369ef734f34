// SPDX-License-Identifier: Apache-2.0
// Sum or maximum of one channel's codes over the taps, LATENCY cycles later; both, and every group, in any cycle.
#include <deque>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr int kGroups = N_CHANNELS > N_OUTPUTS ? N_CHANNELS / N_OUTPUTS : 1;

int defined_value(const Bits& lo, const Bits& hi, bool maximum, int group) {
    const int channel = group * N_OUTPUTS + ROW;
    if (channel >= N_CHANNELS) return 0;
    int sum = 0, largest = 0;
    for (int tap = 0; tap < N_TAPS; ++tap) {
        const auto at = static_cast<std::size_t>(tap * N_CHANNELS + channel);
        const int code = int{lo[at]} + 2 * int{hi[at]};
        sum += code;
        largest = std::max(largest, code);
    }
    return maximum ? largest : sum;
}

}  // namespace

TEST_CASE("a window's codes are pooled") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Bench<Vtop> bench(seed);
    std::deque<int> due;
    int wrong = 0, highest = 0;
    for (int cycle = 0; cycle < 20000; ++cycle) {
        const unsigned density = between(random, 1u, 8u);
        const Bits lo = random_bits(random, N_TAPS * N_CHANNELS, density);
        const Bits hi = random_bits(random, N_TAPS * N_CHANNELS, density);
        const bool maximum = chance(random, 4);
        const int group = between(random, 0, kGroups - 1);
        set_bits(bench->in_lo, lo);
        set_bits(bench->in_hi, hi);
        bench->cfg_max = maximum;
        set_port(bench->cfg_sub, static_cast<std::uint64_t>(group));
        due.push_back(defined_value(lo, hi, maximum, group));
        highest = std::max(highest, due.back());
        settle(bench);
        if (due.size() > LATENCY) {
            wrong += bench->out_value != due.front();
            due.pop_front();
        }
        bench.cycle();
    }
    CHECK(wrong == 0);
    CHECK(highest == (ROW < N_CHANNELS ? 3 * N_TAPS : 0));
}

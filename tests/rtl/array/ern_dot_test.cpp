// SPDX-License-Identifier: Apache-2.0
// Every body of ern_dot against the sum that its header defines, in every cycle, with weights that change in any cycle.
#include <catch2/catch.hpp>
#include <vector>

#include "Vtop.h"
#include "bench.h"

namespace {

using ern::rtl::Bits;
using ern::rtl::random_bits;

struct Stimulus {
    Bits lo, hi, weights;
};

unsigned sum_of(const Stimulus& s) {
    unsigned sum = 0;
    for (std::size_t l = 0; l < s.lo.size(); ++l) {
        if (s.weights[l]) sum += unsigned{s.lo[l]} + 2 * unsigned{s.hi[l]};
    }
    return sum;
}

// The corners first, then each lane alone, then random codes of any density.
Stimulus stimulus(std::mt19937& random, int test) {
    const std::size_t n = N_LANES;
    if (test == 0) return {Bits(n, false), Bits(n, false), Bits(n, true)};
    if (test == 1) return {Bits(n, true), Bits(n, true), Bits(n, true)};
    if (test == 2) return {Bits(n, true), Bits(n, true), Bits(n, false)};
    if (test < 3 + N_LANES) {
        Stimulus s{Bits(n, true), Bits(n, true), Bits(n, false)};
        s.weights[static_cast<std::size_t>(test - 3)] = true;
        return s;
    }
    const auto density = [&] { return static_cast<unsigned>(1 + random() % 8); };
    return {random_bits(random, n, density()), random_bits(random, n, density()), random_bits(random, n, density())};
}

void compare(unsigned body, unsigned expected, const char* name, int test) {
    if (body == expected) return;
    INFO(name << ", lanes " << N_LANES << ", latency " << LATENCY << ", test " << test);
    CHECK(body == expected);
}

}  // namespace

TEST_CASE("every body gives the masked sum after LATENCY cycles") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    ern::rtl::Bench<Vtop> bench(seed);
    std::vector<unsigned> expected;
    constexpr int kTests = 3000;
    int compared = 0;
    for (int test = 0; test < kTests; ++test) {
        const Stimulus s = stimulus(random, test);
        ern::rtl::set_bits(bench->in_lo, s.lo);
        ern::rtl::set_bits(bench->in_hi, s.hi);
        ern::rtl::set_bits(bench->cfg_weights, s.weights);
        expected.push_back(sum_of(s));
        bench.cycle();
        const auto due = [&](int latency) { return expected[expected.size() - static_cast<std::size_t>(latency)]; };
#ifdef ERN_NETLIST
        if (test + 1 < LATENCY) continue;
        compare(bench->out_sum, due(LATENCY), "netlist", test);
#else
        if (test + 1 >= LATENCY) {
            compare(bench->simulated, due(LATENCY), "simulation body", test);
            compare(bench->plain, due(LATENCY), "plain body", test);
        }
        if (test + 1 < LATENCY_ECP5) continue;
        compare(bench->ecp5, due(LATENCY_ECP5), "ECP5 body", test);
#endif
        ++compared;
    }
#ifdef ERN_NETLIST
    CHECK(compared == kTests - LATENCY + 1);
#else
    CHECK(compared == kTests - LATENCY_ECP5 + 1);
#endif
}

// SPDX-License-Identifier: Apache-2.0
// Sender and receiver back to back: every byte arrives once and in order, also with dividers that are not quite equal.
#include <array>

#include "Vtop.h"
#include "stream.h"

TEST_CASE("bytes over a wire") {
    using namespace ern::rtl;
    const int seed = GENERATE(1, 2);
    const unsigned idle = GENERATE(0u, 7u);
    INFO("seed " << seed << ", idle " << idle << "/8");
    std::mt19937 random(static_cast<unsigned>(seed));
    Bench<Vtop> bench(seed);
    bench->in_valid = 0;
    reset(bench);
    std::array<std::vector<unsigned>, 4> sent, received;
    unsigned offered = 0;
    constexpr int kCycles = 60000;
    for (int cycle = 0; cycle < kCycles; ++cycle) {
        const bool last = cycle > kCycles - 300;   // what was begun arrives
        for (unsigned i = 0; i < 4; ++i) {
            if (last || (offered >> i & 1u) || chance(random, idle)) continue;
            offered |= 1u << i;
            set_field(bench->in_data, 8 * i, 8, random());
        }
        bench->in_valid = static_cast<std::uint8_t>(last ? 0 : offered);
        settle(bench);
        const unsigned taken = bench->in_valid & bench->in_ready;
        for (unsigned i = 0; i < 4; ++i) {
            if (taken >> i & 1u) sent[i].push_back(static_cast<unsigned>(get_field(bench->in_data, 8 * i, 8)));
            if (bench->out_valid >> i & 1u) received[i].push_back(static_cast<unsigned>(get_field(bench->out_data, 8 * i, 8)));
        }
        offered &= ~taken;
        bench.cycle();
    }
    for (std::size_t i = 0; i < 4; ++i) {
        INFO("pair " << i);
        REQUIRE(sent[i].size() > 150);
        REQUIRE(sent[i] == received[i]);
    }
}

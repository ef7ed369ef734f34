// SPDX-License-Identifier: Apache-2.0
// out(t + N_CYCLES) = in(t), for a new word every cycle.
#include "Vtop.h"
#include "stream.h"

TEST_CASE("a word comes N_CYCLES later") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    ern::rtl::Bench<Vtop> bench(seed);
    std::vector<std::uint64_t> words;
    int wrong = 0;
    for (std::size_t t = 0; t < 1000; ++t) {
        words.push_back((std::uint64_t{random()} << 8 ^ random()) & 0xff'ffff'ffffu);
        bench->in = words.back();
        bench->in_bit = words.back() & 1u;
        ern::rtl::settle(bench);
        wrong += bench->by_0 != words[t];
        if (t >= 1) wrong += bench->by_1 != words[t - 1];
        if (t >= 7) wrong += bench->by_7 != words[t - 7];
        if (t >= 2) wrong += bench->bit_by_2 != (words[t - 2] & 1u);
        bench.cycle();
    }
    CHECK(wrong == 0);
}

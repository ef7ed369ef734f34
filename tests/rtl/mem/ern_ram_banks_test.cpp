// SPDX-License-Identifier: Apache-2.0
// ern_ram_banks gives what ern_ram gives, in the same cycle, once both hold the same words. ern_ram has its own test.
#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

void drive(Bench<Vtop>& bench, bool write, unsigned to, unsigned from, const Bits& word) {
    bench->write_enable = write;
    set_port(bench->write_address, to);
    set_port(bench->read_address, from);
    set_bits(bench->write_data, word);
    bench.cycle();
}

}  // namespace

TEST_CASE("banks are one memory") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Bench<Vtop> bench(seed);
    for (unsigned a = 0; a < DEPTH; ++a) drive(bench, true, a, (a + 1) % DEPTH, random_bits(random, W_DATA, 4));
    drive(bench, false, 0, 0, Bits(W_DATA));  // what was read above was not yet written
    drive(bench, false, 0, 0, Bits(W_DATA));
    bool varied = false;
    for (int cycle = 0; cycle < 20000; ++cycle) {
        const unsigned to = between(random, 0u, DEPTH - 1u);
        const bool write = chance(random, 4);
        unsigned from = between(random, 0u, DEPTH - 1u);
        if (write && from == to) from = (to + 1) % DEPTH;
        const Bits before = get_bits(bench->one, W_DATA);
        drive(bench, write, to, from, random_bits(random, W_DATA, 4));
        const Bits one = get_bits(bench->one, W_DATA), banks = get_bits(bench->banks, W_DATA);
        varied = varied || one != before;
        if (one != banks) {
            INFO("cycle " << cycle);
            REQUIRE(banks == one);
        }
    }
    CHECK(varied);
}

TEST_CASE("a word of every address keeps its place") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Bench<Vtop> bench(seed);
    std::vector<Bits> words;
    for (unsigned a = 0; a < DEPTH; ++a) {
        words.push_back(random_bits(random, W_DATA, 4));
        drive(bench, true, a, (a + 1) % DEPTH, words.back());
    }
    for (unsigned a = 0; a <= DEPTH; ++a) {
        drive(bench, false, 0, a % DEPTH, Bits(W_DATA));
        if (a > 0) REQUIRE(get_bits(bench->banks, W_DATA) == words[a - 1]);  // asked for in the cycle before
    }
}

// SPDX-License-Identifier: Apache-2.0
// A word read at address a in cycle t is the memory's word of the start of cycle t, seen in cycle t + 2. One read and one
// write every cycle, in every mixture; the pair that the header leaves undefined is not asked for.
#include <deque>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

// Addresses close together meet often; an address of a different block must not.
unsigned address(std::mt19937& random) {
    const unsigned last = DEPTH - 1;
    if (random() & 1u) return between(random, 0u, last);
    return random() & 1u ? last - between(random, 0u, std::min(3u, last)) : between(random, 0u, std::min(3u, last));
}

struct Memory {
    std::vector<std::optional<Bits>> words = std::vector<std::optional<Bits>>(DEPTH);
};

}  // namespace

TEST_CASE("reads give the newest word of the start of their cycle, two cycles later") {
    const int seed = GENERATE(1, 2);
    const unsigned writes = GENERATE(1u, 4u, 8u);  // eighths of the cycles
    INFO("seed " << seed << ", writes " << writes << "/8");
    std::mt19937 random(static_cast<unsigned>(seed));
    Bench<Vtop> bench(seed);
    Memory memory;
    std::deque<std::optional<Bits>> expected;  // of the reads under way; nothing: never written
    int compared = 0;
    for (int cycle = 0; cycle < 6000; ++cycle) {
        const bool write = chance(random, writes);
        const unsigned to = address(random);
        unsigned from = address(random);
        if (write && from == to) from = (to + 1) % DEPTH;
        const Bits word = random_bits(random, W_DATA, between(random, 1u, 7u));
        bench->write_enable = write;
        set_port(bench->write_address, to);
        set_port(bench->read_address, from);
        set_bits(bench->write_data, word);
        settle(bench);
        if (expected.size() == 2) {
            if (expected.front() && get_bits(bench->read_data, W_DATA) != *expected.front()) {
                INFO("cycle " << cycle);
                REQUIRE(get_bits(bench->read_data, W_DATA) == *expected.front());
            }
            compared += expected.front().has_value();
            expected.pop_front();
        }
        expected.push_back(memory.words[from]);
        if (write) memory.words[to] = word;
        bench.cycle();
    }
    CHECK(compared > 2000);
}

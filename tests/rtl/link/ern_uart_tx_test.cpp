// SPDX-License-Identifier: Apache-2.0
// The line in every cycle: start bit, eight data bits from the lowest, stop bit, CLKS_PER_BIT cycles each; high otherwise.
#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr long kByteCycles = 10 * CLKS_PER_BIT + 1;   // from byte to byte: one cycle takes the next one

struct Sent {
    std::vector<bool> line;                                // a level a cycle
    std::vector<std::pair<std::size_t, unsigned>> taken;   // cycle and byte
};

Sent send(int seed, unsigned idle, int bytes) {
    std::mt19937 random(static_cast<unsigned>(seed));
    Bench<Vtop> bench(seed);
    bench->in_valid = 0;
    reset(bench);
    Sent sent;
    bool offered = false;
    long free_from = 0;   // in_ready is low while a byte is on the line
    for (long cycle = 0; sent.taken.size() < static_cast<std::size_t>(bytes) || cycle < free_from; ++cycle) {
        if (!offered && !chance(random, idle)) {
            offered = sent.taken.size() < static_cast<std::size_t>(bytes);
            bench->in_data = static_cast<std::uint8_t>(random());
        }
        bench->in_valid = offered;
        settle(bench);
        sent.line.push_back(bench->tx);
        if (bench->in_ready != (cycle >= free_from)) FAIL("in_ready is " << int{bench->in_ready} << ", cycle " << cycle);
        if (offered && bench->in_ready) {
            sent.taken.emplace_back(sent.line.size() - 1, bench->in_data);
            free_from = cycle + kByteCycles;
            offered = false;
        }
        bench.cycle();
    }
    return sent;
}

std::vector<bool> line_of(const Sent& sent) {
    std::vector<bool> line(sent.line.size(), true);
    for (const auto& [cycle, byte] : sent.taken) {
        const unsigned bits = byte << 1 | 1u << 9;
        for (std::size_t t = 0; t < 10 * CLKS_PER_BIT; ++t) line.at(cycle + 1 + t) = (bits >> t / CLKS_PER_BIT) & 1u;
    }
    return line;
}

}  // namespace

TEST_CASE("bytes on the line") {
    const int seed = GENERATE(1, 2);
    const unsigned idle = GENERATE(0u, 7u);
    INFO("seed " << seed << ", idle " << idle << "/8");
    const Sent sent = send(seed, idle, 100);
    CHECK(sent.taken.size() == 100);
    CHECK(sent.line == line_of(sent));
    if (idle == 0) CHECK(sent.taken.back().first - sent.taken.front().first == 99 * kByteCycles);
}

TEST_CASE("reset ends a byte: the line is high and the next byte is whole") {
    const int after = GENERATE(1, CLKS_PER_BIT, 3 * CLKS_PER_BIT, 10 * CLKS_PER_BIT - 1);
    Bench<Vtop> bench(1);
    bench->in_valid = 0;
    reset(bench);
    bench->in_valid = 1;
    bench->in_data = 0;
    for (int i = 0; i < after; ++i) bench.cycle();
    reset(bench, 1);
    bench->in_valid = 0;
    settle(bench);
    CHECK(bench->tx == 1);
    CHECK(bench->in_ready == 1);
}

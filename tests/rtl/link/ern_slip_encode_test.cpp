// SPDX-License-Identifier: Apache-2.0
// Frames come out as RFC 1055 writes them, a byte a cycle; a byte is offered in the cycle in which it comes, and held.
#include "Vtop.h"
#include "frames.h"

namespace {

using namespace ern::rtl;

struct Sent {
    Bytes line;
    long cycles = 0;
};

// One item of the input: a byte, or the frame's end.
using Items = std::vector<std::optional<std::uint8_t>>;

Sent send(const Items& items, Traffic traffic, int seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    Bench<Vtop> bench(seed);
    bench->in_valid = 0;
    reset(bench);
    HeldWord<std::uint8_t> held;
    Sent sent;
    bool offered = false;
    for (std::size_t next = 0; next < items.size(); ++sent.cycles) {
        offered = offered || !chance(random, traffic.idle);
        bench->in_valid = offered;
        bench->in_end = offered ? !items[next].has_value() : chance(random, 4);
        bench->in_data = offered ? items[next].value_or(random_byte(random)) : random_byte(random);
        if (offered && !items[next]) bench->in_data = 0;   // an end's data must not matter, nor change while it waits
        bench->in_special = bench->in_data == 0xc0 || bench->in_data == 0xdb;
        bench->out_ready = !chance(random, traffic.stall);
        settle(bench);
        if (bench->out_valid != offered) FAIL("out_valid is " << int{bench->out_valid} << ", cycle " << sent.cycles);
        held.check(bench->out_valid, bench->out_ready, bench->out_data);
        if (bench->out_valid && bench->out_ready) sent.line.push_back(bench->out_data);
        if (offered && bench->in_ready) {
            REQUIRE(bench->out_ready);
            offered = false;
            ++next;
        }
        bench.cycle();
    }
    return sent;
}

}  // namespace

TEST_CASE("frames under any traffic") {
    const int seed = GENERATE(1, 2);
    const Traffic traffic{GENERATE(0u, 3u, 7u), GENERATE(0u, 3u, 7u)};
    INFO("seed " << seed << ", " << to_string(traffic));
    std::mt19937 random(static_cast<unsigned>(seed) + 10);
    Items items;
    Bytes line;
    for (int i = 0; i < 60; ++i) {
        const Bytes frame = random_bytes(random, random() % 40);
        items.insert(items.end(), frame.begin(), frame.end());
        items.push_back(std::nullopt);
        line = line + slip(frame);
    }
    const Sent sent = send(items, traffic, seed);
    CHECK(sent.line == line);
    if (traffic.idle + traffic.stall == 0) CHECK(sent.cycles == static_cast<long>(line.size()));
}

TEST_CASE("each byte alone") {
    for (int value = 0; value < 256; ++value) {
        const Bytes frame{static_cast<std::uint8_t>(value)};
        REQUIRE(send({frame[0], std::nullopt}, {0, 2}, value).line == slip(frame));
    }
}

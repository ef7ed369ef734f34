// SPDX-License-Identifier: Apache-2.0
// The step against zlib, and the values that its header names.
#include "Vtop.h"
#include "frames.h"

namespace {

using namespace ern::rtl;

std::uint32_t step(Bench<Vtop>& bench, std::uint32_t in, std::uint8_t byte) {
    bench->in = in;
    bench->data = byte;
    bench->eval();
    return bench->out;
}

std::uint32_t run(Bench<Vtop>& bench, const Bytes& bytes) {
    std::uint32_t crc = 0xffffffffu;
    for (const std::uint8_t byte : bytes) crc = step(bench, crc, byte);
    return crc;
}

}  // namespace

TEST_CASE("a step from any register value with any byte") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Bench<Vtop> bench(seed);
    int wrong = 0;
    for (int test = 0; test < 500; ++test) {
        const std::uint32_t in = test == 0 ? 0 : test == 1 ? ~0u : static_cast<std::uint32_t>(random());
        for (unsigned value = 0; value < 256; ++value) {
            const auto byte = static_cast<std::uint8_t>(value);
            wrong += step(bench, in, byte) != ~static_cast<std::uint32_t>(crc32(static_cast<std::uint32_t>(~in), &byte, 1));
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("a frame with its CRC leaves the residue") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Bench<Vtop> bench(seed);
    CHECK(~run(bench, {'1', '2', '3', '4', '5', '6', '7', '8', '9'}) == 0xcbf43926u);   // the check value of CRC-32
    for (std::size_t length = 0; length < 60; ++length) {
        REQUIRE(run(bench, with_crc(random_bytes(random, length))) == 0xdebb20e3u);
    }
}

// SPDX-License-Identifier: Apache-2.0
// Lines drawn cycle by cycle: which bytes come, and when. A bit is looked at once, in its middle.
#include <cmath>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr int kBit = CLKS_PER_BIT;
constexpr int kMiddle = CLKS_PER_BIT / 2;
// From the start bit's first cycle to the byte: the middle of the stop bit, two registers, one more.
constexpr int kLatency = 9 * kBit + kMiddle + 3;

struct Received {
    int cycle;
    int byte;
    bool operator==(const Received&) const = default;
};

class Line {
  public:
    void level(bool high, int cycles) { levels_.insert(levels_.end(), static_cast<std::size_t>(cycles), high); }
    void idle(int cycles) { level(true, cycles); }

    // A byte whose bits last `bit` cycles; the edges are rounded to cycles.
    void byte(int value, double bit = kBit, bool stop = true) {
        const int start = length(), bits = value << 1 | (stop ? 1 : 0) << 9;
        for (int n = 0; n < 10; ++n) {
            const int end = start + static_cast<int>(std::lround((n + 1) * bit));
            level((bits >> n) & 1, end - length());
        }
        if (stop) expected_.push_back({start + kLatency, value});
    }

    // A byte that can be read only in the cycles that count; noise elsewhere.
    void noisy_byte(int value, std::mt19937& random) {
        const int start = length(), bits = value << 1 | 1 << 9;
        level(false, 1);   // the edge
        for (int t = 1; t <= 9 * kBit + kMiddle; ++t) {
            const bool counts = t % kBit == kMiddle;
            level(counts ? (bits >> t / kBit) & 1 : random() & 1u, 1);
        }
        expected_.push_back({start + kLatency, value});
    }

    int length() const { return static_cast<int>(levels_.size()); }
    const std::vector<bool>& levels() const { return levels_; }
    const std::vector<Received>& expected() const { return expected_; }

  private:
    std::vector<bool> levels_;
    std::vector<Received> expected_;
};

std::vector<Received> receive(const Line& line, int seed) {
    Bench<Vtop> bench(seed);
    bench->rx = 1;
    reset(bench);
    std::vector<Received> received;
    for (int cycle = 0; cycle < line.length() + 5; ++cycle) {
        bench->rx = cycle < line.length() ? line.levels()[static_cast<std::size_t>(cycle)] : true;
        settle(bench);
        if (bench->out_valid) received.push_back({cycle, bench->out_data});
        bench.cycle();
    }
    return received;
}

bool same(const std::vector<Received>& a, const std::vector<Received>& b) {
    if (a == b) return true;
    UNSCOPED_INFO(a.size() << " bytes, expected " << b.size());
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (a[i] == b[i]) continue;
        UNSCOPED_INFO("byte " << i << " is " << a[i].byte << " in cycle " << a[i].cycle << ", expected " << b[i].byte
                              << " in cycle " << b[i].cycle);
        break;
    }
    return false;
}

int any(std::mt19937& random) { return between(random, 0, 255); }

}  // namespace

TEST_CASE("bytes with and without pauses") {
    const int seed = GENERATE(1, 2);
    const int pause = GENERATE(0, 1, 3 * kBit);   // at most
    INFO("seed " << seed << ", pause " << pause);
    std::mt19937 random(static_cast<unsigned>(seed));
    Line line;
    line.idle(7);
    for (int i = 0; i < 300; ++i) {
        line.byte(i < 256 ? i : any(random));
        line.idle(between(random, 0, pause));
    }
    CHECK(same(receive(line, seed), line.expected()));
}

TEST_CASE("a sender somewhat too fast or too slow") {
    const int seed = GENERATE(1, 2);
    // half a bit at the stop bit, less what rounding and the synchroniser may cost
    const double sign = GENERATE(-1.0, 1.0), share = sign * (0.5 - 1.5 / kBit) / 9.5;
    INFO("seed " << seed << ", off by " << 100 * share << " %");
    std::mt19937 random(static_cast<unsigned>(seed));
    Line line;
    line.idle(7);
    std::vector<int> bytes, received;
    for (int i = 0; i < 300; ++i) {
        bytes.push_back(any(random));
        line.byte(bytes.back(), kBit * (1 + share));
    }
    line.idle(2 * kBit);
    for (const Received& r : receive(line, seed)) received.push_back(r.byte);
    CHECK(received == bytes);
}

TEST_CASE("only the middle of a bit counts") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Line line;
    line.idle(7);
    for (int i = 0; i < 300; ++i) {
        line.noisy_byte(any(random), random);
        line.idle(between(random, 1, 2 * kBit));
    }
    CHECK(same(receive(line, seed), line.expected()));
}

TEST_CASE("a byte with a low stop bit is dropped, the next one is right") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Line line;
    line.idle(7);
    for (int i = 0; i < 100; ++i) {
        line.byte(any(random), kBit, false);
        line.idle(kBit + 1);
        line.byte(any(random));
    }
    CHECK(line.expected().size() == 100);
    CHECK(same(receive(line, seed), line.expected()));
}

TEST_CASE("a low pulse shorter than half a bit is nothing") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Line line;
    for (int i = 0; i < 100; ++i) {
        line.idle(kBit);
        line.level(false, between(random, 1, kMiddle));
        line.idle(kBit);
        line.byte(any(random));
    }
    CHECK(same(receive(line, seed), line.expected()));
}

TEST_CASE("after a line that was low for long bytes are right again") {
    Line line;
    line.level(false, 37 * kBit);
    line.idle(11 * kBit);   // whatever began in the break has ended
    const int start = line.length();
    for (const int byte : {0x00, 0x55, 0xff, 0xc0}) line.byte(byte);
    std::vector<Received> received = receive(line, 1);
    std::erase_if(received, [&](const Received& r) { return r.cycle < start; });
    CHECK(same(received, line.expected()));
}

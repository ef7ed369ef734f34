// SPDX-License-Identifier: Apache-2.0
// code = number of k with (acc >= at[k]) != inverted, two cycles later: every accumulator with every triple of thresholds
// where the width is small, else every accumulator with some triples. Thresholds change in every cycle.
#include <array>
#include <deque>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr int kLow = -(1 << (W_ACC - 1)), kHigh = -kLow - 1;
using Triple = std::array<int, 3>;

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed) {}

    // One accumulator a cycle; `expected` is what comes of it.
    void put(int acc, const Triple& at, bool inverted, int expected) {
        constexpr std::uint64_t mask = (std::uint64_t{1} << W_ACC) - 1;
        set_port(bench_->in_acc, static_cast<std::uint64_t>(acc) & mask);
        set_port(bench_->cfg_at, (static_cast<std::uint64_t>(at[0]) & mask) |
                                     (static_cast<std::uint64_t>(at[1]) & mask) << W_ACC |
                                     (static_cast<std::uint64_t>(at[2]) & mask) << 2 * W_ACC);
        bench_->cfg_inverted = inverted;
        due_.push_back({acc, at, inverted, expected});
        settle(bench_);
        compare();
        bench_.cycle();
    }

    long compared = 0;

  private:
    struct Due {
        int acc;
        Triple at;
        bool inverted;
        int expected;
    };

    void compare() {
        if (due_.size() <= 2) return;
        const Due due = due_.front();
        due_.pop_front();
        ++compared;
        if (bench_->out_code == due.expected) return;
        FAIL("acc " << due.acc << ", thresholds " << due.at[0] << ' ' << due.at[1] << ' ' << due.at[2]
                          << ", inverted " << due.inverted << " gives " << int{bench_->out_code} << ", expected "
                          << due.expected);
    }

    Bench<Vtop> bench_;
    std::deque<Due> due_;
};

int defined_code(int acc, const Triple& at, bool inverted) {
    int code = 0;
    for (const int threshold : at) {
        if (inverted ? acc < threshold : acc >= threshold) ++code;
    }
    return code;
}

Triple triple_of(int number) {
    constexpr int kValues = 1 << W_ACC;
    return {kLow + number % kValues, kLow + number / kValues % kValues, kLow + number / kValues / kValues};
}

}  // namespace

TEST_CASE("the code counts the thresholds that are reached") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Unit unit(seed);
    constexpr bool kEvery = W_ACC <= 4;
    const int triples = kEvery ? 1 << 3 * W_ACC : 8;
    for (int number = 0; number < triples; ++number) {
        Triple at = triple_of(number);
        if (!kEvery) std::generate(at.begin(), at.end(), [&] { return between(random, kLow, kHigh); });
        for (int acc = kLow; acc <= kHigh; ++acc) {
            for (const bool inverted : {false, true}) unit.put(acc, at, inverted, defined_code(acc, at, inverted));
        }
    }
    CHECK(unit.compared == 2L * triples * (1 << W_ACC) - 2);
}

TEST_CASE("thresholds at one below, at and one above the accumulator, each cycle another channel") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Unit unit(seed);
    for (int test = 0; test < 20000; ++test) {
        const int acc = between(random, kLow, kHigh);
        Triple at{};
        for (int& threshold : at) threshold = std::clamp(acc + between(random, -1, 1), kLow, kHigh);
        const bool inverted = chance(random, 4);
        unit.put(acc, at, inverted, defined_code(acc, at, inverted));
    }
    CHECK(unit.compared > 0);
}

TEST_CASE("never and always make constant codes for every accumulator below the largest") {
    const int code = GENERATE(0, 1, 2, 3);
    const bool inverted = GENERATE(false, true);
    Unit unit(code);
    Triple at{};
    for (int k = 0; k < 3; ++k) at[static_cast<std::size_t>(k)] = (k < code) != inverted ? kLow : kHigh;
    for (int acc = kLow; acc < kHigh; ++acc) unit.put(acc, at, inverted, code);
    CHECK(unit.compared > 0);
}

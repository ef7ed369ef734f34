// SPDX-License-Identifier: Apache-2.0
// Clocks and reset alone, on the model of the PLL, by their pins: when reset ends, to the cycle, and the heartbeat's first edge.
#include "Vtop.h"
#include "bench.h"

#include <catch2/catch.hpp>

namespace {

using ern::rtl::Bench;

constexpr int kLock = 20;                    // cycles of the PLL's model
constexpr int kReady = 1 << 15;              // cycles in which lock and button have to be there
constexpr int kReset = kReady + 3;           // two registers before, one behind
constexpr int kHeartbeat = 1 << 25;

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed) {
        bench_->button_n = 1;
        bench_->oscillator = 0;
        bench_->eval();   // what registers are configured to
    }
    void button(bool pressed) { bench_->button_n = !pressed; }
    void step() {
        bench_->oscillator = 0;
        bench_->eval();
        low_ = !bench_->clk && !bench_->clk_late;
        bench_->oscillator = 1;
        bench_->eval();
    }
    bool rst() { return bench_->rst; }
    bool heartbeat() { return bench_->heartbeat; }
    bool clocks_follow() { return low_ && bench_->clk && bench_->clk_late; }
    int steps_of_reset(int most) {
        int steps = 0;
        while (rst() && steps < most) {
            step();
            ++steps;
        }
        return steps;
    }

  private:
    Bench<Vtop> bench_;
    bool low_ = false;
};

}  // namespace

TEST_CASE("reset is high from the first edge on, and 2^15 cycles of lock and button end it") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    Unit unit(seed);
    CHECK(unit.steps_of_reset(2 * kReset) == kLock + kReset);
    for (int i = 0; i < 1000; ++i) {
        unit.step();
        REQUIRE_FALSE(unit.rst());
        REQUIRE(unit.clocks_follow());
    }
    unit.button(true);
    for (int i = 0; i < 3; ++i) {
        unit.step();
        REQUIRE_FALSE(unit.rst());
    }
    unit.step();
    CHECK(unit.rst());
    unit.button(false);
    for (int i = 0; i < kReady - 1; ++i) {
        unit.step();
        REQUIRE(unit.rst());
    }
    unit.button(true);   // bounces
    unit.step();
    unit.button(false);
    CHECK(unit.steps_of_reset(2 * kReset) == kReset);
}

TEST_CASE("the heartbeat changes after 2^25 cycles and not before") {
    Unit unit(3);
    int steps = 0;
    while (!unit.heartbeat() && steps <= kHeartbeat) {
        unit.step();
        ++steps;
    }
    CHECK(steps == kHeartbeat);
    unit.step();
    CHECK(unit.heartbeat());
}

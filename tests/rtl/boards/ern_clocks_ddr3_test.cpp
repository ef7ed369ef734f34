// SPDX-License-Identifier: Apache-2.0
// The clocks of a board with DDR3 on models of the ECP5's cells: the accelerator's is half the part's, both rest while the PHY starts, and
// reset ends only after that start. The test plays the PHY, whose start LiteDRAM's Verilog has.
#include "Vtop.h"
#include "Vtop___024root.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr int kRest = 2 << 15;  // edges of the oscillator, which is each of the PLL's outputs here
constexpr int kLock = 20 + 2 + 64 + 1;   // edges of the PLL's model, two registers, calm of the lock, one register
constexpr int kCalm = 1 + 64;            // edges behind the PHY's start

class Clocks {
  public:
    Clocks() : bench_(1) {
        bench_->button_n = 1;
        bench_->phy_stop = bench_->phy_reset = 0;
    }
    Bench<Vtop>& pins() { return bench_; }
    void unlock(bool on) { bench_->rootp->ern_clocks_ddr3__DOT__u_pll__DOT__test_unlock = on; }
    void step(int edges = 1) {
        for (int i = 0; i < edges; ++i) {
            bench_->oscillator = 0;
            edge();
            bench_->oscillator = 1;
            edge();
        }
    }
    // As ECP5DDRPHYInit does.
    void phy_start() {
        bench_->phy_stop = 1;
        step(8);
        bench_->phy_reset = 1;
        step(8);
        bench_->phy_reset = 0;
        step(16);
        bench_->phy_stop = 0;
    }
    int edges_of_clk = 0;
    int edges_until_it_runs(int most) {
        int edges = 0;
        for (; bench_->rst && edges < most; ++edges) step();
        return edges;
    }

  private:
    void edge() {
        const bool before = bench_->clk;
        bench_->eval();
        edges_of_clk += bench_->clk && !before;
    }
    Bench<Vtop> bench_;
};

}  // namespace

TEST_CASE("reset ends after lock, the PHY's start and 2^15 cycles") {
    Clocks clocks;
    clocks.step();
    CHECK(clocks.pins()->init_rst);
    clocks.unlock(true);
    clocks.step(500);
    CHECK(clocks.pins()->init_rst);   // without lock
    clocks.unlock(false);
    clocks.step(kLock - 1);
    CHECK(clocks.pins()->init_rst);
    clocks.step();
    CHECK_FALSE(clocks.pins()->init_rst);
    CHECK(clocks.edges_until_it_runs(2 * kRest) == 2 * kRest);   // the PHY has not started
    CHECK_FALSE(clocks.pins()->init_rst);
    clocks.phy_start();
    // Two registers, 2^15 cycles and one register of clk, which rises at every second edge.
    const int edges = clocks.edges_until_it_runs(2 * kRest);
    CHECK(edges >= kCalm + kRest + 4);
    CHECK(edges <= kCalm + kRest + 5);
    for (int i = 0; i < 1000; ++i) {
        clocks.step();
        REQUIRE_FALSE(clocks.pins()->rst);
        REQUIRE_FALSE(clocks.pins()->init_rst);
    }
}

TEST_CASE("a button that bounces, and a start of the PHY that begins anew, take all of the time again") {
    Clocks clocks;
    clocks.step(200);
    clocks.phy_start();
    clocks.step(kCalm - 3);
    clocks.phy_start();
    clocks.step(kRest / 2);
    REQUIRE(clocks.pins()->rst);
    clocks.pins()->button_n = 0;
    clocks.step(2);
    clocks.pins()->button_n = 1;
    const int edges = clocks.edges_until_it_runs(2 * kRest);
    CHECK(edges >= kRest + 5);
    CHECK(edges <= kRest + 6);
}

TEST_CASE("the heartbeat changes after 2^25 cycles and not before") {
    Clocks clocks;
    constexpr int kHeartbeat = 1 << 25;
    int edges = 0;
    while (!clocks.pins()->heartbeat && edges <= 2 * kHeartbeat + 2) {
        clocks.step();
        ++edges;
    }
    CHECK(clocks.edges_of_clk == kHeartbeat);
    clocks.step(10);
    CHECK(clocks.pins()->heartbeat);
}

TEST_CASE("the accelerator's clock is half the part's and rests while the PHY says so") {
    Clocks clocks;
    clocks.step(200);
    const int before = clocks.edges_of_clk;
    clocks.step(100);
    CHECK(clocks.edges_of_clk - before == 50);
    clocks.pins()->phy_stop = 1;
    const int rest = clocks.edges_of_clk;
    clocks.step(50);
    CHECK(clocks.edges_of_clk == rest);
    CHECK_FALSE(clocks.pins()->clk_edge);
    clocks.pins()->phy_stop = 0;
    clocks.pins()->phy_reset = 1;
    clocks.step(50);
    CHECK(clocks.edges_of_clk <= rest + 1);
}

TEST_CASE("a start of the PHY while it runs, a lost lock and the button reset again") {
    Clocks clocks;
    clocks.step(200);
    clocks.phy_start();
    clocks.edges_until_it_runs(2 * kRest);
    REQUIRE_FALSE(clocks.pins()->rst);
    const int why = GENERATE(0, 1, 2);
    if (why == 0) clocks.phy_start();
    if (why == 1) clocks.pins()->button_n = 0;
    if (why == 2) clocks.unlock(true);
    clocks.step(30);
    CHECK(clocks.pins()->rst);
    if (why == 1) clocks.pins()->button_n = 1;
    if (why == 2) {
        clocks.unlock(false);
        CHECK(clocks.edges_until_it_runs(2 * kRest) == 2 * kRest);   // the PHY must start again
        clocks.phy_start();
    }
    const int edges = clocks.edges_until_it_runs(2 * kRest);
    CHECK(edges > kRest - 60);
    CHECK(edges < kRest + 200);
}

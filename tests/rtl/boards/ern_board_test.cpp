// SPDX-License-Identifier: Apache-2.0
// A board's design on models of the ECP5's cells: reset waits for lock and button, lights show the status, and what is written
// to the SDRAM through the pads' registers is read back in the cycle in which the controller takes it. MEMORY is 0 for none, 1 for
// SDRAM, 2 for DDR3.
#include "../external/sdram_part.h"
#include "Vtop.h"
#include "Vtop___024root.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr int kRest = 1 << 15;
constexpr int kStart = MEMORY == 2 ? 130 : 30;   // cycles of lock and registers, and of the start of DDR3's PHY
constexpr int kEdges = MEMORY == 2 ? 2 : 1;      // of the oscillator, a cycle: DDR3's clock is twice the accelerator's

#if MEMORY == 2
#define CLOCKS(what) ern_board_ddr3__DOT__u_clocks__DOT__##what
#elif MEMORY
#define CLOCKS(what) ern_board_sdr__DOT__u_clocks__DOT__##what
#else
#define CLOCKS(what) ern_board__DOT__u_clocks__DOT__##what
#endif

// The 16 pads of the memory's data, models in cells/BB.v.
// In a netlist of ern_pad_both (tests/mutation) they have the second name.
#define PAD_NAME(n, what) ern_board_sdr__DOT__u_dq__DOT__g_pad__BRA__##n##__KET____DOT__u_pad__DOT__##what
#define NETLIST_NAME(n, what) ern_board_sdr__DOT__u_dq__DOT__g_pad__05b##n##__05d__02eu_pad__DOT__##what
#define PAD(n, what)                                                      \
    [](auto& r) -> auto& {                                                \
        if constexpr (requires { r.PAD_NAME(n, what); }) return r.PAD_NAME(n, what); \
        else return r.NETLIST_NAME(n, what);                              \
    }(root)
#define PADS(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)
#define TAKE_PAD(n)                                                          \
    pins.data = static_cast<std::uint16_t>(pins.data | PAD(n, pin) << n); \
    driven += PAD(n, driven);
#define GIVE_PAD(n) PAD(n, outside) = (data >> n) & 1;

class Board {
  public:
    Board() : bench_(1), part_(10.0, 2) {
        bench_->button_n = bench_->uart_rx = 1;
        for (int i = 0; i < 4; ++i) edge();  // commands of before the first edges with reset
    }
    Bench<Vtop>& pins() { return bench_; }
    const SdramPart& part() const { return part_; }
    void unlock(bool on) { bench_->rootp->CLOCKS(u_pll__DOT__test_unlock) = on; }
    std::uint32_t& beats() { return bench_->rootp->CLOCKS(beats); }

    void step(int cycles = 1) {
        for (int i = 0; i < cycles; ++i) {
#if MEMORY == 1
            const Vtop& b = *bench_.operator->();
            const unsigned command = b.sdram_ras_n << 2u | b.sdram_cas_n << 1u | b.sdram_we_n;
            SdramPins pins{command, b.sdram_ba, b.sdram_a, 0, false};
            auto& root = *b.rootp;
            int driven = 0;
            PADS(TAKE_PAD)
            pins.drive = driven == 16;
            REQUIRE((driven == 0 || driven == 16));
            edge();
            ++steps_;
            const unsigned data = part_.edge(pins).value_or(static_cast<std::uint16_t>(0x5555 * (steps_ & 3)));
            PADS(GIVE_PAD)
#else
            edge();
#endif
        }
    }
    // The accelerator is out of reset.
    bool runs() { return light(1); }
    bool light(int number) { return ((bench_->led >> number) & 1) != LIGHTS_LOW; }
    int cycles_until_it_runs(int most) {
        int cycles = 0;
        for (; !runs() && cycles < most; ++cycles) step();
        return cycles;
    }

  private:
    // Lights and serial pins have their clock's rising edge, so nothing happens at the falling one.
    void edge() {
        for (int i = 0; i < kEdges; ++i) {
            const auto led = bench_->led;
            bench_->oscillator = 0;
            bench_->eval();
            if (edges_++ > 0) REQUIRE(bench_->led == led);
            bench_->oscillator = 1;
            bench_->eval();
        }
    }
    Bench<Vtop> bench_;
    SdramPart part_;
    int steps_ = 0, edges_ = 0;
};

}  // namespace

TEST_CASE("reset is high from the first cycle on, until PLL and button have been ready for 2^15 cycles") {
    Board board;
    CHECK_FALSE(board.runs());
    const int first = board.cycles_until_it_runs(2 * kRest);
    CHECK(first > kRest);
    CHECK(first < kRest + kStart);
    const bool by_button = GENERATE(true, false);
    if (by_button) board.pins()->button_n = 0;
    else board.unlock(true);
    board.step(MEMORY == 2 ? 12 : 6);
    CHECK_FALSE(board.runs());
    board.pins()->button_n = 1;
    board.unlock(false);
    board.step(kRest / 2);
    board.pins()->button_n = 0;  // bounces: all of the time again
    board.step(3);
    board.pins()->button_n = 1;
    CHECK(board.cycles_until_it_runs(2 * kRest) >= kRest);
}

TEST_CASE("lights and serial pins are the accelerator's") {
    Board board;
    board.step(10);
    CHECK(board.light(5));
    CHECK(board.pins()->uart_tx == 0);
    board.pins()->uart_rx = 0;
    board.step();
    CHECK(board.pins()->uart_tx == 1);
    board.pins()->uart_rx = 1;
    board.step(2);
    CHECK_FALSE(board.light(2));   // rests until then
    board.cycles_until_it_runs(2 * kRest);
    int changes = 0;
    for (int i = 0; i < 10; ++i) {
        const bool before = board.light(2);
        board.step();
        changes += board.light(2) != before;
    }
    CHECK(changes == 10);
    CHECK(board.light(1));         // out of reset, nothing read, nothing wrong
    CHECK_FALSE(board.light(3));
    CHECK_FALSE(board.light(4));
    const bool shown[] = {board.light(1), board.light(3), board.light(4)};
    board.pins()->uart_rx = 0;
    board.step();
    CHECK(board.light(1) == !shown[0]);
    CHECK(board.light(3) == !shown[1]);
    CHECK(board.light(4) == !shown[2]);
}

TEST_CASE("the first light shows bit 25 of a counter of cycles") {
    Board board;
    if (MEMORY == 2) board.cycles_until_it_runs(2 * kRest);   // its clock rests once before
    for (int bit = 0; bit < 26; ++bit) {
        for (const bool others : {false, true}) {
            const std::uint32_t before = (others ? 0x3ffffffu & ~(2u << bit) & ~(1u << bit) : 0) | ((1u << bit) - 1);
            board.beats() = before;
            board.step();
            CHECK(board.beats() == before + 1);
        }
    }
    for (const std::uint32_t value : {(1u << 25) - 1, (1u << 26) - 1, 7u, (1u << 25) + 7}) {
        board.beats() = value;
        board.step(2);
        CHECK(board.light(0) == (((value + 1) >> 25 & 1) != 0));
        board.pins()->uart_rx = !board.pins()->uart_rx;   // the other lights change
        board.beats() = value;
        board.step(2);
        CHECK(board.light(0) == (((value + 1) >> 25 & 1) != 0));
    }
}

#if MEMORY == 1
TEST_CASE("what is written to the SDRAM is read back") {
    Board board;
    board.cycles_until_it_runs(2 * kRest);
    CHECK(board.pins()->sdram_clk == 1);  // behind the edge
    board.pins()->oscillator = 0;
    board.pins()->eval();
    CHECK(board.pins()->sdram_clk == 0);
    CHECK(board.pins()->sdram_cke == 1);
    CHECK(board.pins()->sdram_cs_n == 0);
    CHECK(board.pins()->sdram_dqm == 0);
    int cycles = 0;
    while (!board.light(3) && ++cycles < 100000) board.step();
    CHECK(board.light(3));
    CHECK_FALSE(board.light(4));
    // All of it lies where ern_top put it (see there), and nowhere else.
    int wrong = 0;
    for (std::uint32_t beat = 0; beat < 64 * 16; ++beat) {
        const std::uint32_t n = beat / 16;
        const auto bit = [n](unsigned i) { return n >> i & 1; };
        const std::uint32_t address = bit(2) << 22 | bit(0) << 21 | bit(1) << 20 | bit(2) << 19 | bit(3) << 18 | bit(4) << 17 | bit(5) << 16 |
                                      (~n & 63) << 10 | n << 4 | beat % 16;
        const std::uint32_t value = ((~beat & 0xffff) << 16 | beat) * 0x9e3779b1u;
        for (unsigned w = 0; w < 2; ++w) wrong += board.part().word(2 * address + w) != static_cast<std::uint16_t>(value >> (16 * w));
    }
    CHECK(wrong == 0);
}
#endif

#if MEMORY == 2
TEST_CASE("DDR3's pins show the steps of its start, once each and in order") {
    struct Step {
        unsigned levels, command, bank, address;   // levels: reset_n, cke, odt
    };
    const std::vector<Step> steps{{2, 4, 5, 0x3c96}, {5, 2, 2, 0xc369}, {7, 1, 6, 0x5a5a}};   // ern_ddr3_core.v
    Board board;
    std::size_t at = 0;
    for (int cycle = 0; cycle < 2 * kRest; ++cycle) {
        board.step();
        const unsigned control = board.pins()->ddr3_control;
        REQUIRE(control >> 4 == 0b11111100000u);
        if (control & 4) break;   // not selected: steps are done
        const unsigned command = 7u & ~(board.pins()->ddr3_ras_n << 2u | board.pins()->ddr3_cas_n << 1u | board.pins()->ddr3_we_n);
        if (command != 0 && at < steps.size()) {
            INFO("step " << at);
            const Step& step = steps[at];
            CHECK(command == step.command);
            CHECK(board.pins()->ddr3_ba == step.bank);
            CHECK(board.pins()->ddr3_a == (step.address & 0x7fff));
            CHECK(board.pins()->ddr3_dq == ((step.address & 0xff) << 8 | step.address >> 8));
            CHECK(board.pins()->ddr3_dqs == (step.bank & 3));
            CHECK(((control >> 3 & 1) << 2 | (control & 1) << 1 | (control >> 1 & 1)) == step.levels);
        }
        at += command != 0;
    }
    CHECK(at == steps.size());
}

TEST_CASE("DDR3 is levelled, and what is written is read back; while levelling fails light 4 is on") {
    const bool fails = GENERATE(false, true);
    Board board;
    auto& wrong = board.pins()->rootp->ern_board_ddr3__DOT__u_core__DOT__test_wrong;
    board.cycles_until_it_runs(2 * kRest);
    int cycles = 0;
    if (fails) {
        wrong = 1;
        while (!board.light(4) && ++cycles < 100000) board.step();
        CHECK(board.light(4));
        CHECK_FALSE(board.light(3));
        wrong = 0;
    }
    cycles = 0;
    unsigned selected = 0;
    while (!board.light(3) && ++cycles < 200000) {
        board.step();
        if (!fails) REQUIRE_FALSE(board.light(4));
        selected |= 1u << board.pins()->ddr3_dm;
    }
    CHECK(board.light(3));
    CHECK_FALSE(board.light(4));
    // The middle of what ern_ddr3_core.v takes: slip 3 and delays 1 to 4, slip 1 and delays 2 to 6.
    CHECK(board.pins()->rootp->ern_board_ddr3__DOT__u_core__DOT__test_setting == (3u << 8 | 2u << 5 | 1u << 3 | 4u));
    CHECK(selected == 0b1111);   // neither lane, each, both
    const bool low = board.pins()->ddr3_clk;
    board.pins()->oscillator = !board.pins()->oscillator;
    board.pins()->eval();
    CHECK(board.pins()->ddr3_clk != low);
}
#endif

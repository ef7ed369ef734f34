// SPDX-License-Identifier: Apache-2.0
// A board's design on models of the ECP5's cells: reset waits for lock and button, lights show the status, and what is written
// to the SDRAM through the pads' registers is read back in the cycle in which the controller takes it. MEMORY is 0 for none, 1 for
// SDRAM of W_DATA bits, 2 for DDR3.
#include "../external/sdram_part.h"
#include "Vtop.h"
#include "Vtop___024root.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

#ifndef W_DATA
#define W_DATA 16
#endif
[[maybe_unused]] constexpr SdramShape kShape = sdram_shape(W_DATA);
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

// The pads of the memory's data, models in cells/BB.v.
// In a netlist of ern_pad_both (tests/mutation) they have the second name.
#define PAD_NAME(n, what) ern_board_sdr__DOT__u_dq__DOT__g_pad__BRA__##n##__KET____DOT__u_pad__DOT__##what
#define NETLIST_NAME(n, what) ern_board_sdr__DOT__u_dq__DOT__g_pad__05b##n##__05d__02eu_pad__DOT__##what
#define PAD(n, what)                                                      \
    [](auto& r) -> auto& {                                                \
        if constexpr (requires { r.PAD_NAME(n, what); }) return r.PAD_NAME(n, what); \
        else return r.NETLIST_NAME(n, what);                              \
    }(root)
#define LOW_PADS(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)
#if W_DATA == 32
#define PADS(DO)                                                                                                                   \
    LOW_PADS(DO)                                                                                                                   \
    DO(16) DO(17) DO(18) DO(19) DO(20) DO(21) DO(22) DO(23) DO(24) DO(25) DO(26) DO(27) DO(28) DO(29) DO(30) DO(31)
#else
#define PADS(DO) LOW_PADS(DO)
#endif
#define TAKE_PAD(n)                                    \
    pins.data |= std::uint32_t{PAD(n, pin)} << n; \
    driven += PAD(n, driven);
#define GIVE_PAD(n) PAD(n, outside) = static_cast<std::uint8_t>(data >> n & 1);

// Where ern_top puts a beat.
[[maybe_unused]] std::uint32_t address_of(std::uint32_t beat) {
    const std::uint32_t n = beat / 16;
    const auto bit = [n](unsigned i) { return n >> i & 1; };
    return bit(2) << 22 | bit(0) << 21 | bit(1) << 20 | bit(2) << 19 | bit(3) << 18 | bit(4) << 17 | bit(5) << 16 | (~n & 63) << 10 | n << 4 |
           beat % 16;
}

class Board {
  public:
    Board() : bench_(1), part_(10.0, 2, kShape) {
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
            pins.drive = driven == W_DATA;
            REQUIRE((driven == 0 || driven == W_DATA));
            edge();
            ++steps_;
            const unsigned data = part_.edge(pins).value_or(0x55555555u * (steps_ & 3));
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
    unsigned steps_ = 0;
    int edges_ = 0;
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
        const std::uint32_t address = address_of(beat);
        const std::uint32_t place = 2 * address % (4u << (kShape.row_bits + kShape.column_bits));
        const std::uint32_t value = ((~beat & 0xffff) << 16 | beat) * 0x9e3779b1u;
        const std::array<std::uint32_t, 2> units{value, value + 0x01234567u};
        for (unsigned w = 0; w < 2; ++w) {
            wrong += board.part().word(place + w) != (units[w * W_DATA / 32] >> (w * W_DATA % 32) & kShape.word_mask());
        }
    }
    CHECK(wrong == 0);
}
#endif

#if MEMORY == 2
namespace {

#define CORE(what) ern_board_ddr3__DOT__u_core__DOT__##what

// Settings {slip, delay} with which a lane reads right, and the one that is best: the middle of the longest run of delays.
using Right = std::uint32_t;
constexpr Right run(int slip, int first, int last) { return ((2u << last) - (1u << first)) << (8 * slip); }
unsigned best_of(Right right) {
    int best = 0;
    unsigned choice = 0;
    for (int slip = 0; slip < 4; ++slip) {
        for (int delay = 0, length = 0; delay < 8; ++delay) {
            length = (right >> (8 * slip + delay) & 1) != 0 ? length + 1 : 0;
            if (length <= best) continue;
            best = length;
            choice = static_cast<unsigned>(8 * slip + delay - length / 2);
        }
    }
    return choice;
}

}  // namespace

TEST_CASE("DDR3's pins show the steps of its start, once each, in order and with their waits") {
    struct Step {
        unsigned levels, command, bank, address;   // levels: reset_n, cke, odt
        int wait;
    };
    const std::vector<Step> steps{{2, 4, 5, 0x3c96, 20}, {5, 2, 2, 0xc369, 1037}, {7, 1, 6, 0x5a5a, 10}};   // ern_ddr3_core.v
    Board board;
    std::size_t at = 0;
    int last = 0;
    for (int cycle = 0; cycle < 2 * kRest; ++cycle) {
        board.step();
        const unsigned control = board.pins()->ddr3_control;
        REQUIRE(control >> 4 == 0b11111100000u);
        if (control & 4) {   // not selected: steps are done
            CHECK(cycle - last == steps.back().wait + 1);
            break;
        }
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
            if (at > 0) CHECK(cycle - last == steps[at - 1].wait + 2);
            last = cycle;
        }
        at += command != 0;
    }
    CHECK(at == steps.size());
}

TEST_CASE("DDR3 is levelled to the middle of the longest run, and what is written is read back") {
    const auto [first, second] = GENERATE(std::pair{run(1, 2, 6), run(3, 1, 4)},
                                          std::pair{run(1, 5, 7) | run(2, 0, 3) | run(3, 2, 5), run(0, 0, 7) | run(2, 0, 3)},
                                          std::pair{run(2, 7, 7), run(0, 6, 7) | run(1, 0, 0) | run(3, 0, 0) | run(3, 2, 4)});
    Board board;
    auto& root = *board.pins()->rootp;
    root.CORE(test_right_0) = first;
    root.CORE(test_right_1) = second;
    board.cycles_until_it_runs(2 * kRest);
    int cycles = 0;
    unsigned selected = 0;
    while (!board.light(3) && ++cycles < 200000) {
        board.step();
        REQUIRE_FALSE(board.light(4));
        selected |= 1u << board.pins()->ddr3_dm;
    }
    CHECK(board.light(3));
    CHECK(root.CORE(test_setting) == (best_of(second) << 5 | best_of(first)));
    CHECK(selected == 0b1111);   // neither lane, each, both
    board.step(2000);
    CHECK(board.light(3));       // nobody asks for more
    int wrong = 0;
    for (std::uint32_t slot = 0; slot < 64 * 16; ++slot) {   // {address, 128 bits}, at the address's low bits
        const std::uint32_t word = ((~slot & 0xffff) << 16 | slot) * 0x9e3779b1u;
        wrong += root.CORE(beats)[slot][4] != address_of(slot);
        for (unsigned i = 0; i < 4; ++i) wrong += root.CORE(beats)[slot][i] != word + i * 0x01234567u;
    }
    CHECK(wrong == 0);
    const bool low = board.pins()->ddr3_clk;
    board.pins()->oscillator = !board.pins()->oscillator;
    board.pins()->eval();
    CHECK(board.pins()->ddr3_clk != low);
}

TEST_CASE("while levelling fails in either lane light 4 is on, and off when it succeeds") {
    const Right right = run(1, 2, 6);
    const unsigned lane = GENERATE(0u, 1u);
    const bool unseen = GENERATE(false, true);
    Board board;
    auto& root = *board.pins()->rootp;
    root.CORE(test_right_0) = lane == 0 && !unseen ? 0 : right;
    root.CORE(test_right_1) = lane == 1 && !unseen ? 0 : right;
    root.CORE(test_unseen) = static_cast<std::uint8_t>(unseen ? 1u << lane : 0u);
    board.cycles_until_it_runs(2 * kRest);
    int cycles = 0;
    while (!board.light(4) && ++cycles < 100000) board.step();
    CHECK(board.light(4));
    board.step(50000);
    CHECK(board.light(4));
    CHECK_FALSE(board.light(3));
    // A byte of rotation a beat.
    const std::array<std::uint32_t, 4> pattern{0x7a02d946, 0x3b5ec81f, 0x0f73e4a5, 0x96d12cb8};
    for (unsigned beat = 0; beat < 16; ++beat) {
        for (unsigned byte = 0; byte < 16; ++byte) {
            const unsigned from = (byte + beat) % 16;
            CHECK((root.CORE(beats)[beat][byte / 4] >> (8 * (byte % 4)) & 0xff) == (pattern[from / 4] >> (8 * (from % 4)) & 0xff));
        }
    }
    root.CORE(test_right_0) = root.CORE(test_right_1) = right;
    root.CORE(test_unseen) = 0;
    cycles = 0;
    while (!board.light(3) && ++cycles < 200000) board.step();
    CHECK(board.light(3));
    CHECK_FALSE(board.light(4));
}

TEST_CASE("a reading that is wrong only in the end, with both lanes levelled, is a failure too") {
    Board board;
    auto& root = *board.pins()->rootp;
    root.CORE(test_right_0) = root.CORE(test_right_1) = run(1, 2, 6);
    board.cycles_until_it_runs(2 * kRest);
    int both = 0, cycles = 0;   // changes of start_select to both lanes: one behind each setting, two in the end
    for (bool before = false; both < 66 && ++cycles < 200000; board.step()) {
        const bool now = board.pins()->ddr3_dm == 3;
        both += now && !before;
        before = now;
    }
    const unsigned lane = GENERATE(0u, 1u);
    (lane == 0 ? root.CORE(test_right_0) : root.CORE(test_right_1)) = 0;
    board.step(400);
    CHECK(board.light(4));
    CHECK_FALSE(board.light(3));
}
#endif

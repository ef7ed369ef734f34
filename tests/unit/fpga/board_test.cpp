// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "fpga/constraints.h"
#include "support/error.h"

using namespace ern;
using namespace ern::fpga;

namespace {

Top top(const Board& board, bool external = false) { return top_of(board, find_pll(board.clock_mhz, 100), external, 32); }

std::int64_t parameter(const Top& top, const std::string& name) {
    for (const auto& [key, value] : top.parameters) {
        if (key == name) return value;
    }
    FAIL("no parameter " << name);
    return 0;
}

}  // namespace

TEST_CASE("every board has each port of its top on a pin of its own") {
    std::set<std::string> names;
    for (const Board& board : boards()) {
        INFO(board.name);
        CHECK(names.insert(board.name).second);
        std::set<std::string> expected = {"oscillator", "button_n", "uart_rx", "uart_tx"}, ports, sites;
        for (int i = 0; i < board.lights; ++i) expected.insert(fmt::format("led[{}]", i));
        for (const Pin& pin : top(board).pins) {
            CHECK(ports.insert(pin.port).second);
            CHECK(sites.insert(pin.site).second);
        }
        CHECK(ports == expected);
        CHECK(board.lights >= 1);
        CHECK(board.lights <= 6);
        CHECK(board.capacity.lut4 > 20000);
    }
    CHECK(names.size() == 11);
}

TEST_CASE("a board with SDRAM has every pin of it once") {
    int boards_with_memory = 0;
    for (const Board& board : boards()) {
        if (board.memory != schedule::MemoryKind::sdr && board.memory != schedule::MemoryKind::sdr32) continue;
        ++boards_with_memory;
        INFO(board.name);
        const Top with = top(board, true);
        std::map<std::string, int> buses;
        std::set<std::string> sites;
        for (const Pin& pin : with.pins) {
            CHECK(sites.insert(pin.site).second);
            ++buses[pin.port.substr(0, pin.port.find('['))];
        }
        const bool wide = board.memory == schedule::MemoryKind::sdr32;
        CHECK(buses["sdram_a"] == (wide ? 11 : 13));
        CHECK(buses["sdram_dq"] == (wide ? 32 : 16));
        CHECK(buses["sdram_ba"] == 2);
        CHECK(buses["sdram_dqm"] == (wide ? 0 : 2));
        for (const char* single : {"clk", "ras_n", "cas_n", "we_n"}) CHECK(buses[std::string("sdram_") + single] == 1);
        for (const char* tied : {"cke", "cs_n"}) CHECK(buses[std::string("sdram_") + tied] == (wide ? 0 : 1));
        CHECK(with.unused_ports == (wide ? std::vector<std::string>{"sdram_cke", "sdram_cs_n", "sdram_dqm"} : std::vector<std::string>{}));
        CHECK(parameter(with, "W_DATA") == buses["sdram_dq"]);
        CHECK(parameter(with, "W_ROW") == buses["sdram_a"]);
        CHECK(parameter(with, "W_COLUMN") == (wide ? 8 : 9));
        CHECK(with.module == "ern_board_sdr");
    }
    CHECK(boards_with_memory == 6);
}

TEST_CASE("a board with DDR3 has every pin of it once, and the clocks of its PLL") {
    int boards_with_memory = 0;
    for (const Board& board : boards()) {
        if (board.memory != schedule::MemoryKind::ddr3) continue;
        ++boards_with_memory;
        INFO(board.name);
        const Pll pll = pll_of(board, true, 75);
        CHECK(std::abs(pll.mhz - 150) < 0.01);
        CHECK(pll_of(board, false, 75).mhz < 76);
        const Top with = top_of(board, pll, true, 128);
        CHECK(with.module == "ern_board_ddr3");
        CHECK(std::abs(with.mhz - 75) < 0.01);
        REQUIRE(with.more_mhz.size() == 2);
        CHECK(with.more_mhz[0] == pll.mhz);
        CHECK(with.more_mhz[1] == pll.vco_mhz / static_cast<double>(parameter(with, "PLL_INIT_DIV")));
        CHECK(with.more_mhz[1] < 50);
        std::map<std::string, int> buses;
        std::set<std::string> sites;
        for (const Pin& pin : with.pins) {
            CHECK(sites.insert(pin.site).second);
            ++buses[pin.port.substr(0, pin.port.find('['))];
        }
        CHECK(buses["ddr3_dq"] == 16);
        CHECK(buses["ddr3_dqs"] == 2);
        CHECK(buses["ddr3_dm"] == 2);
        CHECK(buses["ddr3_ba"] == 3);
        CHECK(buses["ddr3_a"] == (board.ddr3_part == "MT41K64M16" ? 13 : 15));
        CHECK(buses["ddr3_control"] == parameter(with, "N_CONTROL"));
        for (const char* single : {"clk", "ras_n", "cas_n", "we_n"}) CHECK(buses[std::string("ddr3_") + single] == 1);
        const std::string text = lpf(board, with);
        const std::string volts = board.ddr3_part == "MT41K64M16" ? "135" : "15";
        CHECK(text.find("IOBUF PORT \"ddr3_dqs[1]\" IO_TYPE=SSTL" + volts + "D_I SLEWRATE=FAST") != std::string::npos);
        CHECK(text.find("IOBUF PORT \"ddr3_dq[15]\" IO_TYPE=SSTL" + volts + "_I SLEWRATE=FAST TERMINATION=") != std::string::npos);
    }
    CHECK(boards_with_memory == 4);
}

TEST_CASE("the SDRAM's times are its nanoseconds in whole cycles") {
    const Board& board = find_board("ulx3s-85f");
    const Top at_100 = top(board, true);
    CHECK(parameter(at_100, "T_RCD") == 2);
    CHECK(parameter(at_100, "T_RAS") == 5);
    CHECK(parameter(at_100, "T_RC") == 7);
    CHECK(parameter(at_100, "T_RFC") == 7);
    CHECK(parameter(at_100, "T_INIT") == 20000);
    CHECK(parameter(at_100, "T_REFRESH") == 741);
    CHECK(parameter(top(find_board("colorlight-i9"), true), "T_REFRESH") == 1522);
    const Top at_125 = top_of(board, find_pll(25, 125), true, 32);
    CHECK(parameter(at_125, "T_RCD") == 3);
    CHECK(parameter(at_125, "T_RAS") == 6);
    CHECK(parameter(at_125, "T_RC") == 9);
    CHECK(parameter(at_125, "PLL_PHASE") < parameter(at_125, "PLL_OUTPUT_DIV"));
    CHECK(parameter(at_125, "PLL_PHASE") >= 1);
}

TEST_CASE("external memory on a board without a controller for it is refused") {
    CHECK_THROWS_WITH(top(find_board("ecp5-evn"), true),
                      "ecp5-evn: there is no controller for this board's memory; boards with one: ulx3s-12f, ulx3s-25f, "
                      "ulx3s-45f, ulx3s-85f, orangecrab-25f, orangecrab-85f, colorlight-i5, colorlight-i9, ecpix5-45f, ecpix5-85f");
    CHECK_THROWS_AS(find_board("spartan"), Error);
}

TEST_CASE("constraints name the oscillator's frequency and a standard for every pin") {
    const Board& board = find_board("orangecrab-25f");
    const std::string text = lpf(board, top(board));
    CHECK(text.find("FREQUENCY PORT \"oscillator\" 48.000000 MHZ;") != std::string::npos);
    CHECK(text.find(fmt::format("FREQUENCY NET \"u_clocks.clk\" {:.6f} MHZ;", 1.03 * top(board).mhz)) != std::string::npos);
    CHECK(text.find("LOCATE COMP \"button_n\" SITE \"J17\";\nIOBUF PORT \"button_n\" IO_TYPE=SSTL135_I;") != std::string::npos);
    CHECK(text.find("LOCATE COMP \"led[2]\" SITE \"K4\";\nIOBUF PORT \"led[2]\" IO_TYPE=LVCMOS33;") != std::string::npos);
}

// SPDX-License-Identifier: Apache-2.0
// Pins of the ULX3S as in its published constraints for v2.x and v3.0.x boards, capacities from the ECP5 family data sheet
// (FPGA-DS-02012) and, for the 12F, from the die that it shares with the 25F.
#include "fpga/board.h"

#include "support/error.h"

namespace ern::fpga {

namespace {

constexpr Capacity kDie25{.lut4 = 24288, .ff = 24288, .ebr = 56, .dsp = 28};
constexpr Capacity kDie45{.lut4 = 43848, .ff = 43848, .ebr = 108, .dsp = 72};
constexpr Capacity kDie85{.lut4 = 83640, .ff = 83640, .ebr = 208, .dsp = 156};

std::vector<Pin> ulx3s_pins() {
    constexpr const char* kLeds[] = {"B2", "C2", "C1", "D2", "D1", "E2", "E1", "H3"};
    std::vector<Pin> pins = {
        {"clk_25mhz", "G2", "PULLMODE=NONE"},
        {"ftdi_rxd", "L4", "PULLMODE=UP DRIVE=4"},  // the FPGA sends
        {"ftdi_txd", "M1", "PULLMODE=UP"},          // the FPGA receives
        {"btn0_n", "D6", "PULLMODE=UP"},            // low while pressed
        {"wifi_gpio0", "L2", "PULLMODE=NONE DRIVE=4"},
    };
    for (int i = 0; i < 8; ++i) pins.push_back({fmt::format("led[{}]", i), kLeds[i], "PULLMODE=NONE DRIVE=4"});
    return pins;
}

Board ulx3s(const std::string& size, const std::string& idcode, Capacity capacity) {
    return {.name = fmt::format("ulx3s-{}f", size),
            .title = fmt::format("Radiona ULX3S with LFE5U-{}F", size),
            .device = fmt::format("LFE5U-{}F", size),
            .device_option = fmt::format("--{}k", size),
            .package = "CABGA381",
            .speed_grade = 6,
            .idcode = idcode,
            .capacity = capacity,
            .top = "ern_board_ulx3s",
            .clock_port = "clk_25mhz",
            .clock_mhz = 25.0,
            .io_type = "LVCMOS33",
            .pins = ulx3s_pins()};
}

}  // namespace

std::span<const Board> boards() {
    static const std::vector<Board> all = {
        ulx3s("12", "0x21111043", kDie25),
        ulx3s("25", "", kDie25),
        ulx3s("45", "", kDie45),
        ulx3s("85", "", kDie85),
    };
    return all;
}

const Board& find_board(const std::string& name) {
    std::string known;
    for (const Board& board : boards()) {
        if (board.name == name) return board;
        known += (known.empty() ? "" : ", ") + board.name;
    }
    fail("{}: no such board; the boards are {}", name, known);
}

}  // namespace ern::fpga

// SPDX-License-Identifier: Apache-2.0
// Pins as in the boards' published constraints and in litex-boards, capacities from the ECP5 family data sheet
// (FPGA-DS-02012) and, for the 12F, from the die that it shares with the 25F.
#include "fpga/board.h"

#include <algorithm>
#include <cmath>

#include "support/error.h"

namespace ern::fpga {

using schedule::MemoryKind;

namespace {

constexpr Capacity kDie25{.lut4 = 24288, .ff = 24288, .ebr = 56, .dsp = 28};
constexpr Capacity kDie45{.lut4 = 43848, .ff = 43848, .ebr = 108, .dsp = 72};
constexpr Capacity kDie85{.lut4 = 83640, .ff = 83640, .ebr = 208, .dsp = 156};

std::vector<Pin> lights(const std::vector<const char*>& sites, const std::string& options, const std::string& io_type = "") {
    std::vector<Pin> pins;
    for (const char* site : sites) pins.push_back({fmt::format("led[{}]", pins.size()), site, options, io_type});
    return pins;
}

std::vector<Pin> operator+(std::vector<Pin> a, const std::vector<Pin>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

std::vector<Pin> bus(const std::string& name, const std::vector<const char*>& sites) {
    std::vector<Pin> pins;
    for (const char* site : sites) pins.push_back({fmt::format("{}[{}]", name, pins.size()), site, "PULLMODE=NONE DRIVE=4 SLEWRATE=FAST"});
    return pins;
}

// The light that is always on is wifi_gpio0: low, it would boot the ESP32, which may then take pins of the FPGA.
std::vector<Pin> ulx3s_pins() {
    return std::vector<Pin>{
               {"oscillator", "G2", "PULLMODE=NONE"},
               {"uart_tx", "L4", "PULLMODE=UP DRIVE=4"},
               {"uart_rx", "M1", "PULLMODE=UP"},
               {"button_n", "D6", "PULLMODE=UP"},
           } +
           lights({"B2", "C2", "C1", "D2", "D1", "L2"}, "PULLMODE=NONE DRIVE=4");
}

std::vector<Pin> ulx3s_sdram() {
    const std::string fast = "PULLMODE=NONE DRIVE=4 SLEWRATE=FAST";
    return std::vector<Pin>{{"sdram_clk", "F19", fast},   {"sdram_cke", "F20", fast},   {"sdram_cs_n", "P20", fast},
                            {"sdram_ras_n", "R20", fast}, {"sdram_cas_n", "T19", fast}, {"sdram_we_n", "T20", fast}} +
           bus("sdram_ba", {"P19", "N20"}) + bus("sdram_dqm", {"U19", "E20"}) +
           bus("sdram_a", {"M20", "M19", "L20", "L19", "K20", "K19", "K18", "J20", "J19", "H20", "N19", "G20", "G19"}) +
           bus("sdram_dq", {"J16", "L18", "M18", "N18", "P18", "T18", "T17", "U20", "E19", "D20", "D19", "C20", "E18", "F18",
                            "J18", "J17"});
}

// M12L64322A or EM638325: 2,048 rows of 256 columns. The board ties cke, cs_n and dqm.
std::vector<Pin> colorlight_sdram() {
    const std::string fast = "PULLMODE=NONE DRIVE=4 SLEWRATE=FAST";
    return std::vector<Pin>{{"sdram_clk", "B9", fast}, {"sdram_ras_n", "B10", fast}, {"sdram_cas_n", "A9", fast}, {"sdram_we_n", "A10", fast}} +
           bus("sdram_ba", {"B11", "C8"}) +
           bus("sdram_a", {"B13", "C14", "A16", "A17", "B16", "B15", "A14", "A13", "A12", "A11", "B12"}) +
           bus("sdram_dq", {"D15", "E14", "E13", "D12", "E12", "D11", "C10", "B17", "B8", "A8", "C7", "A7", "A6", "B6", "A5", "B5",
                            "D5", "C5", "D6", "C6", "E7", "D7", "E8", "D8", "E9", "D9", "E11", "C11", "C12", "D13", "D14", "C15"});
}

// DDR3 of 16 bits. `standard` is that of the data, "D" in it makes a pair; `more` are the pins of ddr3_control behind cke and odt.
struct DdrSites {
    const char *clk, *ras_n, *cas_n, *we_n, *cke, *odt;
    std::vector<const char*> ba, a, dm, dqs, dq, more;
};
std::vector<Pin> ddr3_pins(const std::string& volts, const std::string& termination, const DdrSites& s) {
    const std::string single = "SSTL" + volts + "_I", pair = "SSTL" + volts + "D_I", fast = "SLEWRATE=FAST";
    std::vector<Pin> pins;
    const auto add = [&](const std::string& name, const std::vector<const char*>& sites, const std::string& options, const std::string& type) {
        for (std::size_t i = 0; i < sites.size(); ++i) pins.push_back({fmt::format("ddr3_{}[{}]", name, i), sites[i], options, type});
    };
    pins = {{"ddr3_clk", s.clk, fast, pair}, {"ddr3_ras_n", s.ras_n, fast, single}, {"ddr3_cas_n", s.cas_n, fast, single},
            {"ddr3_we_n", s.we_n, fast, single}};
    std::vector<const char*> control = {s.cke, s.odt};
    control.insert(control.end(), s.more.begin(), s.more.end());
    add("ba", s.ba, fast, single);
    add("a", s.a, fast, single);
    add("dm", s.dm, fast, single);
    add("dqs", s.dqs, fast + " TERMINATION=OFF DIFFRESISTOR=100", pair);
    add("dq", s.dq, fast + " TERMINATION=" + termination, single);
    add("control", control, fast, single);
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
            .clock_mhz = 25.0,
            .io_type = "LVCMOS33",
            .lights = 6,
            .memory = MemoryKind::sdr,
            .pins = ulx3s_pins(),
            .memory_pins = ulx3s_sdram()};
}

// Behind odt: cs_n, reset_n; low: a[13..15], which a part of 1 Gbit does not use, and two pins that are grounded on the board; high:
// six that are at the banks' supply there.
std::vector<Pin> orangecrab_ddr3() {
    return ddr3_pins("135", "OFF",
                     {.clk = "J18", .ras_n = "C12", .cas_n = "D13", .we_n = "B12", .cke = "D18", .odt = "C13",
                      .ba = {"D6", "B7", "A6"},
                      .a = {"C4", "D2", "D3", "A3", "A4", "D4", "C3", "B2", "B1", "D1", "A7", "C2", "B6"},
                      .dm = {"D16", "G16"},
                      .dqs = {"B15", "G18"},
                      .dq = {"C17", "D15", "B17", "C16", "A15", "B13", "A17", "A13", "F17", "F16", "G15", "F15", "J16", "C18",
                             "H16", "F18"},
                      .more = {"A12", "L18", "C1", "A2", "C7", "L15", "L16", "K16", "D17", "K15", "K17", "B18", "C6"}});
}

std::vector<Pin> ecpix5_ddr3() {
    return ddr3_pins("15", "75",
                     {.clk = "H3", .ras_n = "T3", .cas_n = "P2", .we_n = "R3", .cke = "P1", .odt = "P3",
                      .ba = {"U6", "N3", "N4"},
                      .a = {"T5", "M3", "L3", "V6", "K2", "W6", "K3", "L1", "H2", "L2", "N1", "J1", "M1", "K1", "H1"},
                      .dm = {"U4", "U1"},
                      .dqs = {"V4", "V1"},
                      .dq = {"T4", "W4", "R4", "W5", "R6", "P6", "P5", "P4", "R1", "W3", "T2", "V3", "U3", "W1", "T1", "W2"},
                      .more = {}});
}

// Version 0.2. The button's bank runs at 1.35 V. The serial port is on pins 0 and 1 of the Feather header.
Board orangecrab(const std::string& size, Capacity capacity) {
    return {.name = fmt::format("orangecrab-{}f", size),
            .title = fmt::format("OrangeCrab r0.2 with LFE5U-{}F", size),
            .device = fmt::format("LFE5U-{}F", size),
            .device_option = fmt::format("--{}k", size),
            .package = "CSFBGA285",
            .speed_grade = 8,
            .idcode = "",
            .capacity = capacity,
            .clock_mhz = 48.0,
            .io_type = "LVCMOS33",
            .lights = 3,
            .lights_low = true,
            .memory = MemoryKind::ddr3,
            .pins = std::vector<Pin>{{"oscillator", "A9", ""},
                                     {"uart_rx", "N17", "PULLMODE=UP"},
                                     {"uart_tx", "M18", ""},
                                     {"button_n", "J17", "", "SSTL135_I"}} +
                    lights({"M3", "J3", "K4"}, ""),
            .memory_pins = orangecrab_ddr3(),
            .ddr3_part = "MT41K64M16",
            .ddr3_options = {"--swap-dm", "--no-rtt"}};
}

Board colorlight(const std::string& name, const std::string& size, Capacity capacity, const char* light) {
    return {.name = "colorlight-" + name,
            .title = fmt::format("Colorlight {} with LFE5U-{}F", name, size),
            .device = fmt::format("LFE5U-{}F", size),
            .device_option = fmt::format("--{}k", size),
            .package = "CABGA381",
            .speed_grade = 6,
            .idcode = "",
            .capacity = capacity,
            .clock_mhz = 25.0,
            .io_type = "LVCMOS33",
            .lights = 1,
            .lights_low = true,
            .memory = MemoryKind::sdr32,
            .pins = std::vector<Pin>{{"oscillator", "P3", ""},
                                     {"uart_rx", "H18", "PULLMODE=UP"},
                                     {"uart_tx", "J17", ""},
                                     {"button_n", "K18", "PULLMODE=UP"}} +
                    lights({light}, ""),
            .memory_pins = colorlight_sdram()};
}

// Green lights of the four RGB lights, then red of the first.
Board ecpix5(const std::string& size, Capacity capacity) {
    return {.name = fmt::format("ecpix5-{}f", size),
            .title = fmt::format("LambdaConcept ECPIX-5 with LFE5UM5G-{}F", size),
            .device = fmt::format("LFE5UM5G-{}F", size),
            .device_option = fmt::format("--um5g-{}k", size),
            .package = "CABGA554",
            .speed_grade = 8,
            .idcode = "",
            .capacity = capacity,
            .clock_mhz = 100.0,
            .io_type = "LVCMOS33",
            .lights = 5,
            .lights_low = true,
            .memory = MemoryKind::ddr3,
            .pins = std::vector<Pin>{{"oscillator", "K23", ""},
                                     {"uart_rx", "R26", "PULLMODE=UP"},
                                     {"uart_tx", "R24", ""},
                                     {"button_n", "N5", "PULLMODE=UP"}} +
                    lights({"R23", "K24", "W21", "R21", "P21"}, ""),
            .memory_pins = ecpix5_ddr3(),
            .ddr3_part = "MT41K256M16"};
}

Board evaluation_board() {
    return {.name = "ecp5-evn",
            .title = "Lattice ECP5 evaluation board with LFE5UM5G-85F",
            .device = "LFE5UM5G-85F",
            .device_option = "--um5g-85k",
            .package = "CABGA381",
            .speed_grade = 8,
            .idcode = "",
            .capacity = kDie85,
            .clock_mhz = 12.0,
            .io_type = "LVCMOS33",
            .lights = 5,
            .lights_low = true,
            .pins = std::vector<Pin>{{"oscillator", "A10", ""},
                                     {"uart_rx", "P2", "PULLMODE=UP"},
                                     {"uart_tx", "P3", ""},
                                     {"button_n", "P4", "PULLMODE=UP", "LVCMOS25"}} +
                    lights({"A13", "A12", "B19", "A18", "B18"}, "", "LVCMOS25"),
            .memory_pins = {}};
}

}  // namespace

std::span<const Board> boards() {
    static const std::vector<Board> all = {
        ulx3s("12", "0x21111043", kDie25),
        ulx3s("25", "", kDie25),
        ulx3s("45", "", kDie45),
        ulx3s("85", "", kDie85),
        orangecrab("25", kDie25),
        orangecrab("85", kDie85),
        colorlight("i5", "25", kDie25, "U16"),
        colorlight("i9", "45", kDie45, "L2"),
        ecpix5("45", kDie45),
        ecpix5("85", kDie85),
        evaluation_board(),
    };
    return all;
}

namespace {

// The names of those boards that are wanted, for a message.
template <typename Wanted>
std::string names(const Wanted& wanted) {
    std::string text;
    for (const Board& board : boards()) {
        if (wanted(board)) text += (text.empty() ? "" : ", ") + board.name;
    }
    return text;
}

std::int64_t count_pins(const Board& board, const std::string& bus) {
    return std::count_if(board.memory_pins.begin(), board.memory_pins.end(), [&](const Pin& p) { return p.port.starts_with(bus + "["); });
}

bool has_port(const Board& board, const std::string& port) {
    return count_pins(board, port) > 0 ||
           std::any_of(board.memory_pins.begin(), board.memory_pins.end(), [&](const Pin& p) { return p.port == port; });
}

// Parameters of ern_sdram for parts of grade -7 and faster at CAS latency 3: times in ns, rounded up to cycles. A part of 32 bits has
// 256 columns instead of 512, and half as many refreshes.
std::vector<std::pair<std::string, std::int64_t>> sdram_parameters(const Board& board, double mhz) {
    const bool wide = board.memory == MemoryKind::sdr32;
    const double cycle_ns = 1e3 / mhz;
    const auto cycles = [&](double ns) { return static_cast<std::int64_t>(std::ceil(ns / cycle_ns - 1e-9)); };
    constexpr std::int64_t kRefreshWaits = 40;  // cycles that a refresh may wait for what is under way
    return {{"W_DATA", count_pins(board, "sdram_dq")}, {"W_ROW", count_pins(board, "sdram_a")}, {"W_COLUMN", wide ? 8 : 9},
            {"T_INIT", cycles(200e3)}, {"T_RCD", cycles(20)}, {"T_RP", cycles(20)}, {"T_RAS", cycles(45)},
            {"T_RC", cycles(65)}, {"T_RRD", cycles(15)}, {"T_WR", std::max<std::int64_t>(2, cycles(15))},
            {"T_RFC", cycles(66)}, {"T_REFRESH", static_cast<std::int64_t>((wide ? 15625 : 7812.5) / cycle_ns) - kRefreshWaits}};
}

// VCO cycles from clk to the memory's clock. With s that time in cycles of clk, a read's data are stable at the FPGA from
// s + 2 + (tAC + pads) to s + 3 + (tOH + pads) after the edge that sent the command: tAC 5.4 ns, tOH 2.7 ns, pads and board
// about 3.5 ns. s puts the middle of that on the fourth edge, and keeps 0.2 cycles for the hold time of commands.
int sdram_phase(const Pll& pll) {
    const double cycle_ns = 1e3 / pll.mhz, middle_ns = (5.4 + 2.7) / 2 + 3.5;
    const double s = std::clamp(1.5 - middle_ns / cycle_ns, 0.4, 0.8);
    return std::min(static_cast<int>(std::lround(s * pll.output_div)), pll.output_div - 1);
}

}  // namespace

const Board& find_board(const std::string& name) {
    for (const Board& board : boards()) {
        if (board.name == name) return board;
    }
    fail("{}: no such board; the boards are {}", name, names([](const Board&) { return true; }));
}

Pll pll_of(const Board& board, bool external_memory, double mhz) {
    return find_pll(board.clock_mhz, external_memory && board.memory == MemoryKind::ddr3 ? 2 * mhz : mhz);
}

namespace {

void add_sdram(Top& top, const Board& board, const Pll& pll) {
    for (const char* file : {"ern_pad_out.v", "ern_pad_both.v"}) top.files.emplace_back(file);
    top.parameters.emplace_back("PLL_PHASE", sdram_phase(pll));
    for (const auto& parameter : sdram_parameters(board, pll.mhz)) top.parameters.push_back(parameter);
    for (const char* port : {"sdram_cke", "sdram_cs_n", "sdram_dqm"}) {
        if (!has_port(board, port)) top.unused_ports.emplace_back(port);
    }
}

void add_ddr3(Top& top, const Board& board, const Pll& pll) {
    constexpr double kInitMhz = 25;
    const auto init_div = std::max<std::int64_t>(1, std::llround(pll.vco_mhz / kInitMhz));
    top.mhz = pll.mhz / 2;
    top.more_mhz = {pll.mhz, pll.vco_mhz / static_cast<double>(init_div)};
    top.parameters.emplace_back("PLL_INIT_DIV", init_div);
    top.parameters.emplace_back("W_ROW", count_pins(board, "ddr3_a"));
    top.parameters.emplace_back("N_CONTROL", count_pins(board, "ddr3_control"));
}

}  // namespace

Top top_of(const Board& board, const Pll& pll, bool external_memory, int port_bits) {
    if (external_memory && board.memory == MemoryKind::none) {
        fail("{}: there is no controller for this board's memory; boards with one: {}", board.name,
             names([](const Board& b) { return b.memory != MemoryKind::none; }));
    }
    const bool ddr3 = external_memory && board.memory == MemoryKind::ddr3;
    Top top{.module = !external_memory ? "ern_board" : ddr3 ? "ern_board_ddr3" : "ern_board_sdr",
            .files = {ddr3 ? "ern_clocks_ddr3.v" : "ern_clocks.v"},
            .pins = board.pins,
            .parameters = {{"OSCILLATOR_KHZ", std::llround(board.clock_mhz * 1e3)},
                           {"PLL_INPUT_DIV", pll.input_div},
                           {"PLL_FEEDBACK_DIV", pll.feedback_div},
                           {"PLL_OUTPUT_DIV", pll.output_div},
                           {"N_LIGHTS", board.lights},
                           {"LIGHTS_LOW", board.lights_low ? 1 : 0}},
            .mhz = pll.mhz};
    top.files.push_back(top.module + ".v");
    if (!external_memory) return top;
    top.pins.insert(top.pins.end(), board.memory_pins.begin(), board.memory_pins.end());
    top.parameters.emplace_back("W_PORT", port_bits);
    if (ddr3) add_ddr3(top, board, pll);
    else add_sdram(top, board, pll);
    return top;
}

}  // namespace ern::fpga

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "fpga/pll.h"
#include "schedule/accelerator.h"

namespace ern::fpga {

// What a device has. One LUT4 of ECP5 is half a slice; two make one CCU2C.
struct Capacity {
    int lut4 = 0;
    int ff = 0;
    int ebr = 0;  // block RAMs of 18 kbit
    int dsp = 0;  // 18 x 18 multipliers
};

// One pin of the board's top. `options` goes to the constraint file after IO_TYPE.
struct Pin {
    std::string port;
    std::string site;
    std::string options;
    std::string io_type{};  // where it differs from the board's
};

struct Board {
    std::string name;
    std::string title;
    std::string device;         // as on the chip: LFE5U-25F
    std::string device_option;  // of nextpnr-ecp5
    std::string package;
    int speed_grade = 6;
    std::string idcode;  // for ecppack where it differs from the die's own, else empty
    Capacity capacity;
    double clock_mhz = 0;    // of the oscillator
    std::string io_type;
    int lights = 1;          // of ern_board: heartbeat, running, result, picture, error, one that is always on
    bool lights_low = false; // on while their pin is low
    schedule::MemoryKind memory = schedule::MemoryKind::none;  // external memory that there is a controller for
    std::vector<Pin> pins;         // of ern_board
    std::vector<Pin> memory_pins;  // further ones of ern_board_sdr, ern_board_ddr3
    std::string ddr3_part{};                  // a part of LiteDRAM's
    std::vector<std::string> ddr3_options{};  // of fpga/ddr3/generate.py

    bool is_85f() const { return device.ends_with("-85F"); }         // the largest die
    bool is_45f() const { return device.ends_with("-45F"); }
    bool is_5g() const { return device.starts_with("LFE5UM5G-"); }  // faster cells at the same speed grade
};

// Port of the oscillator in every top.
inline constexpr const char* kClockPort = "oscillator";
// Net of the accelerator's clock in every top's netlist.
inline constexpr const char* kClockNet = "u_clocks.clk";

// Module of rtl_templates/boards that puts an accelerator on a board, and its parameters at this clock.
struct Top {
    std::string module;
    std::vector<std::string> files;  // below rtl_templates/boards
    std::vector<Pin> pins;
    std::vector<std::pair<std::string, std::int64_t>> parameters;
    double mhz = 0;                   // of the accelerator
    std::vector<double> more_mhz{};  // of the clocks beside it and the oscillator
    std::vector<std::string> unused_ports{};  // the module's outputs whose levels the board fixes
};

// The PLL for an accelerator at this clock: its output is that clock or, with DDR3, twice it, the part's.
Pll pll_of(const Board& board, bool external_memory, double mhz);

// Throws Error where the board lacks the memory.
Top top_of(const Board& board, const Pll& pll, bool external_memory, int port_bits);

// Every board there is, in the order of their names in the documentation.
std::span<const Board> boards();

// The board of this name. Throws Error with the names there are.
const Board& find_board(const std::string& name);

}  // namespace ern::fpga

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

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
};

struct Board {
    std::string name;
    std::string title;
    std::string device;         // as on the chip
    std::string device_option;  // of nextpnr-ecp5
    std::string package;
    int speed_grade = 6;
    std::string idcode;  // for ecppack where it differs from the die's own, else empty
    Capacity capacity;
    std::string top;         // module of rtl_templates/boards
    std::string clock_port;  // of the oscillator
    double clock_mhz = 0;
    std::string io_type;
    std::vector<Pin> pins;
};

// Every board there is, in the order of their names in the documentation.
std::span<const Board> boards();

// The board of this name. Throws Error with the names there are.
const Board& find_board(const std::string& name);

}  // namespace ern::fpga

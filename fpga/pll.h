// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ern::fpga {

// Dividers of an EHXPLLL whose feedback is its first output:
//   output = input * feedback_div / input_div, VCO = output * output_div
struct Pll {
    int input_div = 1;
    int feedback_div = 1;
    int output_div = 1;
    double mhz = 0;      // the exact output
    double vco_mhz = 0;  // 400..800
};

// The dividers whose output is nearest to wanted_mhz; of equal ones those with the fastest phase detector, then with the
// VCO nearest to the middle of its range. Limits of the ECP5 data sheet: phase detector 3.125 to 400 MHz, VCO 400 to
// 800 MHz, output 3.125 to 400 MHz, dividers 1 to 128. Throws Error where nothing is within 0.5 %, which a serial
// link that counts this clock would not survive for long.
Pll find_pll(double input_mhz, double wanted_mhz);

}  // namespace ern::fpga

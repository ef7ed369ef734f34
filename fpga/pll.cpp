// SPDX-License-Identifier: Apache-2.0
#include "fpga/pll.h"

#include <cmath>
#include <tuple>

#include "support/error.h"

namespace ern::fpga {

namespace {

constexpr int kMostDiv = 128;
constexpr double kLeastDetectorMhz = 3.125;
constexpr double kLeastVcoMhz = 400;
constexpr double kMostVcoMhz = 800;
constexpr double kLeastOutputMhz = 3.125;
constexpr double kMostOutputMhz = 400;
constexpr double kTolerance = 0.005;

double vco_distance(double vco_mhz) { return std::abs(vco_mhz - (kLeastVcoMhz + kMostVcoMhz) / 2); }

// The output divider with the VCO nearest to the middle of its range, or 0.
int best_output_div(double output_mhz) {
    int best = 0;
    for (int div = 1; div <= kMostDiv; ++div) {
        const double vco = output_mhz * div;
        if (vco < kLeastVcoMhz || vco > kMostVcoMhz) continue;
        if (best == 0 || vco_distance(vco) < vco_distance(output_mhz * best)) best = div;
    }
    return best;
}

}  // namespace

Pll find_pll(double input_mhz, double wanted_mhz) {
    if (!(wanted_mhz >= kLeastOutputMhz && wanted_mhz <= kMostOutputMhz)) {
        fail("clock of {} MHz: a PLL makes {} to {} MHz", wanted_mhz, kLeastOutputMhz, kMostOutputMhz);
    }
    Pll best;
    const auto rank = [wanted_mhz](const Pll& p) { return std::make_tuple(std::abs(p.mhz - wanted_mhz), p.input_div); };
    for (int input_div = 1; input_mhz / input_div >= kLeastDetectorMhz; ++input_div) {
        for (int feedback_div = 1; feedback_div <= kMostDiv; ++feedback_div) {
            Pll p{.input_div = input_div, .feedback_div = feedback_div};
            p.mhz = input_mhz * feedback_div / input_div;
            p.output_div = best_output_div(p.mhz);
            p.vco_mhz = p.mhz * p.output_div;
            if (p.output_div > 0 && (best.mhz == 0 || rank(p) < rank(best))) best = p;
        }
    }
    if (best.mhz == 0 || std::abs(best.mhz - wanted_mhz) > kTolerance * wanted_mhz) {
        fail("clock of {} MHz: the nearest that a PLL makes of {} MHz is {:.4f} MHz; set [clock] mhz to that", wanted_mhz,
             input_mhz, best.mhz);
    }
    return best;
}

}  // namespace ern::fpga

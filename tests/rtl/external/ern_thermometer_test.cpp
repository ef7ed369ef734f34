// SPDX-License-Identifier: Apache-2.0
// Every byte of every colour against clamp(floor((v - 8(e + 1) + 79) / 80), 0, 3); lanes beyond the codes are zero.
#include <algorithm>

#include "Vtop.h"
#include "stream.h"

TEST_CASE("the codes of every byte are the formula's") {
    using namespace ern::rtl;
    constexpr int kCodes = 10;
    VerilatedContext context;
    Vtop top(&context);
    int compared = 0;
    for (int colour = 0; colour < N_COLOURS; ++colour) {
        for (int v = 0; v < 256; ++v) {
            set_port(top.in_pixel, static_cast<std::uint64_t>((v >> 3) << 1 | ((v & 7) != 0)) << (6 * colour));
            top.eval();
            for (int lane = 0; lane < N_LANES; ++lane) {
                const int x = (lane / kCodes == colour ? v : 0) - 8 * (lane % kCodes + 1) + 79;
                const int expected = lane >= kCodes * N_COLOURS || x < 0 ? 0 : std::min(3, x / 80);
                const auto at = static_cast<std::size_t>(lane);
                const auto code = get_field(top.out_lo, at, 1) + 2 * get_field(top.out_hi, at, 1);
                if (code != static_cast<unsigned>(expected)) FAIL("byte " << v << ", lane " << lane << ": code " << code);
                ++compared;
            }
        }
    }
    CHECK(compared == N_COLOURS * 256 * N_LANES);
    top.final();
    ern::harness::write_coverage(context);
}

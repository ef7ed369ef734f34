// SPDX-License-Identifier: Apache-2.0
#include "fpga/constraints.h"

#include <fmt/format.h>

namespace ern::fpga {

std::string lpf(const Board& board, const Top& top) {
    // Paths that only look unconstrained must stay visible in the report, so nothing is blocked here.
    std::string text = fmt::format("# {}, package {}\nFREQUENCY PORT \"{}\" {:.6f} MHZ;\nFREQUENCY NET \"{}\" {:.6f} MHZ;\n",
                                   board.title, board.package, kClockPort, board.clock_mhz, kClockNet, asked_mhz(top));
    for (const Pin& pin : top.pins) {
        text += fmt::format("LOCATE COMP \"{0}\" SITE \"{1}\";\nIOBUF PORT \"{0}\" IO_TYPE={2}{3}{4};\n", pin.port, pin.site,
                            pin.io_type.empty() ? board.io_type : pin.io_type, pin.options.empty() ? "" : " ", pin.options);
    }
    return text;
}

}  // namespace ern::fpga

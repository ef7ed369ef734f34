// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "support/error.h"

namespace ern::fpga {

inline bool starts(std::string_view line, std::string_view with) { return line.substr(0, with.size()) == with; }

// Calls use(line, offset of the line in the text) for each line of a JSON netlist of Yosys, without its line break. A netlist of a
// whole accelerator is hundreds of megabytes, so it is worked on as text. Throws Error where the text is not such a netlist.
template <typename Use>
void for_each_netlist_line(const std::string& json, Use use) {
    if (!starts(json, "{\n  \"creator\": \"Yosys")) fail("the netlist is not JSON as Yosys writes it");
    for (std::size_t at = 0; at < json.size();) {
        const std::size_t end = std::min(json.find('\n', at), json.size());
        use(std::string_view(json).substr(at, end - at), at);
        at = end + 1;
    }
}

}  // namespace ern::fpga

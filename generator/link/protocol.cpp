// SPDX-License-Identifier: Apache-2.0
#include "link/protocol.h"

#include <fmt/format.h>

#include <span>

namespace ern::link {

namespace {

void define(std::string& text, std::string_view prefix, int bits, std::span<const Constant> table) {
    for (const Constant& c : table) {
        text += fmt::format("`define ERN_{}_{:<16} {}'d{:<3} // {}\n", prefix, c.name, bits, c.value, c.meaning);
    }
    text += "\n";
}

void tabulate(std::string& text, std::string_view title, std::span<const Constant> table) {
    text += fmt::format("### {}\n\n| number | name | meaning |\n|---|---|---|\n", title);
    for (const Constant& c : table) text += fmt::format("| {} | {} | {} |\n", c.value, c.name, c.meaning);
    text += "\n";
}

}  // namespace

std::string protocol_verilog() {
    std::string text =
        "// SPDX-License-Identifier: Apache-2.0\n"
        "// Numbers of the host link. Made from the tables in generator/link/protocol.h.\n"
        "`ifndef ERN_LINK_DEFS_VH\n`define ERN_LINK_DEFS_VH\n\n";
    text += fmt::format("`define ERN_LINK_MAGIC 32'h{:08x}\n`define ERN_LINK_VERSION 32'd{}\n", kMagic, kVersion);
    text += fmt::format("`define ERN_LINK_FRAME_BYTES {}\n`define ERN_LINK_MAX_WORDS 8'd{}\n\n", kFrameBytes, kMaxWords);
    define(text, "CMD", 8, kOpcodes);
    define(text, "ANSWER", 8, kStatuses);
    define(text, "MEMORY", 8, kMemories);
    define(text, "REG", 6, kRegisters);
    return text + "`endif\n";
}

std::string protocol_markdown() {
    std::string text;
    tabulate(text, "Commands", kOpcodes);
    tabulate(text, "Answers", kStatuses);
    tabulate(text, "Memories", kMemories);
    tabulate(text, "Registers", kRegisters);
    return text;
}

}  // namespace ern::link

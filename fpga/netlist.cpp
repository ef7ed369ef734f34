// SPDX-License-Identifier: Apache-2.0
// The layout that is relied on (Yosys 0.23 to 0.70; each line by its indentation):
//   ·6·"ports": {          one such section starts each module
//  ·10·"bits": [ 3, 4 ]    of a port
//   ·6·"cells": {
//  ·10·"type": "CCU2C",
//  ·12·"INIT0": "0...",    inside "parameters"
//  ·12·"COUT": [ 21 ],     inside "connections", by name: C0 before CIN before COUT
//   ·6·"netnames": {       names only: not a use
#include "fpga/netlist.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fpga/netlist_text.h"

namespace ern::fpga {

namespace {

enum class Section { other, ports, cells };

struct CarryOutput {
    std::uint32_t net;
    std::size_t at;  // of the number in the text
    std::size_t length;
};

// Calls use(number, offset in line, length) for each net number between the brackets that end a line.
template <typename Use>
void for_each_net(std::string_view line, Use use) {
    const std::size_t open = line.rfind(": [");
    if (open == std::string_view::npos) return;
    for (std::size_t i = open + 3; i < line.size();) {
        if (line[i] == '"') {  // a constant
            i = line.find('"', i + 1) + 1;
            continue;
        }
        if (line[i] < '0' || line[i] > '9') {
            ++i;
            continue;
        }
        const std::size_t from = i;
        std::uint32_t number = 0;
        for (; i < line.size() && line[i] >= '0' && line[i] <= '9'; ++i) {
            number = number * 10 + static_cast<std::uint32_t>(line[i] - '0');
        }
        use(number, from, i - from);
    }
}

// INIT0 of a position that gives A & B upwards, whatever comes from below (ern_ecp5_pair's separator), where C is 1.
constexpr std::string_view kSeparator = "            \"INIT0\": \"0000000000001000\"";

// Finds, module by module, the carry outputs whose net occurs nowhere else, and the constants that go into separators.
class Scanner {
  public:
    void line(std::string_view text, std::size_t at) {
        if (starts(text, "      \"") && text[7] != ' ') {
            if (starts(text, "      \"ports\": {")) finish_module();
            section_ = starts(text, "      \"ports\": {")   ? Section::ports
                       : starts(text, "      \"cells\": {") ? Section::cells
                                                            : Section::other;
        } else if (section_ == Section::ports && starts(text, "          \"bits\": [")) {
            count(text);
        } else if (section_ == Section::cells && starts(text, "          \"type\": ")) {
            carry_cell_ = starts(text, "          \"type\": \"CCU2C\"");
            separator_ = false;
        } else if (carry_cell_ && starts(text, kSeparator)) {
            separator_ = true;
        } else if (section_ == Section::cells && starts(text, "            \"") && text.find(": [") != std::string_view::npos) {
            count(text);
            if (!carry_cell_) return;
            if (starts(text, "            \"C0\": [")) separator_ = separator_ && text.find("[ \"1\" ]") != std::string_view::npos;
            if (separator_ && starts(text, "            \"CIN\": [ \"")) unused_.push_back({0, at + text.find("[ ") + 2, 3});
            if (!starts(text, "            \"COUT\": [")) return;
            for_each_net(text, [&](std::uint32_t net, std::size_t from, std::size_t length) {
                outputs_.push_back({net, at + from, length});
            });
        }
    }

    std::vector<CarryOutput> finish() {
        finish_module();
        return std::move(unused_);
    }

  private:
    void count(std::string_view text) {
        for_each_net(text, [&](std::uint32_t net, std::size_t, std::size_t) { ++uses_[net]; });
    }

    void finish_module() {
        for (const CarryOutput& output : outputs_) {
            if (uses_[output.net] == 1) unused_.push_back(output);
        }
        outputs_.clear();
        uses_.clear();
    }

    Section section_ = Section::other;
    bool carry_cell_ = false, separator_ = false;
    std::unordered_map<std::uint32_t, std::uint32_t> uses_;
    std::vector<CarryOutput> outputs_, unused_;
};

}  // namespace

ChainEnds open_chain_ends(const std::string& json) {
    Scanner scanner;
    for_each_netlist_line(json, [&](std::string_view line, std::size_t at) { scanner.line(line, at); });
    ChainEnds result;
    std::size_t copied = 0;
    std::vector<CarryOutput> ends = scanner.finish();
    std::sort(ends.begin(), ends.end(), [](const CarryOutput& a, const CarryOutput& b) { return a.at < b.at; });
    for (const CarryOutput& output : ends) {
        result.json.append(json, copied, output.at - copied).append("\"x\"");
        copied = output.at + output.length;
        ++result.opened;
    }
    result.json.append(json, copied);
    return result;
}

}  // namespace ern::fpga

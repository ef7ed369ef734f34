// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

struct Place {  // of a value in the text
    std::size_t at = 0, length = 0;
};

// A number of a net, or nothing: "0", "1" and "x" stand for constants.
inline std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end == text.data()) return std::nullopt;
    return value;
}

// What an entry `"NAME": VALUE` of a cell holds: the name, and the value without brackets, quotation marks kept.
struct Entry {
    std::string_view name, value;
    std::size_t value_at;
};

inline Entry entry_of(std::string_view line, std::size_t at) {
    const std::size_t from = line.find('"') + 1, colon = line.find("\": ", from);
    std::size_t first = colon + 3, last = line.size();
    if (line.back() == ',') --last;
    if (line[first] == '[') first += 2, last -= 2;
    return {line.substr(from, colon - from), line.substr(first, last - first), at + first};
}

// Calls use(net, its place in the text) for each net of an entry's list; constants are none.
template <typename Use>
void for_each_net(const Entry& e, Use use) {
    for (std::size_t i = 0; i < e.value.size();) {
        const std::size_t end = std::min(e.value.find(',', i), e.value.size());
        if (const auto net = number(e.value.substr(i, end - i))) use(*net, Place{e.value_at + i, end - i});
        i = end + 2;
    }
}

// One line of the cells of a module, for for_each_netlist_module.
template <typename Module>
void walk_cell_line(Module& module, std::string_view text, std::size_t at, bool& connections) {
    if (starts(text, "        \"")) {
        module.begin_cell(text.substr(9, text.rfind("\": {") - 9), at);
    } else if (starts(text, "        }")) {
        module.end_cell(at + text.size() + 1, text.back() != ',');
    } else if (starts(text, "          \"type\": \"")) {
        module.type(text.substr(19, text.rfind('"') - 19));
    } else if (starts(text, "          \"")) {
        connections = starts(text, "          \"connections\": {");
    } else if (starts(text, "            \"") && text.find(": [ ]") == std::string_view::npos) {
        module.entry(entry_of(text, at), connections);
    }
}

// Walks through the modules of a netlist. Each is a Module() that is told, in the order of the text, port_bits(entry) of its ports, and of
// its cells begin_cell(name, where its text begins), type(type), entry(entry, whether it is a connection) and end_cell(where its text
// ends, whether it is the last); then finish(module) is called. Throws Error where the text is not such a netlist.
// The layout that is relied on (Yosys 0.23 to 0.70; each line by its indentation):
//   ·6·"ports": {          one such section starts each module
//  ·10·"bits": [ 3, 4 ]    of a port
//   ·6·"cells": {
//   ·8·"name": {  ...  ·8·},
//  ·10·"type": "DP16KD",
//  ·12·"REGMODE_A": "NOREG",   inside "parameters"
//  ·12·"DOA0": [ 21 ],         inside "connections", in the order of their names
//   ·6·"netnames": {       names only: not a use
template <typename Module, typename Finish>
void for_each_netlist_module(const std::string& json, Finish finish) {
    Module module;
    bool ports = false, cells = false, connections = false;
    for_each_netlist_line(json, [&](std::string_view text, std::size_t at) {
        if (starts(text, "      \"")) {
            ports = starts(text, "      \"ports\": {");
            cells = starts(text, "      \"cells\": {");
            if (!ports) return;
            finish(module);
            module = Module();
        } else if (ports && starts(text, "          \"bits\": [ ")) {
            module.port_bits(entry_of(text, at));
        } else if (cells) {
            walk_cell_line(module, text, at, connections);
        }
    });
    finish(module);
}

struct Edit {
    std::size_t at, length;
    std::string text;  // instead of these characters
};

// The text with all edits made. They do not overlap; several at the same place are made in their order.
inline std::string with_edits(const std::string& json, std::vector<Edit> edits) {
    std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.at < b.at; });
    std::string result;
    std::size_t copied = 0;
    for (const Edit& edit : edits) {
        result.append(json, copied, edit.at - copied).append(edit.text);
        copied = edit.at + edit.length;
    }
    return result.append(json, copied);
}

}  // namespace ern::fpga

// SPDX-License-Identifier: Apache-2.0
#include "fpga/output_registers.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/error.h"

using namespace ern::fpga;

namespace {

using json = nlohmann::ordered_json;   // in the order of Yosys

json bits(int net) {
    return json::array({net});
}

json ram(int width, int clock, const std::vector<int>& a, const std::vector<int>& b) {
    json cell = {{"hide_name", 0}, {"type", "DP16KD"}};
    std::string binary = "00000000000000000000000000000000";
    for (int i = 0; i < 6; ++i) binary[static_cast<std::size_t>(31 - i)] = (width >> i & 1) != 0 ? '1' : '0';
    cell["parameters"] = {
        {"DATA_WIDTH_A", binary}, {"DATA_WIDTH_B", binary}, {"REGMODE_A", "NOREG"}, {"REGMODE_B", "NOREG"}};
    cell["connections"] = {{"CLKA", bits(clock)}, {"CLKB", bits(clock)}, {"OCEA", {"0"}}, {"OCEB", {"1"}}};
    for (std::size_t i = 0; i < a.size(); ++i) cell["connections"]["DOA" + std::to_string(i)] = bits(a[i]);
    for (std::size_t i = 0; i < b.size(); ++i) cell["connections"]["DOB" + std::to_string(i)] = bits(b[i]);
    return cell;
}

json flip_flop(int clock, int in, int out) {
    return {{"hide_name", 0},
            {"type", "TRELLIS_FF"},
            {"parameters", {{"CEMUX", "1 "}, {"CLKMUX", "CLK"}, {"LSRMUX", "LSR"}, {"REGSET", "RESET"}}},
            {"port_directions", {{"CLK", "input"}, {"DI", "input"}, {"LSR", "input"}, {"Q", "output"}}},
            {"connections", {{"CLK", bits(clock)}, {"DI", bits(in)}, {"LSR", {"0"}}, {"Q", bits(out)}}}};
}

// Nets: clock 2, other clock 3, reset 4, outputs 10 and 11 of port A and 12, 13 of port B, after registers 20
// and on.
json design(int width) {
    json top = {{"attributes", {{"top", "1"}}}};
    top["ports"] = {{"clk", {{"direction", "input"}, {"bits", bits(2)}}},
                    {"out", {{"direction", "output"}, {"bits", {20, 21, 22, 23}}}}};
    top["cells"] = {{"mem", ram(width, 2, {10, 11}, {12, 13})},
                    {"q0", flip_flop(2, 10, 20)},
                    {"q1", flip_flop(2, 11, 21)},
                    {"q2", flip_flop(2, 12, 22)},
                    {"q3", flip_flop(2, 13, 23)},
                    {"z", flip_flop(2, 20, 30)}};
    top["netnames"] = {{"word", {{"bits", {10, 11, 12, 13}}}}};
    return {{"creator", "Yosys 0.23"}, {"modules", {{"top", top}}}};
}

// As Yosys writes it: two spaces a level, lists of nets on one line.
std::string text_of(const json& netlist) {
    std::string text = netlist.dump(2);
    std::string out;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '[') ++depth;
        if (text[i] == ']') --depth;
        if (depth == 0 && text[i] != ']') {
            out += text[i];
        } else if (text[i] == '\n') {
            while (i + 1 < text.size() && text[i + 1] == ' ') ++i;
            out += ' ';
        } else {
            out += text[i];
        }
    }
    return out;
}

OutputRegisters moved(const json& netlist) {
    return move_output_registers(text_of(netlist));
}

json cells_of(const OutputRegisters& result) {
    return json::parse(result.json)["modules"]["top"]["cells"];
}

}  // namespace

TEST_CASE("the registers behind both ports of a block RAM move into it") {
    const OutputRegisters result = moved(design(18));
    CHECK(result.ports == 2);
    CHECK(result.registers == 4);
    const json cells = cells_of(result);
    CHECK(cells.size() == 2);  // the block and the register that follows a register
    const json& mem = cells["mem"];
    CHECK(mem["parameters"]["REGMODE_A"] == "OUTREG");
    CHECK(mem["parameters"]["REGMODE_B"] == "OUTREG");
    CHECK(mem["connections"]["DOA0"] == bits(20));
    CHECK(mem["connections"]["DOA1"] == bits(21));
    CHECK(mem["connections"]["DOB0"] == bits(22));
    CHECK(mem["connections"]["DOB1"] == bits(23));
    CHECK(mem["connections"]["OCEA"] == json::array({"1"}));
    CHECK(cells["z"] == design(18)["modules"]["top"]["cells"]["z"]);
}

TEST_CASE("a port stays as it is where an output goes elsewhere too") {
    const auto change = GENERATE(0, 1, 2, 3, 4, 5, 6);
    INFO("change " << change);
    json netlist = design(18);
    json& top = netlist["modules"]["top"];
    json& q0 = top["cells"]["q0"];
    if (change == 0) top["cells"]["r"] = flip_flop(2, 10, 31);  // a second reader
    if (change == 1) top["ports"]["out"]["bits"][0] = 10;       // a port of the design
    if (change == 2) q0["connections"]["CLK"] = bits(3);
    if (change == 3) q0["connections"]["LSR"] = bits(4);
    if (change == 4) q0["parameters"]["CEMUX"] = "CE";
    if (change == 5) q0["parameters"]["REGSET"] = "SET";
    if (change == 6) q0["type"] = "LUT4";
    const OutputRegisters result = moved(netlist);
    CHECK(result.ports == 1);
    CHECK(result.registers == 2);
    const json cells = cells_of(result);
    CHECK(cells["q0"] == top["cells"]["q0"]);
    CHECK(cells["mem"]["parameters"]["REGMODE_A"] == "NOREG");
    CHECK(cells["mem"]["connections"]["DOA0"] == bits(10));
    CHECK(cells["mem"]["parameters"]["REGMODE_B"] == "OUTREG");
}

TEST_CASE("36 bits move together or not at all") {
    const OutputRegisters whole = moved(design(36));
    CHECK(whole.ports == 1);
    CHECK(whole.registers == 4);
    json netlist = design(36);
    netlist["modules"]["top"]["cells"]["q3"]["parameters"]["CEMUX"] = "CE";
    const OutputRegisters none = moved(netlist);
    CHECK(none.ports == 0);
    CHECK(none.json == text_of(netlist));
}

TEST_CASE("the last cell of a module stays, for a comma before it would be left") {
    json netlist = design(18);
    netlist["modules"]["top"]["cells"].erase("z");
    const OutputRegisters result = moved(netlist);
    CHECK(result.registers == 2);
    CHECK(cells_of(result).contains("q3"));
}

TEST_CASE("what Yosys did not write is refused") {
    CHECK_THROWS_AS(move_output_registers("{}"), ern::Error);
}

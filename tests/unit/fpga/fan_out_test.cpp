// SPDX-License-Identifier: Apache-2.0
#include "fpga/fan_out.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "support/error.h"

namespace ern::fpga {

namespace {

using Nets = std::vector<std::pair<std::string, std::string>>;  // a port, and what is connected

// As Yosys writes it.
class Netlist {
  public:
    void cell(const std::string& name, const std::string& type, const Nets& nets, const std::string& parameter = "") {
        std::string connections;
        for (const auto& [port, net] : nets) connections += fmt::format("            \"{}\": [ {} ],\n", port, net);
        connections.erase(connections.rfind(','), 1);
        cells_ += fmt::format("        \"{}\": {{\n          \"hide_name\": 0,\n          \"type\": \"{}\",\n          \"parameters\": {{\n"
                              "{}          }},\n          \"attributes\": {{\n          }},\n          \"connections\": {{\n{}          }}\n        }},\n",
                              name, type, parameter, connections);
    }

    std::string text(int port_net = 2) const {
        std::string cells = cells_;
        cells.erase(cells.rfind(','), 1);
        return "{\n  \"creator\": \"Yosys 0.23\",\n  \"modules\": {\n    \"top\": {\n      \"attributes\": {\n      },\n      \"ports\": {\n"
               "        \"clk\": {\n          \"direction\": \"input\",\n          \"bits\": [ " + std::to_string(port_net) + " ]\n        }\n      },\n"
               "      \"cells\": {\n" + cells + "      },\n      \"netnames\": {\n      }\n    }\n  }\n}\n";
    }

  private:
    std::string cells_;
};

nlohmann::json cells_of(const std::string& json) { return nlohmann::json::parse(json)["modules"]["top"]["cells"]; }

// Of each net the cell that drives it by Q or Z.
std::map<int, std::string> drivers(const nlohmann::json& cells) {
    std::map<int, std::string> found;
    for (const auto& [name, cell] : cells.items()) {
        for (const char* port : {"Q", "Z"}) {
            if (cell["connections"].contains(port)) CHECK(found.emplace(cell["connections"][port][0], name).second);
        }
    }
    return found;
}

// A register of net 10 with `readers` LUT, named r0 to r(n-1).
Netlist star(int readers) {
    Netlist netlist;
    netlist.cell("driver", "TRELLIS_FF", {{"CLK", "2"}, {"DI", "3"}, {"Q", "10"}}, "            \"REGSET\": \"SET\"\n");
    for (int i = 0; i < readers; ++i)
        netlist.cell(fmt::format("r{}", i), "LUT4", {{"A", "10"}, {"B", "\"0\""}, {"Z", std::to_string(20 + i)}});
    return netlist;
}

}  // namespace

TEST_CASE("a driver of many readers gets copies, neighbours share one") {
    const FanOut split = split_fan_out(star(11).text(), 4);
    CHECK(split.nets == 1);
    CHECK(split.copies == 2);
    const auto cells = cells_of(split.json);
    const auto by_net = drivers(cells);
    REQUIRE(cells.size() == 14);
    std::map<std::string, std::vector<int>> read;
    for (int i = 0; i < 11; ++i) read[by_net.at(cells[fmt::format("r{}", i)]["connections"]["A"][0])].push_back(i);
    // r10 comes behind r9, not behind r1
    CHECK(read == std::map<std::string, std::vector<int>>{{"driver", {0, 1, 2}}, {"driver$copy1", {3, 4, 5, 6}}, {"driver$copy2", {7, 8, 9, 10}}});
    for (const char* name : {"driver$copy1", "driver$copy2"}) {
        CHECK(cells[name]["type"] == "TRELLIS_FF");
        CHECK(cells[name]["parameters"] == cells["driver"]["parameters"]);
        CHECK(cells[name]["connections"]["DI"] == cells["driver"]["connections"]["DI"]);
        CHECK(cells[name]["connections"]["CLK"] == cells["driver"]["connections"]["CLK"]);
    }
}

TEST_CASE("nets up to the limit stay as they are") {
    const std::string text = star(4).text();
    const FanOut split = split_fan_out(text, 4);
    CHECK(split.json == text);
    CHECK(split.nets == 0);
}

TEST_CASE("a driver that is the last cell is copied, too") {
    Netlist netlist;
    for (int i = 0; i < 3; ++i) netlist.cell(fmt::format("r{}", i), "TRELLIS_FF", {{"CLK", "2"}, {"DI", "10"}, {"Q", std::to_string(20 + i)}});
    netlist.cell("driver", "LUT4", {{"A", "3"}, {"Z", "10"}});
    const auto cells = cells_of(split_fan_out(netlist.text(), 2).json);
    CHECK(cells.size() == 5);
    CHECK(drivers(cells).size() == 5);
}

TEST_CASE("a bit of a list is changed alone") {
    Netlist netlist = star(2);
    netlist.cell("s", "TRELLIS_DPR16X4", {{"RAD", "3, 10, 4, 5"}, {"WCK", "2"}});
    const auto cells = cells_of(split_fan_out(netlist.text(), 2).json);
    const auto by_net = drivers(cells);
    const auto rad = cells["s"]["connections"]["RAD"];
    CHECK(rad[0] == 3);
    CHECK(by_net.at(rad[1]) == "driver$copy1");
    CHECK(rad[2] == 4);
    CHECK(rad[3] == 5);
}

TEST_CASE("clocks, enables, block RAM, pins and what lies in the same slice are left alone") {
    const auto unchanged = [](const Netlist& netlist, int port_net = 2) {
        const std::string text = netlist.text(port_net);
        return split_fan_out(text, 2).json == text;
    };
    Netlist enables = star(2), rams = star(2), slices = star(2), pins = star(2);
    for (int i = 0; i < 4; ++i) {
        enables.cell(fmt::format("e{}", i), "TRELLIS_FF", {{"CE", "10"}, {"LSR", "10"}, {"CLK", "10"}, {"Q", std::to_string(30 + i)}});
        rams.cell(fmt::format("m{}", i), "DP16KD", {{"ADA0", "10"}});
        pins.cell(fmt::format("o{}", i), "ODDRX2F", {{"RST", "10"}, {"D0", "10"}});  // those of a tile share their reset
        slices.cell(fmt::format("p{}", i), "PFUMX", {{"ALUT", i == 0 ? "10" : "9"}, {"C0", "10"}, {"Z", std::to_string(30 + i)}});
    }
    CHECK(unchanged(enables));
    CHECK(unchanged(rams));
    CHECK(unchanged(slices));
    CHECK(unchanged(pins));
    CHECK(unchanged(star(9), 10));  // a port of the module
    Netlist chain;
    chain.cell("c", "CCU2C", {{"S0", "10"}});
    for (int i = 0; i < 4; ++i) chain.cell(fmt::format("r{}", i), "LUT4", {{"A", "10"}, {"Z", std::to_string(20 + i)}});
    CHECK(unchanged(chain));
}

TEST_CASE("a text that is no netlist is refused") { CHECK_THROWS_AS(split_fan_out("{}", 8), ern::Error); }

}  // namespace ern::fpga

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "fpga/netlist.h"
#include "support/error.h"

using namespace ern::fpga;

namespace {

// One carry cell as Yosys writes it.
std::string cell(const std::string& name, const std::string& init, const std::string& c0, const std::string& in, const std::string& out) {
    return "        \"" + name + "\": {\n          \"hide_name\": 0,\n          \"type\": \"CCU2C\",\n          \"parameters\": {\n" +
           "            \"INIT0\": \"" + init + "\",\n            \"INIT1\": \"0111100010001000\"\n          },\n" +
           "          \"port_directions\": {\n            \"C0\": \"input\",\n            \"CIN\": \"input\",\n" +
           "            \"COUT\": \"output\",\n            \"S0\": \"output\"\n          },\n" +
           "          \"connections\": {\n            \"C0\": [ " + c0 + " ],\n            \"CIN\": [ " + in + " ],\n" +
           "            \"COUT\": [ " + out + " ],\n            \"S0\": [ 90 ]\n          }\n        }";
}

std::string netlist(const std::string& cells) {
    return "{\n  \"creator\": \"Yosys 0.23\",\n  \"modules\": {\n    \"top\": {\n      \"ports\": {\n        \"out\": {\n"
           "          \"direction\": \"output\",\n          \"bits\": [ 90 ]\n        }\n      },\n      \"cells\": {\n" +
           cells + "\n      },\n      \"netnames\": {\n      }\n    }\n  }\n}\n";
}

constexpr const char* kSeparator = "0000000000001000";
constexpr const char* kAdder = "0111100010001000";

}  // namespace

TEST_CASE("a chain's undefined ends are opened, and nothing else changes") {
    const std::string chain = cell("low", kSeparator, "\"1\"", "\"0\"", "20") + ",\n" + cell("high", kAdder, "7", "20", "21");
    const std::string opened = cell("low", kSeparator, "\"1\"", "\"x\"", "20") + ",\n" + cell("high", kAdder, "7", "20", "\"x\"");
    const ChainEnds ends = open_chain_ends(netlist(chain));
    CHECK(ends.opened == 2);
    CHECK(ends.json == netlist(opened));
}

TEST_CASE("a carry that an adder needs stays") {
    const std::string adder = cell("low", kAdder, "7", "\"0\"", "20") + ",\n" + cell("high", kAdder, "8", "20", "90");
    const ChainEnds ends = open_chain_ends(netlist(adder));
    CHECK(ends.opened == 0);
    CHECK(ends.json == netlist(adder));
}

TEST_CASE("the bits of a separator in a position that is none do not count") {
    const std::string other = cell("low", kSeparator, "7", "\"0\"", "90");
    CHECK(open_chain_ends(netlist(other)).opened == 0);
}

TEST_CASE("what Yosys did not write is refused") {
    CHECK_THROWS_AS(open_chain_ends("{}"), ern::Error);
}

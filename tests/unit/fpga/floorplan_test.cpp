// SPDX-License-Identifier: Apache-2.0
#include "fpga/floorplan.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "support/error.h"

using namespace ern::fpga;

namespace {

struct Memory {
    std::string name;
    int slices;
};

const std::string kEngine = "u_top.u_accelerator.u_engine.";

std::string sums(int column, int bank) {
    return kEngine + fmt::format("u_array.g_column[{}].u_column.u_partial.g_banks.u_banks.g_bank[{}].mem.0",
                                 column, bank);
}

std::string activations(int bank, int depth) {
    return kEngine + fmt::format("u_activations.g_bank[{}].g_part[0].u_ram.g_banks.u_banks.g_bank[{}].mem.0",
                                 bank, depth);
}

// As Yosys writes it. Every second cell has no attributes.
std::string netlist(const std::vector<Memory>& memories) {
    std::string text =
        "{\n  \"creator\": \"Yosys 0.23\",\n  \"modules\": {\n    \"top\": {\n      \"attributes\": {\n      "
        "  \"top\": \"1\"\n      },\n      \"ports\": {\n      },\n "
        "     \"cells\": {\n";
    const auto cell = [&](const std::string& name, const std::string& type, bool attributes) {
        text += fmt::format("        \"{}\": {{\n          \"hide_name\": 0,\n          \"type\": \"{}\",\n",
                            name, type);
        text += "          \"parameters\": {\n          },\n          \"attributes\": {\n";
        if (attributes) text += "            \"keep\": \"1\"\n";
        text += "          },\n          \"connections\": {\n          }\n        },\n";
    };
    for (const Memory& m : memories) {
        for (int i = 0; i < m.slices; ++i) cell(fmt::format("{}.{}", m.name, i), "DP16KD", i % 2 == 0);
    }
    for (int i = 0; i < 10; ++i) cell(fmt::format("r{}", i), "TRELLIS_FF", false);
    text.erase(text.rfind(','), 1);
    return text + "      },\n      \"netnames\": {\n      }\n    }\n  }\n}\n";
}

// Two columns of sums of two banks, activations of three banks, weights, and one memory that nothing is known
// of.
std::vector<Memory> large() {
    std::vector<Memory> all;
    for (int column : {0, 1}) all.insert(all.end(), {{sums(column, 0), 29}, {sums(column, 1), 15}});
    for (int bank : {0, 1, 2}) all.insert(all.end(), {{activations(bank, 0), 16}, {activations(bank, 1), 8}});
    all.push_back({kEngine + "g_external.u_external.u_weights.g_wide.u_ram.g_one.mem.0", 6});
    all.push_back({kEngine + "u_results.g_one.mem.0", 2});
    return all;
}

struct Spot {
    int x, y, of_four;
};

std::map<std::string, Spot> placed(const std::string& json) {
    const auto cells = nlohmann::json::parse(json)["modules"]["top"]["cells"];
    const std::regex form("X([0-9]+)/Y([0-9]+)/EBR([0-3])");
    std::map<std::string, Spot> spots;
    for (const auto& [name, cell] : cells.items()) {
        if (!cell["attributes"].contains("BEL")) continue;
        std::smatch found;
        const std::string bel = cell["attributes"]["BEL"];
        REQUIRE(std::regex_match(bel, found, form));
        spots[name] = {std::stoi(found[1]), std::stoi(found[2]), std::stoi(found[3])};
    }
    return spots;
}

}  // namespace

TEST_CASE("block RAMs of a large accelerator get places of their own, in rows of their kind") {
    const Floorplan plan = place_block_rams(netlist(large()), find_board("ulx3s-85f"));
    const auto spots = placed(plan.json);
    CHECK(plan.placed == 88 + 72 + 6);
    REQUIRE(spots.size() == static_cast<std::size_t>(plan.placed));
    std::set<std::pair<int, int>> taken;
    for (const auto& [name, spot] : spots) {
        INFO(name << " at " << spot.x << ", " << spot.y);
        CHECK(taken.insert({spot.x, spot.y}).second);
        CHECK((spot.x >= 4 && spot.x <= 120));
        const bool lower = spot.y == 70 || spot.y == 82, upper = spot.y == 22 || spot.y == 46;
        const bool sum = name.find("u_partial") != std::string::npos;
        CHECK((sum ? lower : upper));
        if (sum) CHECK((spot.x < 62) == (name.find("g_column[0]") != std::string::npos));
    }
    CHECK(spots.count(kEngine + "u_results.g_one.mem.0.0") == 0);
    CHECK(nlohmann::json::parse(plan.json)["modules"]["top"]["settings"]["router2/currCongWeightMult"] ==
          "0.5");
}

TEST_CASE("slices of the same bits lie beside each other, whatever the depth of their banks") {
    const auto spots = placed(place_block_rams(netlist(large()), find_board("ecpix5-85f")).json);
    // Slice s of 29 holds the bits of slice s * 15 / 29 of 15.
    for (int s = 0; s < 29; ++s) {
        const Spot deep = spots.at(sums(1, 0) + fmt::format(".{}", s));
        const Spot shallow = spots.at(sums(1, 1) + fmt::format(".{}", s * 15 / 29));
        CHECK(std::abs(deep.x - shallow.x) <= 6);
    }
    const Spot first = spots.at(activations(0, 0) + ".0"), other = spots.at(activations(2, 1) + ".0");
    CHECK(std::abs(first.x - other.x) <= 12);
}

TEST_CASE("the places exist: their numbers as the device's description has them") {
    const auto spots = placed(place_block_rams(netlist(large()), find_board("ulx3s-85f")).json);
    // EBR n of four lies 0, 2, 4 or 6 columns behind the first; one gap of two more in the middle of the
    // device.
    for (const auto& [name, spot] : spots) {
        const int x = spot.x - 2 * spot.of_four - (spot.x > 66 ? 2 : 0);
        CHECK((x - 4) % 9 == 0);
    }
}

TEST_CASE("a 45F has one lower row, for sums, and two upper ones") {
    const Floorplan plan = place_block_rams(
        netlist({{sums(0, 0), 15}, {sums(1, 0), 15}, {activations(0, 0), 45}, {"u_results.g_one.mem.0", 6}}),
        find_board("ecpix5-45f"));
    const auto spots = placed(plan.json);
    CHECK(plan.placed == 75);
    std::set<std::pair<int, int>> taken;
    for (const auto& [name, spot] : spots) {
        INFO(name << " at " << spot.x << ", " << spot.y);
        CHECK(taken.insert({spot.x, spot.y}).second);
        const bool sum = name.find("u_partial") != std::string::npos;
        CHECK((sum ? spot.y == 58 : spot.y == 10 || spot.y == 34));
        if (sum) CHECK((spot.x < 46) == (name.find("g_column[0]") != std::string::npos));
        // Nine groups of four; the gap of two is behind the fourth group.
        const int x = spot.x - 2 * spot.of_four - (spot.x >= 42 ? 2 : 0);
        CHECK(((x - 4) % 9 == 0 && x <= 76));
    }
}

TEST_CASE("other devices and smaller designs are left to the placer") {
    const std::string text = netlist(large());
    CHECK(place_block_rams(text, find_board("ulx3s-25f")).json == text);
    const std::string small = netlist({{sums(0, 0), 29}, {activations(0, 0), 16}});
    const Floorplan plan = place_block_rams(small, find_board("ulx3s-85f"));
    CHECK(plan.json == small);
    CHECK(plan.placed == 0);
}

TEST_CASE("sums that do not fit below their column lie in the row above it") {
    const auto spots =
        placed(place_block_rams(netlist({{sums(0, 0), 55}, {sums(1, 0), 40}, {activations(0, 0), 80}}),
                                find_board("ulx3s-85f"))
                   .json);
    CHECK(spots.size() == 55 + 40 + 80);
    int above = 0;
    std::set<std::pair<int, int>> taken;
    for (const auto& [name, spot] : spots) {
        CHECK(taken.insert({spot.x, spot.y}).second);
        const bool first = name.find("g_column[0]") != std::string::npos;
        if (!first) continue;
        CHECK(spot.x < 62);
        above += spot.y == 46;
        CHECK(spot.y >= 46);
    }
    CHECK(above == 3);
}

TEST_CASE("weights of many block RAMs lie in both rows of the device's left third") {
    const std::string fifo =
        kEngine + "g_external.u_external.u_weights.g_wide.u_ram.g_banks.u_banks.g_bank[0].mem.0";
    const auto spots =
        placed(place_block_rams(netlist({{fifo, 30}, {sums(0, 0), 80}}), find_board("ulx3s-85f")).json);
    for (const auto& [name, spot] : spots) {
        if (name.find("u_weights") == std::string::npos) continue;
        CHECK(spot.x <= 44);
        CHECK((spot.y == 22 || spot.y == 46));
    }
}

TEST_CASE("memories that nothing is known of have sites at the left where the sums leave none") {
    const std::string rows = kEngine + "g_external.u_external.u_embed.u_row.g_one.mem.0";
    const auto sites = [&](int all_sums) {  // of the left, taken by activations
        const auto spots =
            placed(place_block_rams(netlist({{sums(0, 0), all_sums}, {activations(0, 0), 72}, {rows, 8}}),
                                    find_board("ulx3s-85f"))
                       .json);
        int taken = 0;
        for (const auto& [name, spot] : spots) taken += spot.y <= 46 && spot.x <= 44;
        CHECK(spots.count(rows + ".0") == 0);
        return taken;
    };
    CHECK(sites(104) == sites(60) - 8);
}

TEST_CASE("queues lie at the left: four beside the weights, the rest among the sums") {
    const std::string external = kEngine + "g_external.u_external.", ram = ".g_narrow.u_ram.g_one.mem.0";
    const auto spots = [&](int all_activations) {
        return placed(place_block_rams(netlist({{external + "u_weights" + ram, 6},
                                                {external + "u_words" + ram, 4},
                                                {external + "u_program" + ram, 2},
                                                {sums(0, 0), 80},
                                                {activations(0, 0), all_activations}}),
                                       find_board("ulx3s-85f"))
                          .json);
    };
    const auto y = [&](const auto& of, const std::string& name) {
        return of.at(external + name + ram + ".0").y;
    };
    const auto some = spots(72), full = spots(98);
    CHECK(some.size() == 6 + 4 + 2 + 80 + 72);
    for (const auto& [name, spot] : some) {
        if (name.find(external) == std::string::npos) continue;
        INFO(name << " at " << spot.x << ", " << spot.y);
        CHECK(spot.x <= 44);
    }
    CHECK(y(some, "u_words") == 46);
    CHECK(y(some, "u_program") >= 70);
    CHECK(y(full, "u_words") >= 70);  // the upper rows are full
    CHECK(full.size() == 6 + 4 + 2 + 80 + 98);
}

TEST_CASE("what does not fit anywhere is left to the placer") {
    const Floorplan plan =
        place_block_rams(netlist({{sums(0, 0), 160}, {activations(0, 0), 60}}), find_board("ulx3s-85f"));
    CHECK(plan.placed == 156 + 48);  // four sites for the four sums that have none
}

TEST_CASE("text that is not a netlist is refused") {
    CHECK_THROWS_AS(place_block_rams("{}", find_board("ulx3s-85f")), ern::Error);
}

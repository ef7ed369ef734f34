// SPDX-License-Identifier: Apache-2.0
// The flow around tools that are shell scripts: what makes a bitstream and what must not, what is served from the folder.
#include "fpga/flow.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "../support/folder.h"
#include "fpga/pll.h"
#include "support/file.h"

namespace ern::fpga {

namespace fs = std::filesystem;

namespace {

constexpr double kMhz = 75, kAsked = 77.25;  // nextpnr is asked for 3 % more

// As Yosys writes it.
constexpr const char* kNetlist = R"({
  "creator": "Yosys",
  "modules": {
    "top": {
      "attributes": {
        "top": "1"
      },
      "ports": {
      },
      "cells": {
      },
      "netnames": {
      }
    }
  }
}
)";

// Tools that say what `nextpnr` is given, and count their runs in the file `runs`.
class Flow {
  public:
    Flow() {
        for (const char* part : {"bin", "out"}) fs::create_directories(folder_ / part);
        tool("yosys", "[ \"$1\" = -V ] && echo 'Yosys 1' && exit\necho yosys >> runs\ncp ../netlist.json .");
        support::write_text(folder_ / "netlist.json", kNetlist);
        tool("ecppack", "[ \"$1\" = --version ] && echo 'ecppack 1' && exit\necho ecppack >> runs\nfor last; do :; done\necho bits > $last\necho svf > $4");
        support::write_text(folder_ / "out/top.v", "module top; endmodule\n");
        ::setenv("PATH", ((folder_ / "bin").string() + ":" + path_).c_str(), 1);
        ::setenv("ERNFORGE_VENV", (folder_ / "nowhere").c_str(), 1);
    }
    ~Flow() { ::setenv("PATH", path_.c_str(), 1); }

    // nextpnr writes a log, then where there is one, a report: {clock, reached, wanted}.
    void nextpnr(const std::string& log, const std::string& clocks, const std::string& paths = "") {
        const std::string usage = R"("TRELLIS_COMB":{"used":4},"TRELLIS_FF":{"used":3},"DP16KD":{"used":2},"MULT18X18D":{"used":0})";
        std::string body = "[ \"$1\" = --version ] && echo 'nextpnr-ecp5 (Version 1)' && exit\necho nextpnr >> runs\necho \"$@\" > arguments\ncat <<'END'\n" + log + "\nEND\n";
        if (!clocks.empty()) body += "cat > seed-1/report.json <<'END'\n{\"critical_paths\":[" + paths + "],\"fmax\":{" + clocks + "},\"utilization\":{" + usage + "}}\nEND\n";
        tool("nextpnr-ecp5", body + "echo config > seed-1/config.txt");
    }

    FlowResult run(int timing_weight = 0, const std::string& name = "ulx3s-25f") {
        const Board& board = find_board(name);
        FlowOptions options;
        options.directory = folder_ / "out";
        options.name = "design";
        options.timing_weight = timing_weight;
        const Pll pll = pll_of(board, false, kMhz);
        return synthesize({folder_ / "out/top.v"}, top_of(board, pll, false, 32), board, options);
    }

    std::string runs() const { return support::read_text(folder_ / "out/runs"); }
    bool bitstream() const { return fs::exists(folder_ / "out/design.bit"); }
    fs::path file(const std::string& name) const { return folder_ / ("out/" + name); }

  private:
    void tool(const std::string& name, const std::string& script) const {
        const fs::path file = folder_ / ("bin/" + name);
        support::write_text(file, "#!/bin/sh\n" + script + "\n");
        fs::permissions(file, fs::perms::owner_all);
    }
    support::Folder folder_;
    std::string path_ = std::getenv("PATH");
};

std::string placed(double mhz) { return fmt::format("Info: Max frequency for clock 'clk': {:.2f} MHz ({} at 77.25 MHz)\n", mhz, mhz < kAsked ? "FAIL" : "PASS"); }

std::string routed(double placed_mhz) { return placed(placed_mhz) + "Info: Routing..\nInfo: Running router2...\nInfo: Routing complete.\n"; }

std::string clock(const std::string& net, double achieved, double wanted) {
    return fmt::format("\"{}\":{{\"achieved\":{},\"constraint\":{}}}", net, achieved, wanted);
}

}  // namespace

TEST_CASE("a design that meets its clocks has a bitstream, and is not made again") {
    Flow flow;
    flow.nextpnr(routed(80), clock("clk", 81.5, kAsked) + "," + clock("pin", 300, 25));
    const FlowResult result = flow.run();
    CHECK(result.good);
    CHECK(result.seeds.front().fmax_mhz == 81.5);
    CHECK(result.seeds.front().placement.used.lut4 == 4);
    CHECK(flow.bitstream());
    CHECK(flow.runs() == "yosys\nnextpnr\necppack\n");
    CHECK(flow.run().good);
    CHECK(flow.runs() == "yosys\nnextpnr\necppack\necppack\n");
    support::write_text(flow.file("top.v"), "module top; wire a; endmodule\n");
    CHECK(flow.run().good);
    CHECK(flow.runs() == "yosys\nnextpnr\necppack\necppack\nyosys\necppack\n");   // the netlist came out the same
}

TEST_CASE("the path that limits the clock is named") {
    const auto path = [](const char* from, const char* to, const char* cell) {
        return fmt::format(R"({{"from":"{}","to":"{}","path":[{{"type":"clk-to-q","delay":0.5,"from":{{"cell":"{}"}},"to":{{"cell":"{}"}}}},)"
                           R"({{"type":"routing","delay":7,"from":{{"cell":"{}"}},"to":{{"cell":"l"}}}},)"
                           R"({{"type":"setup","delay":0.25,"from":{{"cell":"b"}},"to":{{"cell":"b"}}}}]}})",
                           from, to, cell, cell, cell);
    };
    Flow flow;
    flow.nextpnr(routed(76), clock("pin", 300, 25) + "," + clock("clk", 70.1, kAsked),
                 path("posedge pin", "posedge clk", "x") + "," + path("posedge pin", "posedge pin", "y") + "," + path("posedge clk", "posedge clk", "a"));
    const FlowResult result = flow.run();
    const Path& slowest = result.seeds.front().slowest;
    CHECK(slowest.from == "a");
    CHECK(slowest.to == "b");
    CHECK(slowest.ns == 7.75);
    CHECK(slowest.wires_ns == 7);
    CHECK(result.seeds.front().fmax_mhz == 70.1);
}

TEST_CASE("another weight of critical connections is another placement") {
    Flow flow;
    flow.nextpnr(routed(76), clock("clk", 75.1, kAsked));
    CHECK(flow.run().good);
    CHECK_THAT(support::read_text(flow.file("arguments")), !Catch::Contains("timingweight"));
    CHECK(flow.run(30).good);
    CHECK_THAT(support::read_text(flow.file("arguments")), Catch::Contains("--placer-heap-timingweight 30"));
    CHECK(flow.runs() == "yosys\nnextpnr\necppack\nnextpnr\necppack\n");
}

TEST_CASE("larger devices have a weight of their own, which an option outranks") {
    Flow flow;
    flow.nextpnr(routed(76), clock("clk", 75.1, kAsked));
    const auto weight = [&](const std::string& board, int wanted) {
        CHECK(flow.run(wanted, board).good);
        const std::string text = support::read_text(flow.file("arguments")) + " ", option = "--placer-heap-timingweight ";
        const std::size_t at = text.find(option);
        return at == std::string::npos ? 0 : std::stoi(text.substr(at + option.size()));
    };
    CHECK(weight("ulx3s-45f", 0) == 30);
    CHECK(weight("ulx3s-85f", 0) == 100);
    CHECK(weight("ulx3s-85f", 20) == 20);
    CHECK(weight("ulx3s-25f", 0) == 0);
}

TEST_CASE("a clock that is reached without the margin is good") {
    Flow flow;
    flow.nextpnr(routed(76), clock("clk", 75.1, kAsked));
    CHECK(flow.run().good);
}

TEST_CASE("what must not become a bitstream does not, and takes an older one away") {
    const auto [log, clocks, objection] = GENERATE(table<std::string, std::string, std::string>({
        {routed(80), clock("clk", 74.9, kAsked), "clock clk reaches 74.90 MHz of 75.00 MHz"},
        {routed(80), clock("clk", 80, kAsked) + "," + clock("forgotten", 200, 12), "clock forgotten is not constrained"},
        {routed(80), clock("clk", 80, kAsked) + "," + clock("other", 200, 50), "which is no clock of this design"},
        {routed(80), clock("clk", 80, 75), "which is no clock of this design"},   // the margin did not take hold
        {routed(80) + "ERROR: net 'a' is not routed", clock("clk", 80, kAsked), "nextpnr: net 'a' is not routed"},
        {placed(80), "", "routing did not end"},
        {placed(55), "", "placement reaches 55.00 MHz of 77.25 MHz before routing"},
    }));
    Flow flow;
    support::write_text(flow.file("design.bit"), "older");
    flow.nextpnr(log, clocks);
    const FlowResult result = flow.run();
    CHECK_FALSE(result.good);
    CHECK_THAT(result.seeds.front().objection, Catch::Contains(objection));
    CHECK_FALSE(flow.bitstream());
    CHECK(flow.runs() == "yosys\nnextpnr\n");
}

TEST_CASE("a run that was given up is taken up when the flow would no longer give it up") {
    Flow flow;
    flow.nextpnr(placed(55), "");
    CHECK_FALSE(flow.run().good);
    CHECK_FALSE(flow.run().good);
    CHECK(flow.runs() == "yosys\nnextpnr\n");
    support::write_text(flow.file("seed-1/nextpnr.log"), placed(74));   // as a flow with less patience left it
    flow.nextpnr(routed(74), clock("clk", 80, kAsked));
    CHECK(flow.run().good);
    CHECK(flow.runs() == "yosys\nnextpnr\nnextpnr\necppack\n");
}

}  // namespace ern::fpga

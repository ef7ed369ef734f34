// SPDX-License-Identifier: Apache-2.0
// explore, and generate --board: what the program chooses fits, is the fastest of what it shows, and is what it writes.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tiny_place.h"

namespace ern::test {

namespace {

using Json = nlohmann::json;

Json explored(const Place& place, const std::string& board) {
    const Outcome outcome = place.run(fmt::format("explore tiny --board {} --picture pareto.svg -o best.toml --json -", board));
    INFO(outcome.text);
    REQUIRE(outcome.status == 0);
    return Json::parse(outcome.text);
}

const Json& design_named(const Json& report, const std::string& name) {
    for (const Json& d : report["designs"]) if (d["name"] == name) return d;
    FAIL(name << " is not among the designs");
    return report;
}

}  // namespace

TEST_CASE("explore shows every shape, and the fastest that fits is the best") {
    const TinyPlace place;
    const std::string board = GENERATE("ulx3s-12f", "colorlight-i5", "ecpix5-85f", "ecp5-evn");
    const Json report = explored(place, board);
    double fastest = 0;
    int external = 0;
    for (const Json& d : report["designs"]) {
        INFO(d.dump());
        external += d["external"] ? 1 : 0;
        if (d["refusal"] != "") continue;
        const double frames = d["clock_mhz"].get<double>() * 1e6 / d["cycles"].get<double>();
        CHECK(d["frames_a_second"].get<double>() == Approx(frames));
        fastest = std::max(fastest, frames);
    }
    CHECK((external > 0) == (board != "ecp5-evn"));
    const Json& best = design_named(report, report["best"]);
    CHECK(best["frames_a_second"].get<double>() == Approx(fastest));
    CHECK(best["pareto"] == true);
    // none that is marked is beaten by one with fewer LUTs
    for (const Json& d : report["designs"]) {
        if (d["pareto"] != true) continue;
        for (const Json& o : report["designs"]) {
            if (o["refusal"] == "" && o["lut4"] < d["lut4"]) CHECK(o["frames_a_second"] < d["frames_a_second"]);
        }
    }
    CHECK(support::read_text(place / "pareto.svg").find("frames a second") != std::string::npos);
    // the chosen configuration is one that synth predicts the same of, and that compiles
    const Outcome estimate = place.run(fmt::format("synth --accel best.toml --board {} --estimate --json -", board));
    REQUIRE(estimate.status == 0);
    CHECK(Json::parse(estimate.text)["predicted"]["lut4"] == best["lut4"]);
    CHECK(place.run("compile tiny --accel best.toml -o tiny.ernprog").status == 0);
}

TEST_CASE("a board with DDR3 is explored with it") {
    const TinyPlace place;
    int ddr3 = 0;
    const Json report = explored(place, "orangecrab-25f");
    for (const Json& d : report["designs"]) {
        if (d["external"]) ddr3 += d["name"].get<std::string>().ends_with("-ddr3") ? 1 : -1000;
    }
    CHECK(ddr3 > 0);
}

TEST_CASE("generate --board takes what explore calls the best") {
    const TinyPlace place;
    const Json report = explored(place, "ulx3s-25f");
    const Outcome outcome = place.run("generate --board ulx3s-25f --model tiny -o out");
    INFO(outcome.text);
    REQUIRE(outcome.status == 0);
    CHECK(support::read_text(place / "out/accelerator.toml") == support::read_text(place / "best.toml"));
    CHECK(support::read_text(place / "out/ern_top.v").find(fmt::format("'{}'", report["best"].get<std::string>())) != std::string::npos);
    CHECK(place.run("generate --board ulx3s-25f -o none").errors == "ernforge: generate: --board needs --model\n");
}

TEST_CASE("memory of a kind that the board lacks is refused, and so is a board without any") {
    const TinyPlace place;
    const std::string source = std::string(ERN_SOURCE_DIR) + "/accelerators/";
    const auto refusal = [&](const std::string& accelerator, const std::string& board) {
        std::string text = support::read_text(source + accelerator + ".toml");
        text.replace(text.find("outputs = 64"), 12, "outputs = 16");
        support::write_text(place / "accel.toml", text);
        const Outcome outcome = place.run(fmt::format("synth --accel accel.toml --board {} -o out", board));
        CHECK(outcome.status == 2);
        CHECK_FALSE(fs::exists(place / "out"));
        return outcome.errors;
    };
    CHECK(refusal("ern-85f-sdr", "ecpix5-85f") ==
          "ernforge: ern-85f-sdr on ecpix5-85f: the board's memory is ddr3, and [external] kind is sdr; ernforge explore shows what fits\n");
    CHECK(refusal("ern-85f-ddr3", "ecpix5-85f") ==
          "ernforge: ern-85f-ddr3 on ecpix5-85f: the board's memory is ddr3, and [external] kind is ddr3-800; ernforge explore shows what fits\n");
    CHECK(refusal("ern-85f-litedram", "ecp5-evn") ==
          "ernforge: ern-85f-litedram on ecp5-evn: ecp5-evn has no external memory with a controller; ernforge explore shows what fits\n");
    CHECK(refusal("ern-85f-litedram", "ulx3s-85f") ==
          "ernforge: ern-85f-litedram on ulx3s-85f: the board's memory is sdr, and [external] kind is ddr3; ernforge explore shows what fits\n");
}

TEST_CASE("DDR3 without LiteDRAM is refused before anything is written") {
    const TinyPlace place;
    for (const char* tool : {"nextpnr-ecp5", "ecppack", "python3"}) {   // tools that are there, and a Python that has nothing
        support::write_text(place / fmt::format("venv/bin/{}", tool), "#!/bin/sh\nexit 1\n");
        fs::permissions(place / fmt::format("venv/bin/{}", tool), fs::perms::owner_all);
    }
    std::string text = support::read_text(std::string(ERN_SOURCE_DIR) + "/accelerators/ern-85f-litedram.toml");
    text.replace(text.find("outputs = 64"), 12, "outputs = 16");
    support::write_text(place / "accel.toml", text);
    const std::string path = (place / "venv/bin").string();
    const Outcome outcome = place.run("synth --accel accel.toml --board ecpix5-85f -o out",
                                      fmt::format("ERNFORGE_VENV={} PATH={}:$PATH", (place / "venv").string(), path));
    CHECK(outcome.status == 2);
    CHECK(outcome.errors == "ernforge: LiteDRAM is missing, which makes the controller of DDR3: run scripts/setup, or: pip install -r "
                            "scripts/requirements.txt\n");
    CHECK_FALSE(fs::exists(place / "out"));
}

}  // namespace ern::test

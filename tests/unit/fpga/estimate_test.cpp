// SPDX-License-Identifier: Apache-2.0
// The estimate against designs that were synthesised; fpga/results has what the flow reported.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "fpga/estimate.h"
#include "support/file.h"

using namespace ern;

namespace {

std::filesystem::path source() { return std::getenv("ERNFORGE_SOURCE_DIR"); }

bool near(double predicted, double real, double share) { return std::abs(predicted - real) <= share * real; }

}  // namespace

TEST_CASE("block RAMs of memories as Yosys cuts them") {
    CHECK(fpga::block_rams(128, 3584) == 27);
    CHECK(fpga::block_rams(128, 1536) == 12);
    CHECK(fpga::block_rams(128, 2048) == 15);
    CHECK(fpga::block_rams(96, 6656) == 36);
    CHECK(fpga::block_rams(32, 512) == 1);
}

TEST_CASE("LUT, registers and block RAM of routed designs within 10 %") {
    const auto designs = nlohmann::json::parse(support::read_text(source() / "fpga" / "results" / "designs.json"));
    REQUIRE(designs.size() >= 1);
    for (const auto& design : designs) {
        const std::string name = design.at("name");
        INFO(name);
        const auto accelerator = schedule::parse_accelerator(design.at("configuration").get<std::string>(), name);
        const auto used = fpga::estimate(accelerator, fpga::find_board(design["board"])).used;
        CAPTURE(used.lut4, used.ff, used.ebr);
        CHECK(near(used.lut4, design["lut4"], 0.10));
        CHECK(near(used.ff, design["ff"], 0.10));
        CHECK(near(used.ebr, design["ebr"], 0.10));
    }
}

TEST_CASE("the clock of routed designs within 15 %") {
    const auto designs = nlohmann::json::parse(support::read_text(source() / "fpga" / "results" / "designs.json"));
    int others = 0;
    for (const auto& design : designs) {
        const std::string name = design.at("name");
        INFO(name);
        if (design["clock_mhz"] == 0.0) continue;
        others += design["calibration"] ? 0 : 1;
        const auto accelerator = schedule::parse_accelerator(design.at("configuration").get<std::string>(), name);
        const double mhz = fpga::estimate(accelerator, fpga::find_board(design["board"])).clock_mhz;
        CAPTURE(mhz);
        CHECK(near(mhz, design["clock_mhz"], 0.15));
    }
    CHECK(others >= 3);
}

TEST_CASE("what will not fit is refused with the number") {
    schedule::Accelerator a;
    a.name = "large";
    a.taps = 3;
    a.channels = 64;
    a.outputs = 64;
    a.column_outputs = 8;
    a.dot_latency = 9;
    CHECK(fpga::refusal(a, fpga::find_board("ulx3s-25f")).find("LFE5U-25F has 56") != std::string::npos);
    a.sum_words = 8192;
    CHECK(fpga::refusal(a, fpga::find_board("ulx3s-85f")).find("block RAMs") != std::string::npos);
}

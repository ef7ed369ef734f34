// SPDX-License-Identifier: Apache-2.0
// Verilates the tops that the other tests simulate, so that they find them in the cache.
#include "device.h"

TEST_CASE("the tops of the tests can be built, once") {
    for (const char* name : {"ulx3s-25f", "ulx3s-45f", "part-words", "two-words", "four-taps", "square", "square-ddr3", "strips-ddr3", "strips-sdr", "spill-ddr3", "overlap-ddr3", "overlap-sdr", "ern-85f-ddr3"}) {
        const auto accelerator = ern::e2e::accelerator(name);
        const auto library = ern::harness::build_top(accelerator, false);
        REQUIRE(std::filesystem::exists(library));
        const auto written = std::filesystem::last_write_time(library);
        CHECK(ern::harness::build_top(accelerator, false) == library);
        CHECK(std::filesystem::last_write_time(library) == written);
    }
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <span>

#include "link/protocol.h"
#include "support/file.h"

namespace ern::link {

TEST_CASE("rtl_templates/link/ern_link_defs.vh is what the tables give") {
    const char* source = std::getenv("ERNFORGE_SOURCE_DIR");
    REQUIRE(source != nullptr);
    CHECK(support::read_text(std::filesystem::path(source) / "rtl_templates/link/ern_link_defs.vh") == protocol_verilog());
}

TEST_CASE("numbers and names are used once, and a command fits the device's buffer") {
    const auto check = [](std::span<const Constant> table, std::uint32_t limit) {
        std::set<std::uint32_t> values;
        std::set<std::string_view> names;
        for (const Constant& c : table) {
            CHECK(c.value < limit);
            values.insert(c.value);
            names.insert(c.name);
        }
        CHECK(values.size() == table.size());
        CHECK(names.size() == table.size());
    };
    check(kOpcodes, 256);
    check(kStatuses, 256);
    check(kMemories, 256);
    check(kRegisters, 64);
    CHECK(kMaxData + 8 + 4 <= kFrameBytes);  // PIXELS has the longest header; then the CRC
}

}  // namespace ern::link

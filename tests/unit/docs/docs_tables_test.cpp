// SPDX-License-Identifier: Apache-2.0
// The tables that the documentation shows are those that the program and the hardware are made from.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

#include "link/protocol.h"
#include "schedule/descriptor.h"
#include "support/file.h"

namespace {

// What stands behind the mark in a page of docs/.
std::string table_of(const std::string& page) {
    const char* source = std::getenv("ERNFORGE_SOURCE_DIR");
    REQUIRE(source != nullptr);
    const std::string text = ern::support::read_text(std::filesystem::path(source) / "docs" / page);
    const std::string mark = "<!-- table -->\n";
    const std::size_t at = text.find(mark);
    REQUIRE(at != std::string::npos);
    return text.substr(at + mark.size());
}

std::string with_one_newline(std::string text) { return text.substr(0, text.find_last_not_of('\n') + 1) + "\n"; }

}  // namespace

TEST_CASE("docs/descriptor.md shows the descriptor's fields") {
    CHECK(table_of("descriptor.md") == with_one_newline(ern::schedule::descriptor_markdown()));
}

TEST_CASE("docs/link.md shows the protocol's numbers") {
    CHECK(table_of("link.md") == with_one_newline(ern::link::protocol_markdown()));
}

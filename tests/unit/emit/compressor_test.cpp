// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdlib>

#include "emit/compressor.h"
#include "support/error.h"
#include "support/file.h"

using namespace ern::emit;

TEST_CASE("trees of any size take only bits that are there and leave one a column") {
    for (const auto& [lanes, levels] : {std::pair{4, 3}, {8, 4}, {16, 4}, {24, 5}, {28, 6}, {32, 5}}) {
        INFO(lanes);
        const CompressorTree tree = find_compressor(lanes, levels);
        Heights heights{};
        heights[0] = heights[1] = lanes;
        int columns = 0, positions = 0;
        while ((1 << columns) < 3 * lanes + 1) ++columns;
        for (const auto& level : tree.levels) {
            heights = apply_level(heights, level, columns);
            for (const Field& f : level) positions += f.length + 1;
        }
        CHECK(heights == tree.left);
        CHECK(positions == tree.positions);
        for (std::size_t c = 0; c < heights.size(); ++c) CHECK(heights[c] <= (c == 0 ? 2 : 1));
        // 192 lanes took 568 positions with a greedy choice: 2.96 a lane
        CHECK(tree.positions <= 2.75 * lanes);
    }
}

TEST_CASE("a level that takes too much is a defect") {
    Heights heights{};
    heights[0] = 2;
    CHECK_THROWS_AS(apply_level(heights, {{0, 1, 3}}, 4), std::logic_error);
}

TEST_CASE("sizes and depths without a tree are refused") {
    CHECK_THROWS_WITH(find_compressor(3, 4), "a compressor tree has 4 to 64 lanes, not 3");
    CHECK_THROWS_WITH(find_compressor(32, 2), "no compressor tree of 32 lanes in 2 levels was found");
}

TEST_CASE("the module in rtl_templates is what the search writes") {
    const std::filesystem::path file =
        std::filesystem::path(std::getenv("ERNFORGE_SOURCE_DIR")) / "rtl_templates" / "array" / "ern_ecp5_tile.v";
    CHECK(ern::support::read_text(file) == compressor_verilog(find_compressor(32, 5, 3000), 0b1001, "ern_ecp5_tile"));
}

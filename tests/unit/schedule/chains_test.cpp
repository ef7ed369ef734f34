// SPDX-License-Identifier: Apache-2.0
// Places of rows, worked out again from the rows' times alone.
#include "schedule/chains.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace ern::schedule {

namespace {

// The word of a row, by the description of RowPart.
int word_of(const Chain& chain, int i) {
    int word = chain.part.start + i * chain.row_words;
    while (word >= chain.part.end) word -= chain.part.ring;
    return word;
}

// No word is two rows' in the same strip, none lies beyond the limit or is taken already.
void check_places(const std::vector<Chain>& chains, const std::vector<Piece>& taken, int words) {
    std::map<std::pair<int, int>, int> owner;  // of strip and word
    int clashes = 0, beyond = 0;
    const auto take = [&](int word, int count, const Span& span) {
        for (int strip = span.first; strip <= span.last; ++strip) {
            for (int w = word; w < word + count; ++w) clashes += owner[{strip, w}]++ > 0;
        }
    };
    for (const Piece& piece : taken) {
        for (const Span& span : piece.life) take(piece.offset, piece.words, span);
    }
    for (const Chain& chain : chains) {
        for (std::size_t i = 0; i < chain.rows.size(); ++i) {
            const int word = word_of(chain, static_cast<int>(i));
            beyond += word < 0 || word + chain.row_words > words;
            take(word, chain.row_words, chain.rows[i]);
        }
    }
    CHECK(clashes == 0);
    CHECK(beyond == 0);
}

}  // namespace

TEST_CASE("rows that a strip needs together are one chain, others are not") {
    const std::vector<Span> rows{{0, 1}, {0, 1}, {2, 3}, {2, 4}, {4, 5}, {1, 0}};
    const auto chains = chains_of(7, 3, rows, {{0, 2}, {2, 4}, {4, 5}, {3, 5}, {5, 6}});
    REQUIRE(chains.size() == 2);  // row 5 is never there
    CHECK((chains[0].buffer == 7 && chains[0].first_row == 0 && chains[0].rows.size() == 2 &&
           chains[0].row_words == 3));
    CHECK((chains[1].first_row == 2 && chains[1].rows.size() == 3));
}

TEST_CASE("chains lie where nobody else is, for random times") {
    std::mt19937 random(3);
    int found = 0;
    for (int round = 0; round < 60; ++round) {
        const int strips = 40, words = 125;
        std::vector<Chain> chains;
        for (int map = 0; map < 12; ++map) {
            std::vector<Span> rows;
            std::vector<RowRange> ranges;
            int strip = static_cast<int>(random() % 8);
            const int together = 1 + static_cast<int>(random() % 3), keeps = static_cast<int>(random() % 2);
            for (int y = 0; strip < strips - 8; y += together, strip += 1 + static_cast<int>(random() % 6)) {
                for (int i = 0; i < together; ++i) rows.push_back({strip, strip + 2 + 3 * keeps});
                ranges.push_back({std::max(0, y - keeps), y + together});
            }
            const auto more = chains_of(map, 1 + static_cast<int>(random() % 5), rows, ranges);
            chains.insert(chains.end(), more.begin(), more.end());
        }
        const std::vector<Piece> taken{{0, 5, {{0, 20}}}};
        if (!place_chains(chains, taken, strips, words)) continue;
        ++found;
        check_places(chains, taken, words);
    }
    INFO(found << " of 60");
    CHECK(found > 20);
}

TEST_CASE(
    "rows of different strips lie apart where one place for the map is not free, and rows of one strip in "
    "two") {
    // Words 0..3 are free at first, words 6..9 later, 4 and 5 never.
    const std::vector<Piece> taken{{0, 4, {{2, 3}}}, {4, 2, {{0, 3}}}, {6, 4, {{0, 1}}}};
    auto chains = chains_of(0, 2, {{0, 1}, {0, 1}, {2, 3}, {2, 3}}, {{0, 2}, {2, 4}});
    REQUIRE(place_chains(chains, taken, 4, 10));
    check_places(chains, taken, 10);
    const std::vector<Piece> middle{{2, 3, {{0, 0}}}};
    auto two = chains_of(0, 2, {{0, 0}, {0, 0}}, {{0, 2}});
    REQUIRE(place_chains(two, middle, 1, 7));
    check_places(two, middle, 7);
    auto three = chains_of(0, 2, {{0, 0}, {0, 0}, {0, 0}}, {{0, 3}});
    CHECK_FALSE(place_chains(three, middle, 1, 7));
    CHECK_FALSE(place_chains(two, {{0, 1000, {{0, 0}}}}, 1, 7));  // what is there already does not fit
    auto large = chains_of(0, 50, {{0, 0}}, {{0, 1}});
    CHECK_FALSE(place_chains(large, {}, 1, 7));
}

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace ern::emit {

// A compressor tree for the masked sum of 2-bit codes on ECP5 carry chains: docs/dot-unit.md has the figures and why.
//
// Level by level, fields of adders turn bits of one weight (a column) into fewer. A field that starts in column `start` and
// is `length` columns long takes 3 bits of its first column, one of them as carry in, and 2 of each other one; it gives one
// bit to each of the columns start .. start + length, for length + 1 positions of a carry chain. So every position but one a
// field takes a bit away, and the cheapest tree has the fewest fields.
struct Field {
    int start = 0;
    int length = 0;
    int first_bits = 3;  // of column `start`: 3, or 2 where no carry in is used
    bool operator==(const Field&) const = default;
};

inline constexpr int kMostColumns = 12;
using Heights = std::array<int, kMostColumns>;

// Levels of fields that leave one bit a column, two in column 0: the partial sum's adder takes the second as its carry in.
struct CompressorTree {
    int lanes = 0;
    std::vector<std::vector<Field>> levels;
    int positions = 0;  // of all fields
    Heights left{};     // bits a column at the end
};

// The bits a column after one level. Throws logic_error where a field takes bits that are not there.
Heights apply_level(const Heights& heights, const std::vector<Field>& fields, int columns);

// The cheapest tree of so many levels that a beam search of `effort` trials a state finds; the same every time.
// lanes 4..64. Throws Error where nothing of that depth is found.
CompressorTree find_compressor(int lanes, int levels, int effort = 300);

// The tree as a Verilog module: `lanes` masked codes and a partial sum to the next partial sum. registers: bit i is set where
// the results of level i are registered; the level after the last is the adder of the partial sum, which always is.
std::string compressor_verilog(const CompressorTree& tree, std::uint32_t registers, const std::string& module_name);

}  // namespace ern::emit

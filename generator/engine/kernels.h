// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ern::engine {

// The inner loops, compiled once for each SIMD target by Highway and chosen at run time.
//
// Four channels of a pixel become a table of 16 bytes: entry n is the sum of the codes whose bit is set in n. Four weights
// (1 for +1) are an index into it, so one byte shuffle looks up the sums of as many outputs as a vector has bytes, and
// m = sum of the codes with weight +1 grows by a byte addition. Then acc = 2 m - (sum of all codes of the window).
// An entry is at most 12, so 21 lookups fit a byte and 5,461 fit 16 bits.
//
// Layouts:
//   planes    [pixel][word][2] of 64 bits: low bits of 64 codes, then their high bits
//   tables    [pixel][group of 4 channels][16] bytes
//   weights   [block of 64 outputs][ky][kx][group][64] bytes, outputs of a vector in the order of `output_place`
//   sums      [pixel][block * 64] of 32 bits
inline constexpr int kBlock = 64;          // outputs
inline constexpr int kGroup = 4;           // channels
inline constexpr int kTable = 16;          // bytes
inline constexpr int kSlack = 64;          // bytes that may be written behind tables

// What does not change along a convolution.
struct ConvShape {
    int kernel_rows = 0;
    int row_steps = 0;              // table lookups of a kernel row: kernel columns * groups
    std::size_t table_row = 0;      // bytes between rows of tables
    std::size_t table_pixel = 0;    // bytes between the windows of neighbouring outputs
    std::size_t block_weights = 0;  // bytes of a block's weights
    int channels = 0;               // of the map of sums, padded to blocks
    const std::uint8_t* weights = nullptr;
    // thresholds of every padded channel; null without
    const std::int32_t* at[3] = {nullptr, nullptr, nullptr};
    const std::uint64_t* rising = nullptr;  // one bit a channel: its thresholds are not inverted
};

// Neighbouring outputs of a row, one or two blocks of channels. Pointers may be null where nothing is to be read or
// written.
struct ConvRow {
    int pixels = 0;
    int block = 0;                                 // first
    int blocks = 1;                                // 1 or 2
    const std::uint8_t* tables = nullptr;          // of the first window
    const std::int32_t* window_sums = nullptr;     // [pixel]
    const std::int32_t* const* offsets = nullptr;  // [pixel] -> [channel]: added where codes have an offset
    const std::int32_t* residual = nullptr;        // [pixel][channel]: added
    std::int32_t* products = nullptr;              // [pixel][channel]: before the residual
    std::int32_t* sums = nullptr;                  // [pixel][channel]: after it
    std::uint64_t* planes = nullptr;               // [pixel][word][2]: codes
};

struct Kernels {
    std::string target;  // Highway's name
    int lanes = 0;       // 32-bit lanes of a vector
    // Tables and code sums of a row of pixels, `step` words apart. `groups` tables of each pixel are kept; up to kSlack
    // bytes behind are touched.
    void (*build_tables)(const std::uint64_t* planes, int pixels, int step, int words, int groups, std::uint8_t* tables,
                         std::int32_t* code_sums) = nullptr;
    void (*convolve)(const ConvShape& shape, const ConvRow& row) = nullptr;
    // Codes of a pixel's sums, all blocks.
    void (*quantize)(const ConvShape& shape, const std::int32_t* sums, std::uint64_t* planes) = nullptr;
};

// Byte of a block's 64 in which output 0..63 lies, for vectors of `lanes` 32-bit lanes.
int output_place(int output, int lanes);

// The targets of this machine, best first, by Highway's names.
std::vector<std::string> targets();

// The kernels of a target; "" is the best. Throws Error for one that this machine lacks.
const Kernels& kernels(const std::string& target = "");

}  // namespace ern::engine

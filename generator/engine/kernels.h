// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ern::engine {

// The inner loops, compiled once for each SIMD target by Highway and chosen at run time.
//
// A group of G channels of a pixel becomes a table of 2^G bytes: entry n is the sum of the codes whose bit is set in n.
// G weights (1 for +1) are an index into it, so one byte shuffle looks up the sums of as many outputs as a vector has
// bytes, and m = sum of the codes with weight +1 grows by a byte addition. Then acc = 2 m - (sum of all codes of the
// window). G is 6 where a shuffle has 64 entries (AVX-512 with VBMI), else 4.
//
// An accumulator has 16 bits where every value of its map fits (prepare decides), else 32; all arithmetic is modulo 2^16
// or 2^32, so only results have to fit.
//
// Layouts:
//   planes    [pixel][word][2] of 64 bits: low bits of 64 codes, then their high bits
//   tables    [pixel][group][2^G] bytes; a word has ceil(64 / G) groups, the last one smaller
//   weights   [block of 64 outputs][ky][kx][group][64] bytes, outputs in the order of `output_place`
//   sums      [pixel][block * 64] of 16 or 32 bits
inline constexpr int kBlock = 64;  // outputs
inline constexpr int kSlack = 64;  // bytes that may be written behind tables

// What does not change along a convolution. Arrays are of every padded channel, int16 or int32 as the accumulators.
struct ConvShape {
    int kernel_rows = 0;
    int row_steps = 0;              // lookups of a kernel row: kernel columns * groups
    int chunk_steps = 0;            // of them until bytes are added up; no byte overflows
    std::size_t table_pixel = 0;    // bytes between the windows of neighbouring outputs
    std::size_t block_weights = 0;  // bytes of a block's weights
    int channels = 0;               // of the map of sums, padded to blocks
    const std::uint8_t* weights = nullptr;
    const void* bias = nullptr;                      // added to every accumulator; null for 0
    const void* at[3] = {nullptr, nullptr, nullptr};  // thresholds; null without
    const std::uint64_t* rising = nullptr;           // one bit a channel: its thresholds are not inverted
};

// Neighbouring outputs of a row, one or two blocks of channels. Pointers may be null where nothing is to be read or
// written.
struct ConvRow {
    int pixels = 0;
    int block = 0;                                     // first
    int blocks = 1;                                    // 1 or 2
    const std::uint8_t* const* table_rows = nullptr;   // [ky]: of the first window
    const std::int32_t* window_sums = nullptr;         // [pixel]: of codes
    const void* residual = nullptr;                    // [pixel][channel]: added
    void* products = nullptr;                          // [pixel][channel]: before the residual
    void* sums = nullptr;                              // [pixel][channel]: after it
    std::uint64_t* planes = nullptr;                   // [pixel][word][2]: codes
};

// The loops over accumulators of one width.
struct SumKernels {
    int lanes = 0;  // accumulators of a vector
    void (*convolve)(const ConvShape& shape, const ConvRow& row) = nullptr;
    // Codes of a pixel's sums, all blocks.
    void (*quantize)(const ConvShape& shape, const void* sums, std::uint64_t* planes) = nullptr;
};

struct Kernels {
    std::string target;  // Highway's name
    int group = 0;       // channels of a table
    int vector_bytes = 0;
    int chunk_limit = 0;  // lookups that a byte can count
    // Tables and code sums of a row of pixels, `step` words apart. `groups` tables of each pixel are kept; up to kSlack
    // bytes behind are touched.
    void (*build_tables)(const std::uint64_t* planes, int pixels, int step, int words, int groups, std::uint8_t* tables,
                         std::int32_t* code_sums) = nullptr;
    SumKernels narrow, wide;
    // The inner loop with nothing around it: `steps` lookups and additions for each of eight vectors, tables and weights
    // in the first-level cache (64 * 12 bytes of either). What no convolution can exceed.
    void (*lookups)(const std::uint8_t* tables, const std::uint8_t* weights, int steps, std::uint8_t* result) = nullptr;

    const SumKernels& sums(bool is_narrow) const { return is_narrow ? narrow : wide; }
    int groups_of_word() const { return (kBlock + group - 1) / group; }
    int table_bytes() const { return 1 << group; }
};

// Byte of a block's 64 in which output 0..63 lies, for vectors of `lanes` accumulators and `vector_bytes` bytes.
int output_place(int output, int lanes, int vector_bytes);

// The targets of this machine, best first, by Highway's names.
std::vector<std::string> targets();

// The kernels of a target; "" is the best. Throws Error for one that this machine lacks.
const Kernels& kernels(const std::string& target = "");

}  // namespace ern::engine

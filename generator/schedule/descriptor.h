// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ern::schedule {

// The program is a list of descriptors of kDescriptorWords 32-bit words; this table is their only definition. From it
// come encode()/decode() here, the field macros that the Verilog reads (rtl_templates/control/ern_descriptor.vh) and
// the table in docs/descriptor.md; a test keeps the committed files equal to it.

inline constexpr int kDescriptorWords = 16;
inline constexpr int kDescriptorBits = kDescriptorWords * 32;

enum class Opcode : std::uint32_t {
    end = 0,      // the frame is done; its result goes to the host
    conv = 1,     // one tile of a convolution or pooling layer
    reduce = 2,   // partial sums of the classifier -> result words
    embed = 3,    // rows of the picture, from external memory, through the pixel embedding
    spill = 4,    // partial sums -> external memory
    fill = 5,     // and back
};

struct Field {
    std::string_view name;
    int word;
    int low_bit;
    int bits;
    bool is_signed;
    std::string_view meaning;
};

// Words are activation memory words of one bank, partial-sum memory words, or weight rows, as the meaning says.
inline constexpr std::array kFields{
    Field{"opcode", 0, 0, 4, false, "0 end, 1 conv or pool tile, 2 reduce, 3 embed (external memory only), 4 spill, 5 fill (where partial sums can go to external memory)"},
    Field{"wide", 0, 4, 1, false, "1: the taps are neighbouring channel blocks of one pixel; 0: neighbouring pixels of one channel block"},
    Field{"depthwise", 0, 5, 1, false, "pooling: each output reads its own channel, no weights"},
    Field{"pool_max", 0, 6, 1, false, "pooling keeps the larger instead of adding"},
    Field{"from_zero", 0, 7, 1, false, "the first pass starts from zero; 0: it adds to what the partial sums hold (residual)"},
    Field{"codes", 0, 8, 1, false, "the last pass goes through the thresholds into activation memory"},
    Field{"wait_picture", 0, 9, 1, false, "starts when every embed before it is done"},
    Field{"release_input", 0, 10, 1, false, "when done, the next picture may overwrite this one; end: the result is that of the picture before (overlapping frames)"},
    Field{"paired_rows", 0, 11, 1, false, "embed: the word of an even row holds the row above it in its lower half and the row in its upper half, the word of an odd row holds the row in its lower half"},
    Field{"stride", 0, 12, 4, false, "pixels between neighbouring outputs, both directions"},
    Field{"stride_quotient", 0, 16, 4, false, "stride / taps"},
    Field{"stride_remainder", 0, 20, 4, false, "stride mod taps"},
    Field{"start_remainder", 0, 24, 4, false, "column of the first tap, mod taps"},
    Field{"last_taps", 0, 28, 4, false, "valid taps in the last tap group of a kernel row (wide: of a pixel)"},
    Field{"blocks", 1, 0, 12, false, "output blocks, each as many channels as the array has outputs"},
    Field{"row_groups", 1, 12, 4, false, "kernel rows, as many at a time as a window has rows of taps (tap_rows)"},
    Field{"tap_groups", 1, 16, 4, false, "groups of taps a kernel row"},
    Field{"channel_groups", 1, 20, 12, false, "passes a row group and tap group: channel blocks, or groups of taps of them when wide"},
    Field{"out_width", 2, 0, 12, false, "output pixels a row"},
    Field{"out_rows", 2, 12, 12, false, "output rows of this tile"},
    Field{"start_quotient", 2, 24, 8, true, "column of the first tap / taps, rounded down"},
    Field{"in_width", 3, 0, 12, false, "input pixels a row"},
    Field{"in_height", 3, 12, 12, false, "input rows"},
    Field{"store_weights", 3, 24, 1, false, "external memory: weight rows from the stream are also kept, from weight_row on"},
    Field{"kept_weights", 3, 25, 1, false, "external memory: weight rows come from those kept, from weight_row on, not from the stream"},
    Field{"store_thresholds", 3, 26, 1, false, "the same for threshold rows, from threshold_row on"},
    Field{"kept_thresholds", 3, 27, 1, false, "the same for threshold rows, from threshold_row on"},
    Field{"in_bank", 3, 28, 4, false, "windows of several rows: bank of column 0 and channel block 0 in start_row"},
    Field{"start_row", 4, 0, 16, true, "input row of the first output row's first kernel row (negative: padding); embed: first row"},
    Field{"start_column", 4, 16, 16, true, "input column of the first output's first tap (negative: padding)"},
    Field{"in_row", 5, 0, 16, false, "word of start_row in the input's ring"},
    Field{"in_end", 5, 16, 16, false, "first word behind the input's ring"},
    Field{"in_ring", 6, 0, 16, false, "words of the input's ring"},
    Field{"in_row_step", 6, 16, 16, false, "words an input row"},
    Field{"in_stride_step", 7, 0, 16, false, "words between the input rows of neighbouring output rows"},
    Field{"in_block_step", 7, 16, 16, false, "words between neighbouring channel blocks of one input row"},
    Field{"sum_base", 8, 0, 16, false, "partial-sum word of block 0"},
    Field{"sum_start", 8, 16, 16, false, "the first pixel's place in the partial sums' ring"},
    Field{"sum_ring", 9, 0, 16, false, "words of the partial sums' ring"},
    Field{"sum_block_step", 9, 16, 16, false, "partial-sum words between blocks; 0 where each block may overwrite the last one"},
    Field{"out_row", 10, 0, 16, false, "word of the tile's first row in the output's ring"},
    Field{"out_end", 10, 16, 16, false, "first word behind the output's ring"},
    Field{"out_ring", 11, 0, 16, false, "words of the output's ring"},
    Field{"out_row_step", 11, 16, 16, false, "words an output row"},
    Field{"out_block_step", 12, 0, 16, false, "words between neighbouring channel blocks of one output row"},
    Field{"out_words", 12, 16, 4, false, "channel blocks that one output block fills (1 where an output block is a part of one); embed: words a pixel"},
    Field{"results", 12, 20, 12, false, "reduce: result words, one a class; overlapping frames: part of a word that the first output block is, where outputs are fewer than channels"},
    Field{"weight_row", 13, 0, 32, false, "first weight row; external memory: of the kept ones; spill, fill: first beat in external memory"},
    Field{"threshold_row", 14, 0, 32, false, "first threshold row; external memory: of the kept ones; spill, fill: beats"},
    Field{"passes", 15, 0, 24, false, "passes of all blocks together: row_groups * tap_groups * channel_groups * blocks; embed: pixels, less one; spill, fill: pixels of a block"},
    Field{"last_rows", 15, 24, 4, false, "windows of several rows: valid rows of taps in the last row group"},
    Field{"out_bank", 15, 28, 4, false, "overlapping frames, windows of several rows: bank of column 0 in the word out_row, which may be a later channel block's"},
};

// A descriptor by its fields. Every member is named after its row in kFields.
struct Descriptor {
    std::array<std::uint32_t, kDescriptorWords> words{};
    bool operator==(const Descriptor&) const = default;
};

// Value of a field, sign-extended where it is signed. The name must be in the table.
std::int64_t get(const Descriptor& descriptor, std::string_view field);

// Sets a field. A value that does not fit is a defect of the compiler (ensure), which checks ranges before.
void set(Descriptor& descriptor, std::string_view field, std::int64_t value);

// Largest value that a field holds.
std::int64_t field_limit(std::string_view field);

// The descriptor whose bytes begin at `at`, least significant first.
Descriptor descriptor_at(std::span<const std::uint8_t> program, std::size_t at);

// The Verilog include and the table of the documentation.
std::string descriptor_verilog();
std::string descriptor_markdown();

}  // namespace ern::schedule

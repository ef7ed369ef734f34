// SPDX-License-Identifier: Apache-2.0
// Random convolutions and poolings as a descriptor, and their passes by the loops at the heads of ern_pass and ern_reader.
#pragma once

#include <algorithm>
#include <vector>

#include "descriptor_port.h"

namespace ern::rtl {

inline int floor_divide(int a, int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
inline int modulus(int a, int b) { return a - floor_divide(a, b) * b; }

// A tile on an array of `taps` taps in `tap_rows` rows, of `channels` channels and `outputs` outputs.
struct PassJob {
    int taps, tap_rows, channels, outputs;
    bool wide, depthwise, codes, from_zero, pool_max;
    int kernel, kernel_rows, stride, blocks, last_taps, last_rows;
    int in_blocks;                        // channel blocks of the input
    int in_width, in_height, out_width, out_rows, start_row, start_column;
    int base, ring_rows, row_step, block_step;   // of the input's ring, words
    int sum_base, sum_start, sum_ring, sum_block_step;

    int parts() const { return std::max(1, channels / outputs); }   // output blocks a channel block
    int columns() const { return taps / tap_rows; }
    int tap_groups() const { return wide ? 1 : (kernel + columns() - 1) / columns(); }
    int row_groups() const { return (kernel_rows + tap_rows - 1) / tap_rows; }
    int channel_groups() const { return depthwise ? 1 : wide ? (in_blocks + taps - 1) / taps : in_blocks; }
    int passes() const { return blocks * row_groups() * tap_groups() * channel_groups(); }
    int row_word(int row) const { return base + modulus(row, ring_rows) * row_step; }
    int words() const { return ring_rows * row_step; }
};

inline PassJob random_pass_job(std::mt19937& random, int taps, int tap_rows, int channels, int outputs, int address_bits, int sum_bits) {
    for (;;) {
        PassJob j{};
        j.taps = taps, j.tap_rows = tap_rows, j.channels = channels, j.outputs = outputs;
        const int kind = between(random, 0, 2);
        j.depthwise = kind == 0;
        j.wide = kind == 1;
        j.codes = chance(random, 5), j.from_zero = chance(random, 5), j.pool_max = chance(random, 4);
        j.kernel = j.wide ? 1 : between(random, 1, 2 * j.columns());
        j.kernel_rows = j.wide ? 1 : between(random, 1, 2 * tap_rows + 2);
        j.last_rows = (j.kernel_rows - 1) % tap_rows + 1;
        j.stride = between(random, 1, 3);
        j.in_blocks = between(random, 1, 2 * taps);
        j.blocks = j.depthwise ? between(random, 1, j.in_blocks * j.parts()) : between(random, 1, 3);
        j.last_taps = j.wide ? (j.in_blocks - 1) % taps + 1 : (j.kernel - 1) % j.columns() + 1;
        j.in_width = between(random, 1, 3 * taps), j.in_height = between(random, 1, 9);
        j.out_width = between(random, 1, 9), j.out_rows = between(random, 1, 3);
        j.start_row = between(random, -3, j.in_height), j.start_column = between(random, -3, 1);
        j.block_step = (j.in_width + taps - 1) / taps;
        j.row_step = j.in_blocks * j.block_step + between(random, 0, 2);
        // The rows of a window, and those that its tile still reads, lie in the ring together.
        j.ring_rows = (j.out_rows - 1) * j.stride + j.kernel_rows + between(random, 0, 2);
        if (chance(random, 2)) j.ring_rows = j.in_height;   // the map as it is, which may be lower than a window
        const int room = (1 << address_bits) - j.words();
        if (room < 0) continue;
        j.base = between(random, 0, room);
        const int pixels = j.out_width * j.out_rows;
        j.sum_ring = chance(random, 3) ? between(random, 1, pixels) : pixels + between(random, 0, 3);   // sometimes several laps
        j.sum_start = between(random, 0, j.sum_ring - 1);
        j.sum_block_step = between(random, 0, 1) * (j.sum_ring + 1);
        const int sums = j.sum_ring + (j.blocks - 1) * j.sum_block_step;
        if (sums > (1 << sum_bits)) continue;
        j.sum_base = between(random, 0, (1 << sum_bits) - sums);
        return j;
    }
}

template <typename Port>
void set_pass_job(Port& port, const PassJob& j, std::mt19937& random) {
    set_bits(port, random_bits(random, schedule::kDescriptorBits, 4));   // fields for other units
    const auto put = [&](std::string_view name, int value) {
        for (const schedule::Field& field : schedule::kFields) {
            if (field.name == name) set_field(port, static_cast<std::size_t>(field.word * 32 + field.low_bit), static_cast<std::size_t>(field.bits), static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
        }
    };
    put("wide", j.wide), put("depthwise", j.depthwise), put("codes", j.codes), put("from_zero", j.from_zero), put("pool_max", j.pool_max);
    put("stride", j.stride), put("stride_quotient", j.stride / j.taps), put("stride_remainder", j.stride % j.taps);
    put("start_remainder", modulus(j.start_column, j.taps)), put("start_quotient", floor_divide(j.start_column, j.taps));
    put("last_taps", j.last_taps), put("blocks", j.blocks), put("row_groups", j.row_groups()), put("last_rows", j.last_rows);
    put("in_bank", modulus(j.columns() * j.start_row, j.taps));
    put("tap_groups", j.tap_groups()), put("channel_groups", j.channel_groups()), put("passes", j.passes());
    put("out_width", j.out_width), put("out_rows", j.out_rows), put("in_width", j.in_width), put("in_height", j.in_height);
    put("start_row", j.start_row), put("start_column", j.start_column);
    put("in_row", j.row_word(j.start_row)), put("in_end", j.base + j.words()), put("in_ring", j.words());
    put("in_row_step", j.row_step), put("in_stride_step", modulus(j.stride, j.ring_rows) * j.row_step);
    put("in_block_step", j.block_step), put("sum_base", j.sum_base), put("sum_start", j.sum_start);
    put("sum_ring", j.sum_ring), put("sum_block_step", j.sum_block_step);
}

// A pass: what all of its windows share.
struct Pass {
    int block, row, column, channel_block;         // output block; of the first window's first tap
    int taps, rows;                                // valid taps of a row (wide: of all), valid rows
    int sub;                                       // part of the channel block that a pooling output reads
    bool first, last;                              // of its output block
};

inline std::vector<Pass> passes_of(const PassJob& j) {
    std::vector<Pass> passes;
    for (int block = 0; block < j.blocks; ++block) {
        for (int ky = 0; ky < j.row_groups(); ++ky) {
            for (int g = 0; g < j.tap_groups(); ++g) {
                for (int c = 0; c < j.channel_groups(); ++c) {
                    const bool last_group = c + 1 == j.channel_groups(), last_taps = g + 1 == j.tap_groups();
                    Pass p{};
                    p.block = block, p.row = j.start_row + ky * j.tap_rows, p.column = j.start_column + g * j.columns();
                    p.channel_block = j.depthwise ? block / j.parts() : j.wide ? c * j.taps : c;
                    p.sub = block % j.parts();
                    p.taps = (j.wide ? last_group : last_taps) ? j.last_taps : j.wide ? j.taps : j.columns();
                    p.rows = ky + 1 == j.row_groups() ? j.last_rows : j.tap_rows;
                    p.first = ky == 0 && g == 0 && c == 0;
                    p.last = ky + 1 == j.row_groups() && last_taps && last_group;
                    passes.push_back(p);
                }
            }
        }
    }
    return passes;
}

}  // namespace ern::rtl

// SPDX-License-Identifier: Apache-2.0
// A convolution band by band: tables of the band's input rows, then every block of outputs over them.
#include <algorithm>
#include <cstring>

#include "engine/memory.h"

namespace ern::engine {

namespace {

std::size_t index(int at) { return static_cast<std::size_t>(at); }

// One band of output rows and some of the blocks.
class Band {
  public:
    Band(const Prepared& prepared, const Memory& memory, const ConvStep& step, Scratch& scratch, int band, int part)
        : prepared_(prepared),
          step_(step),
          scratch_(scratch),
          first_(band * step.band_rows),
          rows_(std::min(step.band_rows, step.out.height - first_)),
          planes_(memory.map<std::uint64_t>(prepared, step.input)) {
        const int pairs = (step.blocks + 1) / 2;
        first_block_ = 2 * (pairs * part / step.parts);
        last_block_ = std::min(2 * (pairs * (part + 1) / step.parts), step.blocks);
        products_ = step.store_products ? memory.map<std::int32_t>(prepared, step.layer) : nullptr;
        residual_ = memory.map<std::int32_t>(prepared, step.residual);
        sums_ = step.store_sums ? memory.map<std::int32_t>(prepared, step.sum >= 0 ? step.sum : step.layer) : nullptr;
        codes_ = memory.map<std::uint64_t>(prepared, step.thresholds.layer);
    }

    void run() {
        if (step_.pointwise()) run_line();
        else run_rows();
    }

  private:
    // 1x1: the band's pixels are one row of windows.
    void run_line() {
        const int pixels = rows_ * step_.out.width;
        const std::size_t words = index(step_.in_words) * 2;
        for (int y = 0; y < rows_; ++y) {
            const std::size_t at = index(y * step_.out.width);
            const std::uint64_t* from = planes_ + index((first_ + y) * step_.stride) * index(step_.in.width) * words;
            build(from, step_.out.width, step_.stride, at);
        }
        for (int x = 0; !step_.row_class.empty() && x < pixels; ++x) scratch_.offsets[index(x)] = step_.offsets.data();
        convolve(scratch_.tables.data(), scratch_.code_sums.data(), first_, pixels);
    }

    // Pixels from `from` on, `step` apart, to tables from pixel `at` on.
    void build(const std::uint64_t* from, int pixels, int step, std::size_t at) {
        prepared_.kernels->build_tables(from, pixels, step * step_.in_words, step_.in_words, step_.groups,
                                        scratch_.tables.data() + at * index(step_.groups) * kTable, scratch_.code_sums.data() + at);
    }

    void run_rows() {
        for (int r = 0; r < input_rows(step_, rows_); ++r) build_row(r, first_ * step_.stride - step_.pad + r);
        for (int b = first_block_; b < last_block_; b += 2) {
            for (int y = 0; y < rows_; ++y) {
                if (b == first_block_) sum_windows(y);
                offset_row(y);
                block_row(b, scratch_.tables.data() + index(y * step_.stride) * step_.shape.table_row,
                          scratch_.window_sums.data() + index(y) * index(step_.out.width), (first_ + y) * step_.out.width, step_.out.width);
            }
        }
    }

    // Row `y` of the input, with its padding, as row `r` of the band's tables.
    void build_row(int r, int y) {
        const int width = step_.in.width + 2 * step_.pad;
        const std::size_t at = index(r) * index(width), pixel = index(step_.groups) * kTable;
        std::uint8_t* tables = scratch_.tables.data() + at * pixel;
        std::int32_t* sums = scratch_.code_sums.data() + at;
        if (y < 0 || y >= step_.in.height) {
            std::memset(tables, 0, index(width) * pixel);
            std::fill_n(sums, width, 0);
            return;
        }
        build(planes_ + index(y) * index(step_.in.width) * index(step_.in_words) * 2, step_.in.width, 1, at + index(step_.pad));
        const std::size_t padding = index(step_.pad), right = index(step_.pad + step_.in.width);
        std::memset(tables, 0, padding * pixel);
        std::memset(tables + right * pixel, 0, padding * pixel);  // behind the row: touched by its last pixel
        std::fill_n(sums, padding, 0);
        std::fill_n(sums + right, padding, 0);
    }

    // Sum of all codes of the windows of row `y`.
    void sum_windows(int y) {
        const int width = step_.in.width + 2 * step_.pad;
        std::int32_t* column = scratch_.column_sums.data();
        std::fill_n(column, width, 0);
        for (int ky = 0; ky < step_.kernel; ++ky) {
            const std::int32_t* row = scratch_.code_sums.data() + index(y * step_.stride + ky) * index(width);
            for (int x = 0; x < width; ++x) column[x] += row[x];
        }
        std::int32_t* window = scratch_.window_sums.data() + index(y) * index(step_.out.width);
        for (int x = 0; x < step_.out.width; ++x) {
            std::int32_t sum = 0;
            for (int kx = 0; kx < step_.kernel; ++kx) sum += column[x * step_.stride + kx];
            window[x] = sum;
        }
    }

    void offset_row(int y) {
        if (step_.row_class.empty()) return;
        const int row = step_.row_class[index(first_ + y)] * step_.column_classes;
        for (int x = 0; x < step_.out.width; ++x) {
            const std::size_t part = index(row + step_.column_class[index(x)]);
            scratch_.offsets[index(x)] = step_.offsets.data() + part * index(step_.shape.channels);
        }
    }

    void convolve(const std::uint8_t* tables, const std::int32_t* window_sums, int row, int pixels) {
        for (int b = first_block_; b < last_block_; b += 2) block_row(b, tables, window_sums, row * step_.out.width, pixels);
    }

    // Two blocks of `pixels` neighbouring outputs, the first of them number `at` of the map.
    void block_row(int block, const std::uint8_t* tables, const std::int32_t* window_sums, int at, int pixels) {
        const std::size_t sum_at = index(at) * index(step_.shape.channels);
        ConvRow row;
        row.pixels = pixels;
        row.block = block;
        row.blocks = std::min(2, last_block_ - block);
        row.tables = tables;
        row.window_sums = window_sums;
        row.offsets = step_.row_class.empty() ? nullptr : scratch_.offsets.data();
        row.residual = residual_ ? residual_ + sum_at : nullptr;
        row.products = products_ ? products_ + sum_at : nullptr;
        row.sums = sums_ ? sums_ + sum_at : nullptr;
        row.planes = codes_ ? codes_ + index(at) * index(2 * step_.blocks) : nullptr;
        prepared_.kernels->convolve(step_.shape, row);
    }

    const Prepared& prepared_;
    const ConvStep& step_;
    Scratch& scratch_;
    int first_, rows_;
    const std::uint64_t* planes_;
    int first_block_ = 0, last_block_ = 0;
    std::int32_t* products_;
    const std::int32_t* residual_;
    std::int32_t* sums_;
    std::uint64_t* codes_;
};

}  // namespace

void run_step(const Prepared& prepared, Memory& memory, const ConvStep& step) {
    memory.parallel(step.bands * step.parts, [&](int piece, Scratch& scratch) {
        Band(prepared, memory, step, scratch, piece / step.parts, piece % step.parts).run();
    });
}

}  // namespace ern::engine

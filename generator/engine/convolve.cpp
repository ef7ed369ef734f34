// SPDX-License-Identifier: Apache-2.0
// A convolution strip by strip: tables of the input rows that a row of outputs reads, in a ring, then every block of
// outputs over them.
#include <algorithm>

#include "engine/memory.h"

namespace ern::engine {

namespace {

std::size_t index(int at) { return static_cast<std::size_t>(at); }

// A strip of columns, a band of rows, and some of the blocks of outputs.
class Piece {
  public:
    Piece(const Prepared& prepared, const Memory& memory, const ConvStep& step, Scratch& scratch, int number)
        : prepared_(prepared), step_(step), kernels_(*prepared.kernels), scratch_(scratch) {
        const int part = number % step.parts, strip = number / step.parts % step.strips, band = number / step.parts / step.strips;
        const int pairs = (step.blocks + 1) / 2;
        first_block_ = 2 * (pairs * part / step.parts);
        last_block_ = std::min(2 * (pairs * (part + 1) / step.parts), step.blocks);
        first_row_ = band * step.band_rows;
        last_row_ = std::min(first_row_ + step.band_rows, step.out.height);
        left_ = strip * step.columns;
        columns_ = std::min(step.columns, step.out.width - left_);
        planes_ = memory.map<std::uint64_t>(prepared, step.input);
        products_ = step.store_products ? memory.map<std::uint8_t>(prepared, step.layer) : nullptr;
        residual_ = memory.map<std::uint8_t>(prepared, step.residual);
        sums_ = step.store_sums ? memory.map<std::uint8_t>(prepared, step.sum >= 0 ? step.sum : step.layer) : nullptr;
        codes_ = memory.map<std::uint64_t>(prepared, step.thresholds.layer);
    }

    void run() {
        int built = first_row_ * step_.stride - step_.pad;  // rows of the input before it are in the ring or done with
        for (int y = first_row_; y < last_row_; ++y) {
            const int top = y * step_.stride - step_.pad;
            for (built = std::max(built, top); built < top + step_.kernel; ++built) build_row(built);
            sum_windows();
            for (int ky = 0; ky < step_.kernel; ++ky) scratch_.rows[index(ky)] = scratch_.tables.data() + slot(top + ky) * step_.table_row;
            for (int b = first_block_; b < last_block_; b += 2) convolve(b, y);
        }
    }

  private:
    std::size_t slot(int row) const { return index((row + step_.pad) % step_.kernel); }

    // Row `y` of the input, with what lies outside the map.
    void build_row(int y) {
        const int window_step = step_.stride / step_.gather, count = (columns_ - 1) * window_step + step_.kernel;
        const int first = left_ * step_.stride - step_.pad;
        const int before = std::clamp(-first, 0, count), width = (step_.in.width - first + step_.gather - 1) / step_.gather;
        const int inside = y < 0 || y >= step_.in.height ? 0 : std::clamp(width, before, count) - before;
        const std::size_t row = slot(y);
        if (inside == 0) {
            build(row, 0, count, step_.outside.data(), 0);
            return sum_row(row);
        }
        build(row, 0, before, step_.outside.data(), 0);
        const std::uint64_t* from = planes_ + (index(y) * index(step_.in.width) + index(std::max(first, 0))) * index(2 * step_.in_words);
        build(row, before, inside, from, step_.gather);
        build(row, before + inside, count - before - inside, step_.outside.data(), 0);
        sum_row(row);
    }

    // `count` tables of row `row` of the ring, from the `at`th on, of pixels `step` apart.
    void build(std::size_t row, int at, int count, const std::uint64_t* planes, int step) {
        if (count <= 0) return;
        const std::size_t pixel = index(step_.groups * kernels_.table_bytes());
        kernels_.build_tables(planes, count, step * step_.in_words, step_.in_words, step_.groups,
                              scratch_.tables.data() + row * step_.table_row + index(at) * pixel,
                              scratch_.code_sums.data() + at);
    }

    // Sums of the codes of every window's row, from those of its pixels.
    void sum_row(std::size_t row) {
        std::int32_t* sums = scratch_.row_sums.data() + row * index(step_.columns);
        const int window_step = step_.stride / step_.gather;
        for (int x = 0; x < columns_; ++x) sums[x] = scratch_.code_sums[index(x * window_step)];
        for (int kx = 1; kx < step_.kernel; ++kx) {
            const std::int32_t* code_sums = scratch_.code_sums.data() + kx;
            for (int x = 0; x < columns_; ++x) sums[x] += code_sums[x * window_step];
        }
    }

    void sum_windows() {
        std::int32_t* sums = scratch_.window_sums.data();
        std::copy_n(scratch_.row_sums.data(), columns_, sums);
        for (int ky = 1; ky < step_.kernel; ++ky) {
            const std::int32_t* row = scratch_.row_sums.data() + index(ky) * index(step_.columns);
            for (int x = 0; x < columns_; ++x) sums[x] += row[x];
        }
    }

    // Two blocks of the strip's part of row `y`.
    void convolve(int block, int y) {
        const std::size_t at = index(y) * index(step_.out.width) + index(left_);
        const std::size_t sum_at = at * index(step_.shape.channels) * (step_.narrow ? sizeof(std::int16_t) : sizeof(std::int32_t));
        ConvRow row;
        row.pixels = columns_;
        row.block = block;
        row.blocks = std::min(2, last_block_ - block);
        row.table_rows = scratch_.rows.data();
        row.window_sums = scratch_.window_sums.data();
        row.residual = residual_ ? residual_ + sum_at : nullptr;
        row.products = products_ ? products_ + sum_at : nullptr;
        row.sums = sums_ ? sums_ + sum_at : nullptr;
        row.planes = codes_ ? codes_ + at * index(2 * step_.blocks) : nullptr;
        kernels_.sums(step_.narrow).convolve(step_.shape, row);
    }

    const Prepared& prepared_;
    const ConvStep& step_;
    const Kernels& kernels_;
    Scratch& scratch_;
    int first_block_, last_block_, first_row_, last_row_;
    int left_, columns_;  // of the outputs
    const std::uint64_t* planes_;
    std::uint8_t* products_;
    const std::uint8_t* residual_;
    std::uint8_t* sums_;
    std::uint64_t* codes_;
};

}  // namespace

void run_step(const Prepared& prepared, Memory& memory, const ConvStep& step) {
    memory.parallel(step.strips * step.bands * step.parts,
                    [&](int number, Scratch& scratch) { Piece(prepared, memory, step, scratch, number).run(); });
}

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
// How a convolution is cut into pieces of work.
#include <algorithm>

#include "engine/prepare.h"

namespace ern::engine {

namespace {

constexpr std::size_t kStripBytes = 40 * 1024;  // of tables, in a first-level cache of 48 KiB
constexpr int kTileColumns = 8;                 // outputs that the kernels take at once at most
constexpr int kWideColumns = 32;                // of strips that it does not hold: fewer borders are built twice

std::size_t index(int at) { return static_cast<std::size_t>(at); }

int divide_up(int a, int b) { return (a + b - 1) / b; }

// Tables of the rows that a row of outputs reads stay in the first-level cache, or where that would make strips too
// narrow, in the second. A 1x1 window has no borders.
int strip_columns(const ConvStep& step, std::size_t pixel_bytes, int window_step) {
    const int fit = static_cast<int>(kStripBytes / (index(step.kernel) * pixel_bytes));
    const int columns = (fit - step.kernel) / window_step / kTileColumns * kTileColumns;
    if (columns > 0) return std::min(columns, step.out.width);
    return std::min(step.kernel == 1 ? kTileColumns : kWideColumns, step.out.width);
}

}  // namespace

void cut(ConvStep& step, int threads, const Kernels& kernels, ScratchSizes& scratch) {
    if (step.kernel == 1) {  // nothing but the pixels that are read
        step.gather = step.stride;
        if (step.stride == 1) {
            step.in = {1, static_cast<int>(step.in.pixels()), step.in.channels};
            step.out = {1, static_cast<int>(step.out.pixels()), step.out.channels};
        }
    }
    const int window_step = step.stride / step.gather;
    const std::size_t pixel_bytes = index(step.groups * kernels.table_bytes());
    step.columns = strip_columns(step, pixel_bytes, window_step);
    step.strips = divide_up(step.out.width, step.columns);
    // A band a thread, for each one more builds the tables of its border again; where there are too few, parts.
    step.band_rows = divide_up(step.out.height, std::min(step.out.height, threads));
    step.bands = divide_up(step.out.height, step.band_rows);
    step.parts = std::clamp(threads / (step.strips * step.bands), 1, divide_up(step.blocks, 2));
    step.table_columns = (step.columns - 1) * window_step + step.kernel;
    step.table_row = index(step.table_columns) * pixel_bytes + kSlack;
    step.shape.table_pixel = pixel_bytes * index(window_step);
    const auto need = [](std::size_t& have, std::size_t size) { have = std::max(have, size); };
    need(scratch.table_bytes, index(step.kernel) * step.table_row);
    need(scratch.row_sums, index(step.kernel) * index(step.columns));
    need(scratch.table_columns, index(step.table_columns));
    need(scratch.columns, index(step.columns));
    need(scratch.kernel, index(step.kernel));
}

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
#include "fpga/estimate.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "support/error.h"

namespace ern::fpga {

namespace {

using schedule::Accelerator;
using schedule::MemoryKind;

constexpr int kTile = 32;          // lanes of ern_ecp5_tile

// Of a device's LUTs; above that nothing was seen to route. On an 85F wires are the limit: arrays of 192 x 64, 70 % and more, were
// placed in many ways and not routed.
double most_luts(const Board& board) { return board.capacity.lut4 > 50000 ? 0.65 : 0.75; }

int ceil_div(int a, int b) { return (a + b - 1) / b; }
int log2_up(int value) { return std::bit_width(static_cast<unsigned>(value - 1)); }

// One bank: the deepest shape of a block that holds it, 36 bits of 512 words, 18 of 1,024, 9 of 2,048.
int bank_rams(int bits, int depth) { return ceil_div(bits, depth <= 512 ? 36 : depth <= 1024 ? 18 : 9); }

int memory_rams(const Accelerator& a) {
    const int part = std::min(a.channels, a.outputs);  // channels that are written together
    int rams = a.taps * (a.channels / part) * block_rams(2 * part, a.activation_words);
    rams += a.columns() * block_rams(a.column_outputs * a.accumulator_bits, a.sum_words);
    // With external memory rows lie in rings, which take a beat at once (ern_stream); a fourth one holds pixels, and a row of them.
    const bool external = a.external.kind != MemoryKind::none;
    const int beat = external ? a.external.port_bits : 0;
    rams += block_rams(std::max(a.lanes(), beat), a.weight_rows);
    rams += block_rams(std::max(3 * a.accumulator_bits + 1, beat), a.threshold_rows);
    rams += block_rams(std::max(32, beat), a.program_words) + 2 * block_rams(32, std::max(a.result_words, 16));
    if (external) rams += block_rams(beat, 512) + 1;
    if (a.kept_weight_rows > 0) rams += block_rams(a.lanes(), a.kept_weight_rows);
    if (a.kept_threshold_rows > 0) rams += block_rams(3 * a.accumulator_bits + 1, a.kept_threshold_rows);
    return rams;
}

// Streams and the memory's controller; LiteDRAM's with its PHY, and beats of 128 bits, are the larger.
struct External {
    int lut4 = 0, ff = 0;
};
External external_of(MemoryKind kind) {
    switch (kind) {
        case MemoryKind::sdr:
        case MemoryKind::sdr32: return {4100, 1500};
        case MemoryKind::ddr3:
        case MemoryKind::ddr3_800: return {5850, 2110};
        default: return {};
    }
}

// ern_spill with its queue, and what every accumulator has for its way out and in: counted by Yosys, at ports of 128 bits.
External spill_of(const Accelerator& a) {
    if (a.spill == 0) return {};
    const int bits = a.outputs * a.accumulator_bits;
    return {1650 + 3 * bits, 330 + 4 * bits};
}

// LUT a bit that choose among the banks of a memory (ern_ram_banks).
int bank_luts(int depth) {
    const int banks = depth / 2048 + (depth % 2048 == 0 ? 0 : depth % 2048 > 1024 && depth % 2048 <= 1536 ? 2 : 1);
    return banks < 2 ? 0 : banks == 2 ? 1 : 4;
}

// Positions of carry chains of one output: its tiles with their adders, 2m - total, the accumulator, three comparisons.
int output_positions(const Accelerator& a) {
    constexpr int kTree = 86;  // of 32 lanes, with the ends of its chains
    int positions = 0;
    for (int lanes = 0; lanes < a.lanes(); lanes += kTile) {
        positions += kTree + log2_up(3 * std::min(a.lanes(), lanes + kTile) + 1) + 1;
    }
    return positions + log2_up(3 * a.lanes() + 1) + 2 + a.accumulator_bits + 2 + 3 * (a.accumulator_bits - 2);
}

// How fast the device's cells are beside those of an LFE5U of speed grade 6, by the clocks of routed designs. nextpnr's delay of a LUT
// has ratios of 1.3 for grade 8, and 1.7 for an LFE5UM5G.
double cell_speed(const Board& board) {
    if (board.speed_grade < 8) return 1.0;
    return board.is_5g() ? 1.36 : 1.2;
}

// The slowest path of a routed design is a long net or one of many readers, which a design has on an empty device, too; from about
// half of the LUTs on nets grow longer, and where nearly all block RAM is in use, memories lie where there is one left. Fitted to
// designs of fpga/results/designs.json, each routed once.
double clock_mhz(const Usage& used, const Board& board) {
    constexpr double kFree = 88, kFreeLuts = 0.55, kLutSlope = 40, kFreeRams = 0.92, kRamSlope = 1.8, kLeast = 50;
    const auto beyond = [](int need, int have, double free) { return std::max(0.0, static_cast<double>(need) / have - free); };
    const double by_luts = std::max(kLeast, kFree - kLutSlope * beyond(used.lut4, board.capacity.lut4, kFreeLuts));
    return cell_speed(board) * by_luts * (1 - kRamSlope * beyond(std::min(used.ebr, board.capacity.ebr), board.capacity.ebr, kFreeRams));
}

}  // namespace

int block_rams(int bits, int depth) {
    int rams = 0;
    while (depth > 2048) {
        rams += bank_rams(bits, 2048);
        depth -= 2048;
    }
    if (depth > 1024 && depth <= 1536) return rams + bank_rams(bits, 1024) + bank_rams(bits, depth - 1024);
    return rams + bank_rams(bits, depth);
}

Estimate estimate(const Accelerator& a, const Board& board) {
    const int tiles = ceil_div(a.lanes(), kTile), threshold = 3 * a.accumulator_bits + 1;
    Estimate e;
    Usage& u = e.used;
    u.ebr = memory_rams(a);
    // LUT: beside the chains an output has masks, the count of its thresholds and its part of peek; a column the choice of
    // rows; the left edge the sum of all codes; reader, writer and streams grow with the lanes.
    const int luts_an_output = 2 * tiles + 14 + 10 + (a.pooling ? 46 : 0);
    const External external = external_of(a.external.kind), spill = spill_of(a);
    const int reader = 9 * a.lanes(), rest = 6000 + external.lut4 + spill.lut4;
    const int banks = 2 * a.lanes() * bank_luts(a.activation_words) + a.outputs * a.accumulator_bits * bank_luts(a.sum_words);
    u.lut4 = a.outputs * (output_positions(a) + luts_an_output) + 100 * tiles + reader + banks + rest;
    // FF: weights and thresholds twice, registers of the tiles, accumulators; what a column passes on; the skew of lanes.
    const int ff_an_output = 2 * a.lanes() + 2 * threshold + 65 * tiles + 2 * a.accumulator_bits + 15 + (a.pooling ? 40 : 0);
    const int peek = a.accumulator_bits * ceil_div(a.column_outputs, 4);
    const int ff_a_column = 3 * a.lanes() + threshold + 60 + 10 * tiles + a.column_outputs * a.columns() + peek;
    const int skew = 3 * kTile * tiles * (tiles - 1) / 2;
    u.ff = a.outputs * ff_an_output + a.columns() * ff_a_column + skew + 10 * a.lanes() + 2750 + external.ff + spill.ff;
    e.clock_mhz = clock_mhz(u, board);
    return e;
}

std::string refusal(const Accelerator& a, const Board& board) {
    const Usage used = estimate(a, board).used;
    const Capacity& c = board.capacity;
    const auto too_many = [&](const char* what, int need, double have) {
        return fmt::format("it needs about {} {}, {} has {:.0f}", need, what, board.device, have);
    };
    if (used.ebr > c.ebr) return too_many("block RAMs", used.ebr, c.ebr);
    const double most = most_luts(board);
    if (used.lut4 > most * c.lut4) return too_many("LUT4", used.lut4, c.lut4) + fmt::format(", and nothing above {:.0f} % routes", 100 * most);
    if (used.ff > 0.95 * c.ff) return too_many("registers", used.ff, c.ff);
    if (a.external.kind != MemoryKind::none && board.memory == MemoryKind::none) {
        return fmt::format("{} has no external memory with a controller", board.name);
    }
    if (a.external.kind != MemoryKind::none && a.external.kind != board.memory) {
        return fmt::format("the board's memory is {}, and [external] kind is {}", schedule::memory_name(board.memory),
                           schedule::memory_name(a.external.kind));
    }
    return "";
}

}  // namespace ern::fpga

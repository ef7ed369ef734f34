// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/network.h"
#include "schedule/accelerator.h"
#include "schedule/descriptor.h"

namespace ern::schedule {

// Strips first..last, both inclusive, in the order in which they run (Plan::strips without those of the picture).
struct Span {
    int first = 0, last = 0;
    bool operator==(const Span&) const = default;
};
// Spans that follow each other: when something is there. Between them its words are free for others.
using Life = std::vector<Span>;

// Words offset..offset + words - 1 of a buffer: rows of a ring that come and go together.
struct Piece {
    int offset = 0, words = 0;
    Life life;
    bool operator==(const Piece&) const = default;
};

// Rows first_row..end_row-1 of a map: the first one lies at word `start`, each next one behind it, and what would come to
// `end` goes back by `ring` words. Words count from the buffer's base.
struct RowPart {
    int first_row = 0, end_row = 0;
    int start = 0, end = 0, ring = 0;
    bool operator==(const RowPart&) const = default;
};

// A map in activation memory: word of (y, x, channel block b) = base + word(y) + b * block_step + x / taps, in bank
// (x + b + tap_columns * y) mod taps. Rows that a tile writes or reads are of one part.
struct ActivationBuffer {
    int layer = -1;  // the layer whose codes lie here
    int base = 0, words = 0;
    int rows = 0;  // that it has room for at once; the map's height where it is kept whole
    int row_step = 0, block_step = 0;
    int blocks = 0;              // channel blocks
    std::vector<RowPart> parts;  // one for a ring
    std::vector<Piece> pieces;

    const RowPart& part(int row) const;
    int word(int row) const;  // of a row that is there, or of one above the map, which comes round to row 0
};

// A map in partial-sum memory: word of (pixel, output block b) = base + b * block_step + pixel mod ring.
struct SumBuffer {
    int layer = -1;  // the layer whose accumulators lie here at the end of the step that made them
    int base = 0, words = 0;
    int ring = 0, block_step = 0;
    int blocks = 0;
    bool kept = false;  // a residual map, whole or a ring of rows; otherwise room for one tile
    int step = 0;       // the first step that works on it
    std::vector<Piece> pieces;
    int height = 0;         // of the map
    int spilled_at = -1;    // where rows lie in external memory while they have no room here: beat of row 0; -1: all have room
    int row_beats = 0;
};

enum class StepKind { conv, pool, reduce };

// What the hardware does as one: a convolution with the residual add, the thresholds and the sum that follow it, or a
// pooling layer with its rounding. The maps of its layers can be compared when its last descriptor is done.
struct Step {
    StepKind kind = StepKind::conv;
    std::string name;     // of the convolution, the pooling layer or the sum
    int source = -1;      // the layer that it computes from its input: Conv, Pool or GlobalSum
    int sums_layer = -1;  // the layer whose accumulators it leaves: the Conv or the ResidualAdd after it
    int codes_layer = -1; // the layer whose codes it writes, or -1
    int input = -1;       // index into Plan::activations
    int output = -1;      // index into Plan::activations, or -1
    int sums = -1;        // index into Plan::sums
    bool adds_residual = false;
    bool paired_rows = false;  // reads a picture whose words hold two rows (see descriptor field paired_rows)
    int kept_weights = -1;     // first kept row of its weights: its first tile streams them, later ones find them there
    int kept_thresholds = -1;  // the same of its thresholds
    int descriptors = 0;
    std::int64_t passes = 0;
    std::int64_t macs = 0;
    std::int64_t predicted_cycles = 0;
    std::string remark;  // why the array is badly used, where it is
};

// Steps that run interleaved, strip by strip: `first`..`last`, both inclusive. A map that is made and read inside one
// segment needs a ring of rows; one that crosses its border is kept whole. A step of its own segment runs whole.
struct Segment {
    int first = 0, last = 0;
    int tile_pixels = 0;  // what a tile of its steps aims at
    bool tall = false;    // tiles may hold as many rows as are asked for, up to the tile's depth
    bool in_two = false;  // so too, and the last step runs in two strips, of which the second takes all that is left
    bool upward = false;  // strips from the bottom up
    bool operator==(const Segment&) const = default;
};

// Rows of a step, of the picture's embedding, or of a residual map on its way to external memory and back.
struct Strip {
    static constexpr int kPicture = -1, kEnd = -2, kSpill = -3, kFill = -4;
    int step = kEnd;
    int first_row = 0, rows = 0;
    int sums = -1;  // spill, fill: index into Plan::sums
    bool late = false;          // of the frame before (overlap.h)
    int piece = 0, pieces = 1;  // of a late convolution: one kernel row of one output block, blocks one after the other
    bool operator==(const Strip&) const = default;
};

// Everything that the accelerator needs for one network. Plain data.
struct Plan {
    Accelerator accelerator;
    model::Network network;  // as scheduled: the given one with sampling layers (sample.h), which layer numbers below mean
    std::string network_name;
    std::uint32_t network_fingerprint = 0;
    model::Shape picture;
    std::vector<Step> steps;
    std::vector<Segment> segments;              // all steps, in order
    std::vector<ActivationBuffer> activations;  // [0] is the picture's embedding
    std::vector<SumBuffer> sums;
    std::vector<Strip> strips;                      // in the order in which they run
    std::vector<Descriptor> program;                // the last one is `end`
    std::vector<Strip> tiles;                       // what each descriptor of the program computes
    std::vector<std::vector<std::uint64_t>> weights;  // rows of lanes bits, lane 0 in bit 0 of word 0
    std::vector<std::array<std::int32_t, 4>> thresholds;  // rows: at[0..2] in the accumulator's width, inverted
    std::vector<double> logit_scale;                // logit[c] = result[c] * logit_scale[c]
    std::vector<std::string> labels;
    std::int64_t predicted_cycles = 0;              // of a frame, from its start to its published result
    int accumulator_bits_needed = 0;
    int activation_words_used = 0, sum_words_used = 0;
    int late_from = 0, late_until = 0;  // first step that runs in the next frame, last one beside whose strips it may; late_from = number of steps: none does (overlap.h)
    std::int64_t spilled_beats = 0;  // of external memory, for rows of residual maps

    // True where program, weights, thresholds and pictures stream from external memory.
    bool external() const { return accelerator.external.kind != MemoryKind::none; }

    double utilisation(const Step& step) const {
        return step.predicted_cycles == 0 ? 0.0
                                          : static_cast<double>(step.macs) / static_cast<double>(step.predicted_cycles) /
                                                accelerator.macs_per_cycle();
    }
};

// True where the last steps of a frame run with the next frame's first ones.
inline bool overlaps(const Plan& plan) {
    for (const Strip& strip : plan.strips) {
        if (strip.late) return true;
    }
    return false;
}

// Schedules a network on an accelerator. Throws Error, naming the layer, what is short, by how much, and the setting
// that would make it fit, when the network does not fit or could overflow.
Plan make_plan(const model::Network& network, const Accelerator& accelerator);

// Rechecks what the hardware relies on: every address inside its memory, lifetimes disjoint, rows in range.
void check(const Plan& plan);

// Cycles from the start of a frame to the moment in which each descriptor is done, exactly as the hardware takes
// them without stalls; the last entry (`end`) is the publication of the result.
std::vector<std::int64_t> predict_done(const Plan& plan);

// What a frame asks of external memory; all 0 without one.
struct Traffic {
    std::int64_t program = 0, weights = 0, thresholds = 0, pictures = 0, sums = 0;  // bytes; a picture is written and read, so are sums
    std::int64_t memory_cycles = 0;   // that the part needs for them at its full rate
    std::int64_t compute_cycles = 0;  // of a frame that never waits for it
    std::int64_t bytes() const { return program + weights + thresholds + pictures + sums; }
};
Traffic traffic_of(const Plan& plan);

// Both memories over the time of a frame, as SVG.
std::string memory_picture(const Plan& plan);

// The plan as a table for people.
std::string describe(const Plan& plan);

}  // namespace ern::schedule

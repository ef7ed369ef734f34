// SPDX-License-Identifier: Apache-2.0
#include "schedule/allocate.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "schedule/chains.h"
#include "schedule/lifetimes.h"
#include "schedule/loops.h"
#include "schedule/order.h"
#include "schedule/overlap.h"
#include "schedule/overflow.h"
#include "schedule/placer.h"
#include "schedule/spill.h"
#include "support/error.h"

namespace ern::schedule {

namespace {

class Allocator {
  public:
    Allocator(const model::Network& network, Plan& plan, bool apart = true)
        : network_(network), plan_(plan), apart_(apart), flow_(flow_of(network, plan.steps)), ranges_(accumulator_ranges(network)) {
        int next = 0;
        std::vector<std::vector<Strip>> strips_of;
        for (const Segment& segment : plan.segments) {
            ensure(segment.first == next, "the segments hold every step once");
            next = segment.last + 1;
            strips_of.push_back(order_strips(network, plan.steps, flow_, segment, plan.accelerator.tile_depth));
        }
        ensure(next == static_cast<int>(plan.steps.size()), "the segments hold every step once");
        strips_ = overlapped(network, plan, strips_of);
    }

    void run() {
        activations();
        sums();
        strips();
    }

    // Throws where a memory is too small.
    void check() const {
        check_rows();
        check_activations();
        check_sums();
    }

  private:
    void activations() {
        const int steps = static_cast<int>(plan_.steps.size());
        add_picture();
        for (int s = 0; s < steps; ++s) {
            Step& step = plan_.steps[index(s)];
            if (step.kind == StepKind::reduce) continue;
            step.input = buffer_of(input_layer(step));
            if (step.codes_layer < 0) continue;
            step.output = add_activation(step.codes_layer, rows_of(s));
        }
        Placer(plan_.activations, plan_.accelerator.activation_words).run();
        plan_.activation_words_used = words_used(plan_.activations);
        if (apart_ && plan_.activation_words_used > plan_.accelerator.activation_words) part_rings();
    }

    // Where rings do not fit: rows of a map that no strip needs together lie where there is room.
    void part_rings() {
        std::vector<Chain> chains;
        for (std::size_t b = 1; b < plan_.activations.size(); ++b) {
            const auto more = chains_of_buffer(static_cast<int>(b));
            chains.insert(chains.end(), more.begin(), more.end());
        }
        const int strips = static_cast<int>(strips_.size()), words = plan_.accelerator.activation_words;
        if (!place_chains(chains, plan_.activations.front().pieces, strips, words)) return;
        plan_.activations.front().base = 0;
        for (std::size_t b = 1; b < plan_.activations.size(); ++b) put(plan_.activations[b], static_cast<int>(b), chains);
        plan_.activation_words_used = words_used(plan_.activations);
    }

    // Rows of the codes that step s writes. What the late steps read is there from one frame to the next.
    std::vector<Span> rows_of(int s) const {
        auto rows = code_rows(network_, plan_.steps, flow_, strips_, s);
        const int late = plan_.late_from;
        if (s < late && flow_.last_reader[index(s)] >= late) std::fill(rows.begin(), rows.end(), Span{0, static_cast<int>(strips_.size()) - 1});
        return rows;
    }

    std::vector<Chain> chains_of_buffer(int buffer) const {
        const ActivationBuffer& b = plan_.activations[index(buffer)];
        std::vector<RowRange> ranges;
        int made = -1;
        for (const Strip& strip : strips_) {
            const Step& step = plan_.steps[index(strip.step)];
            if (step.kind == StepKind::reduce) continue;
            const int end = strip.first_row + strip.rows;
            if (step.codes_layer == b.layer) {
                made = strip.step;
                ranges.push_back({strip.first_row, end});
            } else if (input_layer(step) == b.layer) {
                ranges.push_back({first_input_row(network_, step, strip.first_row), end_input_row(network_, step, end - 1)});
            }
        }
        return chains_of(buffer, b.row_step, rows_of(made), ranges);
    }

    static void put(ActivationBuffer& b, int number, const std::vector<Chain>& chains) {
        int end = 0;
        b.base = std::numeric_limits<int>::max();
        b.parts.clear();
        b.pieces.clear();
        for (const Chain& chain : chains) {
            if (chain.buffer != number) continue;
            b.parts.push_back(chain.part);
            b.pieces.insert(b.pieces.end(), chain.pieces.begin(), chain.pieces.end());
            b.base = std::min(b.base, chain.part.end - chain.part.ring);
            end = std::max(end, chain.part.end);
        }
        b.words = end - b.base;
        for (RowPart& part : b.parts) part.start -= b.base, part.end -= b.base;
        for (Piece& piece : b.pieces) piece.offset -= b.base;
    }

    // In the order in which they run.
    void strips() {
        plan_.strips = plan_.external() ? with_exchange(plan_, with_picture(network_, plan_.steps, flow_, strips_)) : strips_;
    }

    void sums() {
        plan_.spilled_beats = 0;
        const int steps = static_cast<int>(plan_.steps.size());
        for (int s = 0; s < steps; ++s) {
            Step& step = plan_.steps[index(s)];
            if (step.adds_residual || step.kind == StepKind::reduce) continue;
            const int last = flow_.chain_end[index(s)];
            if (last > s) add_kept(s, last);
        }
        Placer(plan_.sums, plan_.accelerator.sum_words).run();
        plan_.sum_words_used = words_used(plan_.sums);
        // A late step's tile cannot be smaller, so it comes first.
        for (int s = plan_.late_from; s < steps; ++s) give_tile(s);
        for (int s = 0; s < plan_.late_from; ++s) give_tile(s);
    }

    static std::size_t index(int i) { return static_cast<std::size_t>(i); }
    const model::Layer& layer(int i) const { return network_.layers[index(i)]; }
    int input_layer(const Step& step) const { return layer(step.source).inputs[0]; }

    int buffer_of(int codes_layer) const {
        for (std::size_t b = 0; b < plan_.activations.size(); ++b) {
            if (plan_.activations[b].layer == codes_layer) return static_cast<int>(b);
        }
        ensure(false, "the codes that a step reads were written by a step before");
        return -1;
    }

    // With all on chip the next picture is written while this one is computed, so its words are nobody else's. From
    // external memory it comes strip by strip, beside the strip before the one that reads it.
    void add_picture() {
        const int height = layer(0).shape.height, last = static_cast<int>(strips_.size()) - 1;
        const int rows = plan_.external() ? picture_rows_held(network_, plan_.steps, flow_, strips_) : height;
        ActivationBuffer b = codes_buffer(0, rows);
        b.pieces = whole_piece(b.words, plan_.external() ? picture_span(plan_.steps, flow_, strips_) : Span{0, last});
        plan_.activations.push_back(b);
    }

    int add_activation(int codes_layer, const std::vector<Span>& rows) {
        ActivationBuffer b = codes_buffer(codes_layer, ring_rows(rows));
        b.pieces = ring_pieces(rows, b.rows, b.row_step);
        plan_.activations.push_back(b);
        return static_cast<int>(plan_.activations.size()) - 1;
    }

    ActivationBuffer codes_buffer(int codes_layer, int rows) const {
        const ActivationBuffer b = activation_buffer(network_, plan_.accelerator, codes_layer, rows);
        refuse_huge(layer(codes_layer).name, b.words, "activation_words");
        return b;
    }

    // Judged when all maps have their place, which does not depend on the limit: the words named are enough for all.
    void check_activations() const {
        const int there = plan_.accelerator.activation_words, needed = plan_.activation_words_used;
        if (needed <= there) return;
        std::vector<Setting> settings{{"activation_words", needed}};
        if (plan_.sum_words_used > plan_.accelerator.sum_words) settings.push_back({"sum_words", plan_.sum_words_used});
        const ActivationBuffer& b = last_of(plan_.activations);
        const model::Shape& shape = layer(b.layer).shape;
        fail("layer {}: its {} x {} x {} codes need {} words a bank from word {} on, activation memory ends at {}: {} words "
             "short ({})", layer(b.layer).name, shape.height, shape.width, shape.channels, b.words, b.base, there,
             needed - there, remedy(plan_.accelerator, settings));
    }

    template <typename Buffer>
    static const Buffer& last_of(const std::vector<Buffer>& buffers) {
        return *std::max_element(buffers.begin(), buffers.end(), [](const Buffer& a, const Buffer& b) {
            return a.base + a.words < b.base + b.words;
        });
    }

    SumBuffer sized(int s, int ring) const {
        const model::Shape& shape = layer(plan_.steps[index(s)].sums_layer >= 0 ? plan_.steps[index(s)].sums_layer
                                                                                : plan_.steps[index(s)].source).shape;
        SumBuffer b;
        b.layer = plan_.steps[index(s)].sums_layer;
        b.blocks = divide_up(shape.channels, plan_.accelerator.outputs);
        b.ring = ring;
        b.step = s;
        return b;
    }

    void add_kept(int s, int last) {
        const model::Shape& shape = layer(plan_.steps[index(s)].sums_layer).shape;
        const bool only_summed = last == s + 1 && plan_.steps[index(last)].kind == StepKind::reduce &&
                                 plan_.steps[index(s)].codes_layer < 0;
        const auto rows = sum_rows(network_, plan_.steps, flow_, strips_, s);
        int spilled = is_cut(plan_, flow_, s) ? spilled_ring(network_, plan_, flow_, s) : 0;
        for (const Strip& strip : strips_) {
            if (flow_.chain[index(strip.step)] == s && strip.rows > spilled) spilled = 0;  // a strip needs all its rows at once
        }
        const int ring = only_summed ? reduce_ring(static_cast<int>(shape.pixels()), pixels_a_word(s))
                                     : shape.width * (spilled > 0 ? spilled : ring_rows(rows));
        SumBuffer b = sized(s, ring);
        b.height = shape.height;
        b.kept = true;
        b.block_step = b.ring;
        b.words = b.ring * b.blocks;
        refuse_huge(plan_.steps[index(s)].name, b.words, "sum_words");
        if (spilled > 0) {
            spill(b, shape, rows);
        } else if (only_summed) {
            b.pieces = whole_piece(b.words, {rows.front().first, static_cast<int>(strips_.size()) - 1});
        } else {
            for (int block = 0; block < b.blocks; ++block) {
                for (Piece piece : ring_pieces(rows, ring / shape.width, shape.width)) {
                    piece.offset += block * b.block_step;
                    b.pieces.push_back(piece);
                }
            }
        }
        b.base = kNowhere;
        const int id = static_cast<int>(plan_.sums.size());
        plan_.sums.push_back(b);
        for (int t = s; t <= last; ++t) {
            if (flow_.chain[index(t)] == s) plan_.steps[index(t)].sums = id;
        }
    }

    // A map of which only a ring of rows is on the chip: its words are its own from its first strip to its last.
    void spill(SumBuffer& b, const model::Shape& shape, const std::vector<Span>& rows) {
        Span life = rows.front();
        for (const Span& row : rows) life = {std::min(life.first, row.first), std::max(life.last, row.last)};
        b.pieces = whole_piece(b.words, life);
        b.spilled_at = static_cast<int>(plan_.spilled_beats);
        b.row_beats = shape.width * b.blocks * plan_.accelerator.columns();
        plan_.spilled_beats += std::int64_t{shape.height} * b.row_beats;
    }

    // How many accumulators of step s may be added up in one word without overflow.
    std::int64_t pixels_a_word(int s) const {
        const std::int64_t limit = (std::int64_t{1} << (plan_.accelerator.accumulator_bits - 1)) - 2;
        return limit / std::max<std::int64_t>(1, ranges_[index(plan_.steps[index(s)].sums_layer)].magnitude());
    }

    // Smallest ring over which `pixels` accumulators of one output may be spread, at most `most` in a word, so that a
    // word comes again after 4 cycles or more, within a pass and from one pass to the next.
    static int reduce_ring(int pixels, std::int64_t most) {
        for (int ring = 4; ring < pixels; ++ring) {
            if ((pixels - 1) % ring + 1 >= 4 && divide_up(pixels, ring) <= most) return ring;
        }
        return pixels;
    }

    // Every step without a kept map works on whole rows, of which a tile holds at least one.
    void check_rows() const {
        const Accelerator& a = plan_.accelerator;
        int widest = 0, wanted = -1;
        for (std::size_t s = 0; s < plan_.steps.size(); ++s) {
            const Step& step = plan_.steps[s];
            if (step.kind == StepKind::reduce || plan_.sums[index(step.sums)].kept || layer(step.source).shape.width <= widest) continue;
            widest = layer(step.source).shape.width;
            wanted = static_cast<int>(s);
        }
        if (widest <= a.tile_depth) return;
        fail("layer {}: one row has {} pixels, a tile holds {}: {} short ({})", plan_.steps[index(wanted)].name, widest,
             a.tile_depth, widest - a.tile_depth, remedy(plan_.accelerator, {{"tile_depth", widest}}));
    }

    void give_tile(int s) {
        Step& step = plan_.steps[index(s)];
        if (step.sums < 0 && step.kind != StepKind::reduce) step.sums = add_tile(s);
    }

    // Room for one tile: as many rows as the tile depth and the free words allow, and one where none fits.
    int add_tile(int s) {
        const Accelerator& a = plan_.accelerator;
        const model::Shape& shape = layer(plan_.steps[index(s)].source).shape;
        const int limit = std::min({a.tile_depth, a.sum_words, static_cast<int>(shape.pixels())});
        const Life life = tile_life(strips_, s);
        for (int rows = limit / shape.width; rows > 1; --rows) {
            SumBuffer b = sized(s, rows * shape.width);
            b.words = b.ring;
            b.pieces = {{0, b.words, life}};
            b.base = place(plan_.sums, b);
            if (b.base + b.words <= a.sum_words) return commit(b);
        }
        SumBuffer b = sized(s, shape.width);
        b.words = b.ring;
        b.pieces = {{0, b.words, life}};
        return commit(b);
    }

    // Far more than any memory: refused before sums of such sizes could overflow.
    void refuse_huge(const std::string& name, int words, const char* key) const {
        constexpr int kHuge = 1 << 24;
        if (words > kHuge) fail("layer {}: one of its maps needs {} words ({})", name, words, remedy(plan_.accelerator, {{key, words}}));
    }

    int commit(SumBuffer b) {
        refuse_huge(plan_.steps[index(b.step)].name, b.words, "sum_words");
        b.base = place(plan_.sums, b);
        plan_.sum_words_used = std::max(plan_.sum_words_used, b.base + b.words);
        plan_.sums.push_back(b);
        return static_cast<int>(plan_.sums.size()) - 1;
    }

    // Kept maps lie where they lie whatever the limit, and tiles have shrunk to one row: the words named are enough.
    void check_sums() const {
        const int there = plan_.accelerator.sum_words, needed = plan_.sum_words_used;
        if (needed <= there) return;
        const SumBuffer& b = last_of(plan_.sums);
        fail("layer {}: its accumulators need {} words from word {} on, partial-sum memory ends at {}: {} words short ({})",
             plan_.steps[index(b.step)].name, b.words, b.base, there, needed - there, remedy(plan_.accelerator, {{"sum_words", needed}}));
    }

    const model::Network& network_;
    Plan& plan_;
    bool apart_;  // rows of a map may lie apart
    Flow flow_;
    std::vector<Range> ranges_;
    std::vector<Strip> strips_;  // of all segments
};

}  // namespace

ActivationBuffer activation_buffer(const model::Network& network, const Accelerator& a, int codes_layer, int rows) {
    const model::Layer& layer = network.layers[static_cast<std::size_t>(codes_layer)];
    ActivationBuffer b;
    b.layer = codes_layer;
    b.block_step = divide_up(layer.shape.width, a.taps);
    b.blocks = divide_up(layer.shape.channels, a.channels);
    if (std::holds_alternative<model::Thresholds>(layer.operation) && a.outputs > a.channels) {
        b.blocks = divide_up(layer.shape.channels, a.outputs) * (a.outputs / a.channels);  // written that many at once
    }
    b.row_step = b.blocks * b.block_step;
    b.rows = rows;
    b.words = rows * b.row_step;
    b.parts = {{0, layer.shape.height, 0, b.words, b.words}};
    return b;
}

void allocate(const model::Network& network, Plan& plan) {
    Allocator allocator(network, plan);
    allocator.run();
    allocator.check();
}

void allocate_unchecked(const model::Network& network, Plan& plan, bool apart) { Allocator(network, plan, apart).run(); }

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
#include "schedule/lower.h"

#include <algorithm>

#include "schedule/external.h"
#include "schedule/keep.h"
#include "schedule/loops.h"
#include "support/error.h"

namespace ern::schedule {

namespace {

class Lowering {
  public:
    Lowering(const model::Network& network, Plan& plan) : network_(network), plan_(plan), a_(plan.accelerator) {}

    void run() {
        rows_of_.assign(plan_.steps.size(), {});
        for (const Strip& strip : plan_.strips) {
            if (strip.step == Strip::kPicture) lower_picture(strip);
            else if (strip.step < 0) lower_exchange(strip);
            else if (step(strip).kind == StepKind::reduce) lower_reduce(strip);
            else lower_strip(strip);
        }
        release_picture();
        Descriptor end;
        set(end, "opcode", static_cast<int>(Opcode::end));
        set(end, "release_input", overlaps(plan_));
        push(end, {});
        if (!plan_.external()) check_room();
    }

  private:
    const model::Layer& layer(int i) const { return network_.layers[static_cast<std::size_t>(i)]; }

    Step& step(const Strip& strip) const { return plan_.steps[static_cast<std::size_t>(strip.step)]; }

    void push(const Descriptor& d, const Strip& tile) {
        plan_.program.push_back(d);
        plan_.tiles.push_back(tile);
        filled_.push_back({std::ssize(plan_.weights), std::ssize(plan_.thresholds), std::ssize(plan_.program) * kDescriptorWords});
    }

    // A strip in tiles of as many rows as its partial sums have room for.
    void lower_strip(const Strip& strip) {
        Step& s = step(strip);
        const Loops loops = loops_of(network_, a_, s);
        const int rows_a_tile = tile_rows(network_, plan_, strip);
        if (strip.pieces > 1) {
            ensure(rows_a_tile == strip.rows, "a late step is one tile");
            return lower_piece(strip, loops);
        }
        for (int y = strip.first_row; y < strip.first_row + strip.rows; y += rows_a_tile) {
            const int rows = std::min(rows_a_tile, strip.first_row + strip.rows - y);
            Descriptor d = tile(s, loops, y, rows);
            add_rows(d, s, loops, strip.step);
            push(d, {.step = strip.step, .first_row = y, .rows = rows, .late = strip.late});
            ++s.descriptors;
            s.passes += loops.passes_per_block() * loops.blocks;
        }
    }

    // One row group of one output block.
    void lower_piece(const Strip& strip, const Loops& loops) {
        Step& s = step(strip);
        const int block = strip.piece / loops.row_groups, group = strip.piece % loops.row_groups, ky = group * a_.tap_rows;
        const bool last = group + 1 == loops.row_groups;
        Descriptor d = tile(s, loops, strip.first_row, strip.rows);
        const std::int64_t passes = loops.passes_per_block() / loops.row_groups;
        std::int64_t word = get(d, "in_row") + ky * get(d, "in_row_step");   // as ern_pass goes from row group to row group
        while (word >= get(d, "in_end")) word -= get(d, "in_ring");
        set(d, "in_row", word);
        set(d, "start_row", get(d, "start_row") + ky);
        set(d, "from_zero", !s.adds_residual && group == 0);
        set(d, "blocks", 1);
        set(d, "row_groups", 1);
        if (a_.tap_rows > 1) set(d, "last_rows", last ? loops.last_rows : a_.tap_rows);
        set(d, "passes", passes);
        set(d, "sum_base", get(d, "sum_base") + block * get(d, "sum_block_step"));
        if (s.codes_layer >= 0) {
            const ActivationBuffer& out = plan_.activations[static_cast<std::size_t>(s.output)];
            const int parts = std::max(1, a_.channels / loops.block_channels);  // of a channel block
            const std::int64_t before = block / parts * get(d, "out_words");  // channel blocks
            set(d, "results", block % parts);
            set(d, "codes", last);
            set(d, "out_row", get(d, "out_row") + before * out.block_step);
            set(d, "out_bank", a_.bank(strip.first_row, 0, static_cast<int>(before)));
        }
        for (std::int64_t pass = 0; pass < passes; ++pass) add_weights(s, loops, block * loops.passes_per_block() + group * passes + pass);
        if (s.codes_layer >= 0 && last) add_thresholds(s, loops, block);
        push(d, strip);
        ++s.descriptors;
        s.passes += passes;
    }

    // Where a descriptor finds its weights and thresholds. On the chip all tiles of a step share them; streamed, every
    // descriptor brings its own, but for those that are kept from the step's first one.
    void add_rows(Descriptor& d, const Step& s, const Loops& loops, int number) {
        auto& rows = rows_of_[static_cast<std::size_t>(number)];
        const bool first = !rows.there;
        if (first) rows = {true, std::ssize(plan_.weights), std::ssize(plan_.thresholds)};
        const bool kept_weights = s.kept_weights >= 0 || !plan_.external();
        const bool kept_thresholds = s.kept_thresholds >= 0 || !plan_.external();
        if (s.kind == StepKind::conv && (first || !kept_weights)) add_weights(s, loops);
        if (s.codes_layer >= 0 && (first || !kept_thresholds)) add_thresholds(s, loops);
        if (plan_.external()) {
            if (s.kept_weights >= 0) {
                set_checked(d, "weight_row", s.kept_weights, s);
                set(d, first ? "store_weights" : "kept_weights", 1);
            }
            if (s.kept_thresholds >= 0) {
                set_checked(d, "threshold_row", s.kept_thresholds, s);
                set(d, first ? "store_thresholds" : "kept_thresholds", 1);
            }
            return;
        }
        set_checked(d, "weight_row", rows.weights, s);
        set_checked(d, "threshold_row", rows.thresholds, s);
    }

    // Rows of the picture from external memory into the embedding's ring.
    void lower_picture(const Strip& strip) {
        const ActivationBuffer& out = plan_.activations.front();
        Descriptor d;
        set(d, "opcode", static_cast<int>(Opcode::embed));
        set(d, "out_width", layer(0).shape.width);
        set(d, "out_rows", strip.rows);
        for (const Step& s : plan_.steps) {
            if (s.paired_rows) set(d, "paired_rows", 1);
        }
        set(d, "start_row", strip.first_row);
        set(d, "out_words", out.blocks);
        set(d, "passes", layer(0).shape.width * strip.rows - 1);
        ring_fields(d, out, strip.first_row);
        push(d, strip);
    }

    // A row of a residual map to external memory, or back.
    void lower_exchange(const Strip& strip) {
        const SumBuffer& sums = plan_.sums[static_cast<std::size_t>(strip.sums)];
        const int width = layer(sums.layer).shape.width;
        Descriptor d;
        set(d, "opcode", static_cast<int>(strip.step == Strip::kSpill ? Opcode::spill : Opcode::fill));
        set(d, "blocks", sums.blocks);
        set(d, "sum_base", sums.base);
        set(d, "sum_start", strip.first_row * width % sums.ring);
        set(d, "sum_ring", sums.ring);
        set(d, "sum_block_step", sums.block_step);
        set(d, "passes", width);
        set(d, "weight_row", sums.spilled_at + strip.first_row * sums.row_beats);
        set(d, "threshold_row", sums.row_beats);
        push(d, strip);
    }

    // The last descriptor that needs the picture gives its room back.
    void release_picture() {
        for (std::size_t i = plan_.tiles.size(); i-- > 0;) {
            const Strip& t = plan_.tiles[i];
            const bool needs = plan_.external() ? t.step == Strip::kPicture : t.step >= 0 && step(t).input == 0;
            if (!needs) continue;
            set(plan_.program[i], "release_input", 1);
            if (plan_.external()) drop_padding(plan_.program[i]);
            return;
        }
    }

    // A picture fills whole beats in external memory: the last embed descriptor takes what they hold beyond it.
    void drop_padding(Descriptor& d) const {
        set(d, "passes", get(d, "passes") + picture_room(a_, plan_.picture).pixels - plan_.picture.pixels());
    }

    // A value from the network's sizes: too large for its field is the user's to mend.
    static void set_checked(Descriptor& d, std::string_view field, std::int64_t value, const Step& step) {
        if (value > field_limit(field)) {
            fail("layer {}: {} = {} is more than the {} that a descriptor holds", step.name, field, value, field_limit(field));
        }
        set(d, field, value);
    }

    Descriptor tile(const Step& step, const Loops& l, int y, int rows) const {
        const ActivationBuffer& in = plan_.activations[static_cast<std::size_t>(step.input)];
        const model::Shape& in_shape = layer(in.layer).shape;
        const model::Shape& out_shape = layer(step.source).shape;
        Descriptor d;
        set(d, "opcode", static_cast<int>(Opcode::conv));
        set(d, "wide", l.wide);
        set(d, "depthwise", l.depthwise);
        set(d, "from_zero", !step.adds_residual);
        set_checked(d, "stride", l.stride, step);
        set(d, "stride_quotient", l.stride / a_.taps);
        set(d, "stride_remainder", l.stride % a_.taps);
        set(d, "start_remainder", modulo(-l.pad, a_.taps));
        set(d, "start_quotient", divide_down(-l.pad, a_.taps));
        set(d, "last_taps", l.last_taps);
        set_checked(d, "blocks", l.blocks, step);
        set_checked(d, "row_groups", l.row_groups, step);
        if (a_.tap_rows > 1) set(d, "last_rows", l.last_rows);
        set_checked(d, "tap_groups", l.tap_groups, step);
        set_checked(d, "channel_groups", l.channel_groups, step);
        set_checked(d, "passes", l.passes_per_block() * l.blocks, step);
        set_checked(d, "out_width", out_shape.width, step);
        set_checked(d, "out_rows", rows, step);
        set_checked(d, "in_width", in_shape.width, step);
        set_checked(d, "in_height", in_shape.height, step);
        const int first_row = y * l.stride - l.row_pad;
        set(d, "start_row", first_row);
        set(d, "start_column", -l.pad);
        // A row above the map is never read; its word only has to come round to row 0.
        const RowPart& part = in.part(std::max(0, first_row));
        set(d, "in_row", in.base + in.word(first_row));
        set(d, "in_bank", a_.bank(first_row, 0, 0));
        set(d, "wait_picture", plan_.external() && step.input == 0);
        set(d, "in_end", in.base + part.end);
        set(d, "in_ring", part.ring);
        set(d, "in_row_step", in.row_step);
        set(d, "in_stride_step", modulo(l.stride * in.row_step, part.ring));
        set(d, "in_block_step", in.block_step);
        if (const auto* pool = std::get_if<model::Pool>(&layer(step.source).operation)) {
            set(d, "pool_max", pool->kind == model::PoolKind::max);
        }
        sums_fields(d, step, y);
        if (step.codes_layer >= 0) output_fields(d, step, l, y);
        return d;
    }

    void sums_fields(Descriptor& d, const Step& step, int y) const {
        const SumBuffer& sums = plan_.sums[static_cast<std::size_t>(step.sums)];
        set(d, "sum_base", sums.base);
        set(d, "sum_start", sums.kept ? (y * layer(step.source).shape.width) % sums.ring : 0);
        set(d, "sum_ring", sums.ring);
        set(d, "sum_block_step", sums.block_step);
    }

    void output_fields(Descriptor& d, const Step& step, const Loops& l, int y) const {
        const ActivationBuffer& out = plan_.activations[static_cast<std::size_t>(step.output)];
        set(d, "codes", 1);
        ring_fields(d, out, y);
        set(d, "out_words", std::max(1, l.block_channels / a_.channels));
    }

    void ring_fields(Descriptor& d, const ActivationBuffer& out, int y) const {
        const RowPart& part = out.part(y);
        set(d, "out_row", out.base + out.word(y));
        set(d, "out_end", out.base + part.end);
        set(d, "out_ring", part.ring);
        set(d, "out_row_step", out.row_step);
        set(d, "out_block_step", out.block_step);
        set(d, "out_bank", a_.bank(y, 0, 0));
    }

    // Rows in the order of passes; within a pass one row an output. Lane tap * channels + c.
    void add_weights(const Step& step, const Loops& l) {
        for (std::int64_t pass = 0; pass < l.passes_per_block() * l.blocks; ++pass) add_weights(step, l, pass);
    }

    void add_weights(const Step& step, const Loops& l, std::int64_t pass) {
        const auto& weights = std::get<model::Conv>(layer(step.source).operation).weights;
        const auto number = static_cast<int>(pass);
        const int g = number % l.channel_groups, t = number / l.channel_groups % l.tap_groups;
        const int ky = number / (l.channel_groups * l.tap_groups) % l.row_groups * a_.tap_rows, block = number / static_cast<int>(l.passes_per_block());
        for (int m = 0; m < a_.outputs; ++m) {
            const int out = block * a_.outputs + m;
            plan_.weights.push_back(step.paired_rows ? paired_row(weights, l, out, ky, t) : weight_row(weights, l, out, ky, t, g));
        }
    }

    std::vector<std::uint64_t> weight_row(const model::WeightBits& weights, const Loops& l, int out, int ky, int tap_group,
                                          int channel_group) const {
        std::vector<std::uint64_t> row(static_cast<std::size_t>(divide_up(a_.lanes(), 64)), 0);
        if (out >= weights.out()) return row;
        for (int tap = 0; tap < a_.taps; ++tap) {
            const int kx = l.wide ? 0 : tap_group * a_.tap_columns() + tap % a_.tap_columns();
            const int kernel_row = l.wide ? 0 : ky + tap / a_.tap_columns();
            const int in_block = l.wide ? channel_group * a_.taps + tap : channel_group;
            if (kx >= l.kernel || kernel_row >= l.kernel) continue;
            for (int c = 0; c < a_.channels; ++c) {
                const int in = in_block * a_.channels + c;
                if (in >= weights.in() || !weights.positive(out, kernel_row, kx, in)) continue;
                const int lane = tap * a_.channels + c;
                row[static_cast<std::size_t>(lane / 64)] |= std::uint64_t{1} << (lane % 64);
            }
        }
        return row;
    }

    // Of a picture with two rows a word: the lower half of word row `row` is kernel row 2 * row, the upper half 2 * row + 1.
    std::vector<std::uint64_t> paired_row(const model::WeightBits& weights, const Loops& l, int out, int row, int tap_group) const {
        std::vector<std::uint64_t> bits(static_cast<std::size_t>(divide_up(a_.lanes(), 64)), 0);
        for (int tap = 0; out < weights.out() && tap < a_.taps; ++tap) {
            const int kx = tap_group * a_.taps + tap;
            for (int half = 0; half < 2 && 2 * row + half < l.kernel && kx < l.kernel; ++half) {
                for (int in = 0; in < weights.in(); ++in) {
                    const int lane = tap * a_.channels + half * a_.channels / 2 + in;
                    if (!weights.positive(out, 2 * row + half, kx, in)) continue;
                    bits[static_cast<std::size_t>(lane / 64)] |= std::uint64_t{1} << (lane % 64);
                }
            }
        }
        return bits;
    }

    void add_thresholds(const Step& step, const Loops& l) {
        for (int block = 0; block < l.blocks; ++block) add_thresholds(step, l, block);
    }

    void add_thresholds(const Step& step, const Loops& l, int block) {
        const int channels = layer(step.source).shape.channels;
        for (int m = 0; m < a_.outputs; ++m) {
            const int channel = block * l.block_channels + m;
            const bool real = m < l.block_channels && channel < channels;
            plan_.thresholds.push_back(real ? threshold_row(step, channel) : never());
        }
    }

    // Code 0 whatever the accumulator, which in an unused output may even have overflowed: never less than the smallest.
    std::array<std::int32_t, 4> never() const {
        using model::ChannelThresholds;
        return threshold_word({{ChannelThresholds::kAlways, ChannelThresholds::kAlways, ChannelThresholds::kAlways}, true});
    }

    std::array<std::int32_t, 4> threshold_row(const Step& step, int channel) const {
        const model::Layer& codes = layer(step.codes_layer);
        if (const auto* thresholds = std::get_if<model::Thresholds>(&codes.operation)) {
            return threshold_word(thresholds->channels[static_cast<std::size_t>(channel)]);
        }
        const auto& pool = std::get<model::Pool>(codes.operation);
        model::ChannelThresholds t;
        for (int k = 1; k <= 3; ++k) {
            const int area = pool.kernel * pool.kernel;
            t.at[static_cast<std::size_t>(k - 1)] = pool.kind == model::PoolKind::max ? k : ((2 * k - 1) * area + 1) / 2;
        }
        return threshold_word(t);
    }

    // Saturated to the accumulator's width, whose largest value no accumulator reaches and whose smallest all do.
    std::array<std::int32_t, 4> threshold_word(const model::ChannelThresholds& t) const {
        const std::int32_t high = (1 << (a_.accumulator_bits - 1)) - 1;
        std::array<std::int32_t, 4> word{};
        for (std::size_t k = 0; k < 3; ++k) word[k] = std::clamp(t.at[k], -high - 1, high);
        word[3] = t.inverted ? 1 : 0;
        return word;
    }

    void lower_reduce(const Strip& strip) {
        Step& step = this->step(strip);
        const SumBuffer& sums = plan_.sums[static_cast<std::size_t>(step.sums)];
        const int classes = layer(step.source).shape.channels;
        if (classes > a_.result_words) {
            fail("layer {}: {} classes, the accelerator has {} result words: {} short ({})", step.name, classes,
                 a_.result_words, classes - a_.result_words, remedy(a_, {{"result_words", classes}}));
        }
        Descriptor d;
        set(d, "opcode", static_cast<int>(Opcode::reduce));
        set(d, "sum_base", sums.base);
        set(d, "sum_ring", sums.ring);
        set(d, "sum_block_step", sums.block_step);
        set_checked(d, "results", classes, step);
        push(d, strip);
        ++step.descriptors;
    }

    // What the memories hold when a descriptor is in them.
    struct Filled {
        std::int64_t weight_rows, threshold_rows, program_words;
    };

    // A step's rows, once they are there.
    struct Rows {
        bool there = false;
        std::int64_t weights = 0, thresholds = 0;
    };

    void check_room() const {
        check_memory(&Filled::weight_rows, a_.weight_rows, "weight", fmt::format("rows of {} bits", a_.lanes()), "weight_rows");
        check_memory(&Filled::threshold_rows, a_.threshold_rows, "threshold", "rows", "threshold_rows");
        check_memory(&Filled::program_words, a_.program_words, "program", "words", "program_words");
    }

    // Names the layer at which a memory ends, and what all layers together need.
    void check_memory(std::int64_t Filled::*member, std::int64_t there, const char* memory, const std::string& unit,
                      const char* key) const {
        const std::int64_t needed = filled_.back().*member;
        if (needed <= there) return;
        std::size_t i = 0;
        while (filled_[i].*member <= there) ++i;
        if (plan_.tiles[i].step < 0) --i;  // `end` belongs to the layer before it
        fail("layer {}: {} memory ends here; it has {} {}, all layers need {}: {} short ({})", step(plan_.tiles[i]).name, memory,
             there, unit, needed, needed - there, remedy(a_, {{key, needed}}));
    }

    const model::Network& network_;
    Plan& plan_;
    const Accelerator& a_;
    std::vector<Filled> filled_;  // a descriptor
    std::vector<Rows> rows_of_;   // a step
};

}  // namespace

void lower(const model::Network& network, Plan& plan) { Lowering(network, plan).run(); }

}  // namespace ern::schedule

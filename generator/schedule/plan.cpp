// SPDX-License-Identifier: Apache-2.0
#include "schedule/plan.h"

#include <algorithm>
#include <optional>

#include "model/file.h"
#include "schedule/allocate.h"
#include "schedule/fuse.h"
#include "schedule/keep.h"
#include "schedule/lifetimes.h"
#include "schedule/loops.h"
#include "schedule/lower.h"
#include "schedule/overflow.h"
#include "schedule/overlap.h"
#include "schedule/sample.h"
#include "schedule/segments.h"
#include "support/error.h"

namespace ern::schedule {

namespace {

void check_picture(const model::Network& network, const Accelerator& a) {
    const auto* embedding = std::get_if<model::PixelEmbedding>(&network.layers.front().operation);
    if (!embedding) fail("layer {}: the first layer must be a pixel embedding", network.layers.front().name);
    constexpr int kCodes = 10, kColours = 3;  // of ern_embed as the generated top configures it
    if (embedding->codes_per_channel != kCodes || network.input.channels > kColours) {
        fail("layer {}: {} codes for each of {} colours; the accelerator makes {} codes for 1 to {} colours",
             network.layers.front().name, embedding->codes_per_channel, network.input.channels, kCodes, kColours);
    }
    if (network.input.channels * kCodes > 255 || a.channels > 255) {
        fail("layer {}: a pixel's codes do not fit the pixel embedding", network.layers.front().name);
    }
}

// The classifier, whose accumulators are added up in few words.
bool only_summed(const Plan& plan, const Step& step) {
    return step.codes_layer < 0 && plan.steps.back().kind == StepKind::reduce && plan.steps.back().sums_layer == step.sums_layer;
}

// What the accumulators of a step can reach, with those that share a word added up.
Range reach(const model::Network& network, const Plan& plan, const Step& step, const std::vector<Range>& ranges) {
    if (step.kind == StepKind::pool) {
        const auto& pool = std::get<model::Pool>(network.layers[static_cast<std::size_t>(step.source)].operation);
        return {0, std::int64_t{3} * pool.kernel * pool.kernel};
    }
    const Range range = ranges[static_cast<std::size_t>(step.sums_layer)];
    const SumBuffer& sums = plan.sums[static_cast<std::size_t>(step.sums)];
    const std::int64_t pixels = network.layers[static_cast<std::size_t>(step.sums_layer)].shape.pixels();
    if (!sums.kept || sums.ring >= pixels || !only_summed(plan, step)) return range;
    const std::int64_t together = (pixels + sums.ring - 1) / sums.ring;
    return {range.low * together, range.high * together};
}

// Every accumulator, partial sum, residual and pooled sum fits the width, whatever the picture.
void prove_widths(const model::Network& network, Plan& plan) {
    const auto ranges = accumulator_ranges(network);
    const Step* widest = nullptr;
    Range range;
    for (const Step& step : plan.steps) {
        const Range one = reach(network, plan, step, ranges);
        if (bits_needed(one) <= plan.accumulator_bits_needed) continue;
        plan.accumulator_bits_needed = bits_needed(one);
        widest = &step;
        range = one;
    }
    const int bits = plan.accelerator.accumulator_bits, needed = plan.accumulator_bits_needed;
    if (needed <= bits) return;
    fail("layer {}: accumulators can reach {}..{} and need {} bits, the accelerator has {}: {} short ({})", widest->name,
         range.low, range.high, needed, bits, needed - bits, remedy(plan.accelerator, {{"accumulator", needed}}));
}

std::string remark(const model::Network& network, const Plan& plan, const Step& step) {
    if (step.kind == StepKind::reduce) return "reads sums one by one";
    if (step.kind == StepKind::pool) return "pooling multiplies nothing";
    if (plan.utilisation(step) >= 0.6) return "";
    const Accelerator& a = plan.accelerator;
    const auto& conv = std::get<model::Conv>(network.layers[static_cast<std::size_t>(step.source)].operation);
    const model::Shape& out = network.layers[static_cast<std::size_t>(step.source)].shape;
    const double passes = static_cast<double>(step.passes);
    const double windows = static_cast<double>(step.passes) * static_cast<double>(out.pixels()) / step.descriptors;
    const double lanes_used = static_cast<double>(conv.weights.count()) * static_cast<double>(out.pixels()) /
                              (windows * a.macs_per_cycle());
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    if (lanes_used < 0.95) {
        const int in = conv.weights.in(), width = conv.weights.kernel() == 1 ? a.taps * a.channels : a.channels;
        const int padded = (in + width - 1) / width * width;
        if (padded > in) add(fmt::format("{} of {} input channels", in, padded));
        const int out_padded = (out.channels + a.outputs - 1) / a.outputs * a.outputs;
        if (out_padded > out.channels) add(fmt::format("{} of {} outputs", out.channels, out_padded));
    }
    const double pixels = static_cast<double>(out.pixels()) / step.descriptors;
    if (pixels < a.outputs) add(fmt::format("a pass of {:.0f} pixels waits for {} weight rows", pixels, a.outputs));
    const double fill = static_cast<double>(step.predicted_cycles) - std::max(windows, passes * a.outputs);
    if (fill > 0.1 * static_cast<double>(step.predicted_cycles)) add(fmt::format("{:.0f} cycles of fill and drain", fill));
    return text;
}

void predict(const model::Network& network, Plan& plan) {
    const auto done = predict_done(plan);
    std::int64_t previous = 0;
    for (std::size_t i = 0; i < done.size(); ++i) {
        if (plan.tiles[i].step < 0) continue;
        plan.steps[static_cast<std::size_t>(plan.tiles[i].step)].predicted_cycles += done[i] - previous;
        previous = done[i];
    }
    for (Step& step : plan.steps) step.remark = remark(network, plan, step);
    plan.predicted_cycles = done.back();
}

void refuse_pooling(const Plan& plan) {
    if (plan.accelerator.pooling) return;
    for (const Step& step : plan.steps) {
        if (step.kind == StepKind::pool) {
            fail("layer {}: accelerator {} has no pooling; [array] pooling = true would do", step.name, plan.accelerator.name);
        }
    }
}

// Steps and the place of their maps; nothing where they do not fit, or with `explain` an Error that says what would do. With
// late_until the last steps run beside the next frame's first ones, up to that one.
std::optional<Plan> plan_of(const model::Network& network, const Accelerator& accelerator, bool explain,
                            std::optional<int> late_until = {}) {
    Plan plan;
    plan.accelerator = accelerator;
    plan.network = network;
    plan.network_name = network.name;
    plan.picture = network.input;
    plan.labels = network.labels;
    plan.steps = fuse(network);
    plan.late_from = late_until ? first_late(network, plan) : static_cast<int>(plan.steps.size());
    plan.late_until = late_until.value_or(0);
    refuse_pooling(plan);
    pair_picture_rows(network, plan);
    if (explain) choose_segments(network, plan);
    else if (!find_segments(network, plan)) return {};
    allocate(network, plan);
    prove_widths(network, plan);
    keep_rows(network, plan);
    lower(network, plan);
    plan.logit_scale = std::get<model::GlobalSum>(network.layers.back().operation).logit_scale;
    check(plan);
    predict(network, plan);
    return plan;
}

bool whole(const Plan& plan) { return plan.segments.size() == plan.steps.size(); }

// The fastest plan that samples for some convolutions, or nothing where none fits.
std::optional<Plan> sampling_plan(const model::Network& network, const Accelerator& accelerator) {
    constexpr std::size_t kMost = 4;  // candidates, of which every choice is tried
    auto candidates = sampling_candidates(network);
    if (candidates.size() > kMost) candidates.resize(kMost);
    std::optional<Plan> best;
    for (unsigned chosen = 1; chosen < 1u << candidates.size(); ++chosen) {
        std::vector<int> convolutions;
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            if (chosen >> i & 1) convolutions.push_back(candidates[i]);
        }
        auto plan = plan_of(with_sampling(network, convolutions), accelerator, false);
        if (plan && (!best || plan->predicted_cycles < best->predicted_cycles)) best = std::move(plan);
    }
    return best;
}

}  // namespace

const RowPart& ActivationBuffer::part(int row) const {
    const auto behind = std::find_if(parts.begin(), parts.end(), [&](const RowPart& part) { return row < part.end_row; });
    ensure(behind != parts.end(), "a row of a map has a place");
    return *behind;
}

int ActivationBuffer::word(int row) const {
    const RowPart& p = part(row);
    int word = p.start + (row - p.first_row) * row_step;
    while (word >= p.end) word -= p.ring;
    while (word < p.end - p.ring) word += p.ring;
    return word;
}

Plan make_plan(const model::Network& network, const Accelerator& accelerator) {
    check(accelerator, accelerator.name);
    check_picture(network, accelerator);
    std::optional<Plan> plan = plan_of(network, accelerator, false), sampling;
    for (const int until : plan ? late_borders(network, *plan) : std::vector<int>{}) {
        auto other = plan_of(network, accelerator, false, until);
        if (other && other->predicted_cycles < plan->predicted_cycles) plan = std::move(other);
    }
    if (accelerator.pooling && (!plan || !whole(*plan))) sampling = sampling_plan(network, accelerator);
    if (!plan && !sampling) plan = plan_of(network, accelerator, true);
    if (!plan || (sampling && sampling->predicted_cycles < plan->predicted_cycles)) plan = std::move(sampling);
    plan->network_fingerprint = model::fingerprint(network);
    return std::move(*plan);
}

void check(const Plan& plan) {
    const Accelerator& a = plan.accelerator;
    for (const ActivationBuffer& b : plan.activations) {
        ensure(b.base >= 0 && b.base + b.words <= a.activation_words, "an activation map lies in its memory");
        for (const ActivationBuffer& o : plan.activations) {
            ensure(&b == &o || !collide(b.pieces, b.base, o.pieces, o.base), "activation maps that live together lie apart");
        }
    }
    for (const SumBuffer& b : plan.sums) {
        ensure(b.base >= 0 && b.base + b.words <= a.sum_words, "a partial-sum map lies in its memory");
        for (const SumBuffer& o : plan.sums) {
            ensure(&b == &o || !collide(b.pieces, b.base, o.pieces, o.base), "partial sums that live together lie apart");
        }
    }
    ensure(plan.program.size() < 0xfff0, "a descriptor's number has 16 bits");
    for (const Descriptor& d : plan.program) {
        const auto opcode = static_cast<Opcode>(get(d, "opcode"));
        if (opcode == Opcode::spill || opcode == Opcode::fill) {
            ensure(get(d, "sum_base") + (get(d, "blocks") - 1) * get(d, "sum_block_step") + get(d, "sum_ring") <= a.sum_words &&
                       get(d, "sum_start") < get(d, "sum_ring"), "exchanged partial sums lie in their memory");
            ensure(get(d, "weight_row") + get(d, "threshold_row") <= plan.spilled_beats &&
                       get(d, "threshold_row") == get(d, "blocks") * get(d, "passes") * a.columns(), "exchanged rows lie in their region of external memory");
        }
        if (opcode != Opcode::conv) continue;
        const auto weight_end = get(d, "weight_row") + get(d, "passes") * a.outputs;
        ensure(get(d, "depthwise") == 1 || plan.external() || weight_end <= std::ssize(plan.weights), "weight rows exist");
        ensure(get(d, "in_end") <= a.activation_words && get(d, "in_row") < get(d, "in_end"), "input rows lie in the ring");
        ensure(!get(d, "kept_weights") || get(d, "weight_row") + get(d, "passes") * a.outputs <= a.kept_weight_rows, "kept weight rows exist");
        if (get(d, "codes") == 0) continue;
        ensure(!get(d, "kept_thresholds") || get(d, "threshold_row") + get(d, "blocks") * a.outputs <= a.kept_threshold_rows, "kept threshold rows exist");
        ensure(plan.external() || get(d, "threshold_row") + get(d, "blocks") * a.outputs <= std::ssize(plan.thresholds), "threshold rows exist");
        ensure(get(d, "out_end") <= a.activation_words && get(d, "out_row") < get(d, "out_end"), "output rows lie in the ring");
    }
    ensure(plan.external() || (std::ssize(plan.weights) <= a.weight_rows && std::ssize(plan.thresholds) <= a.threshold_rows &&
               std::ssize(plan.program) * kDescriptorWords <= a.program_words),
           "the image fits its memories");
}

}  // namespace ern::schedule

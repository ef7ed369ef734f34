// SPDX-License-Identifier: Apache-2.0
#include "schedule/work.h"

#include <algorithm>

#include "schedule/external.h"
#include "schedule/keep.h"

namespace ern::schedule {

namespace {

constexpr double kTileOverhead = 30;  // cycles of fill, drain and hand-over, about

}  // namespace

Work work_of(const model::Network& network, const Accelerator& a, const Step& step, const Loops& l, const Strip& strip, int most) {
    if (step.kind == StepKind::reduce) return {strip.step};
    const int width = network.layers[static_cast<std::size_t>(step.source)].shape.width;
    const std::int64_t passes = std::int64_t{l.passes_per_block()} * l.blocks / strip.pieces;
    const int blocks = divide_up(l.blocks, strip.pieces);
    Work w{strip.step, divide_up(strip.rows, most), 0, l.depthwise ? 0 : passes * a.outputs, 0};
    if (step.codes_layer >= 0) w.thresholds = std::int64_t{blocks} * a.outputs;
    const int rows = divide_up(strip.rows, w.tiles);
    for (int done = 0; done < strip.rows; done += rows) {
        const double pixels = std::min(rows, strip.rows - done) * width;
        const double batch = l.depthwise ? 4.0 : a.outputs;
        w.compute += static_cast<double>(passes) * std::max({pixels, batch, 4.0}) + kTileOverhead;
        if (step.codes_layer >= 0 && pixels < a.outputs) w.compute += l.depthwise ? blocks * (a.outputs - std::max(pixels, batch)) : 0;
    }
    return w;
}

std::vector<double> memory_cycles(const Accelerator& a, const Segment& segment, const std::vector<Work>& work) {
    std::vector<double> cycles(work.size(), 0);
    if (a.external.kind == MemoryKind::none) return cycles;
    const auto steps = static_cast<std::size_t>(segment.last - segment.first + 1);
    const auto number = [&](const Work& w) { return static_cast<std::size_t>(w.step - segment.first); };
    std::vector<Reuse> weights(steps), thresholds(steps);
    for (const Work& w : work) {
        const std::size_t s = number(w);
        weights[s] = {weights[s].tiles + w.tiles, w.weights};
        thresholds[s] = {thresholds[s].tiles + w.tiles, w.thresholds};
    }
    const auto kept_weights = choose_kept(weights, a.kept_weight_rows);
    const auto kept_thresholds = choose_kept(thresholds, a.kept_threshold_rows);
    const int weight_bytes = stream_row_bytes(a, a.lanes()), threshold_bytes = stream_row_bytes(a, 3 * a.accumulator_bits + 1);
    std::vector<bool> seen(steps, false);
    for (std::size_t i = 0; i < work.size(); ++i) {
        const Work& w = work[i];
        const std::size_t s = number(w);
        const auto streamed = [&](int kept) { return static_cast<double>(kept < 0 ? w.tiles : seen[s] ? 0 : 1); };
        cycles[i] = (streamed(kept_weights[s]) * static_cast<double>(w.weights) * weight_bytes +
                     streamed(kept_thresholds[s]) * static_cast<double>(w.thresholds) * threshold_bytes) / stream_bytes_a_cycle(a);
        seen[s] = true;
    }
    return cycles;
}

}  // namespace ern::schedule

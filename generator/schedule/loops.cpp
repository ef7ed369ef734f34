// SPDX-License-Identifier: Apache-2.0
#include "schedule/loops.h"

#include <algorithm>

namespace ern::schedule {

void pair_picture_rows(const model::Network& network, Plan& plan) {
    const int width = network.input.width;
    Step* reader = nullptr;
    for (Step& step : plan.steps) {
        if (step.kind == StepKind::reduce || network.layers[static_cast<std::size_t>(step.source)].inputs[0] != 0) continue;
        if (reader) return;  // two readers would have to agree
        reader = &step;
    }
    if (!reader || reader->kind != StepKind::conv || !plan.external()) return;
    const auto& conv = std::get<model::Conv>(network.layers[static_cast<std::size_t>(reader->source)].operation);
    constexpr int kPipeline = 8;  // cycles from a pixel's way into the kept row until it can be read there
    // Windows of several rows read a picture whose rows are not paired.
    reader->paired_rows = conv.weights.kernel() == 3 && conv.stride == 2 && conv.pad == 1 &&
                          2 * kEmbedLanes <= plan.accelerator.channels && plan.accelerator.tap_rows == 1 && width >= kPipeline && width <= kPairedWidth;
}

Loops loops_of(const model::Network& network, const Accelerator& a, const Step& step) {
    const model::Layer& source = network.layers[static_cast<std::size_t>(step.source)];
    Loops l;
    if (const auto* conv = std::get_if<model::Conv>(&source.operation)) {
        l.kernel = conv->weights.kernel();
        l.stride = conv->stride;
        l.pad = conv->pad;
        l.in_blocks = divide_up(conv->weights.in(), a.channels);
        l.wide = l.kernel == 1;
        l.channel_groups = l.wide ? divide_up(l.in_blocks, a.taps) : l.in_blocks;
        l.block_channels = a.outputs;
    } else {
        const auto& pool = std::get<model::Pool>(source.operation);
        l.depthwise = true;
        l.kernel = pool.kernel;
        l.stride = pool.stride;
        l.pad = pool.pad;
        l.in_blocks = divide_up(source.shape.channels, a.channels);
        l.block_channels = std::min(a.outputs, a.channels);
    }
    l.kernel_rows = step.paired_rows ? 2 : l.kernel;
    l.row_pad = step.paired_rows ? 0 : l.pad;
    l.blocks = divide_up(source.shape.channels, l.block_channels);
    l.row_groups = divide_up(l.kernel_rows, a.tap_rows);
    l.last_rows = l.kernel_rows - (l.row_groups - 1) * a.tap_rows;
    if (!l.wide) l.tap_groups = divide_up(l.kernel, a.tap_columns());
    l.last_taps = l.wide ? l.in_blocks - (l.channel_groups - 1) * a.taps : l.kernel - (l.tap_groups - 1) * a.tap_columns();
    return l;
}

}  // namespace ern::schedule

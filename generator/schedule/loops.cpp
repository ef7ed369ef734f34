// SPDX-License-Identifier: Apache-2.0
#include "schedule/loops.h"

#include <algorithm>

namespace ern::schedule {

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
    l.blocks = divide_up(source.shape.channels, l.block_channels);
    if (!l.wide) l.tap_groups = divide_up(l.kernel, a.taps);
    l.last_taps = l.wide ? l.in_blocks - (l.channel_groups - 1) * a.taps : l.kernel - (l.tap_groups - 1) * a.taps;
    return l;
}

}  // namespace ern::schedule

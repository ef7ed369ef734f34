// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "model/network.h"
#include "schedule/plan.h"

namespace ern::schedule {

inline int divide_up(int a, int b) { return (a + b - 1) / b; }
inline int divide_down(int a, int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
inline int modulo(int a, int b) { return a - divide_down(a, b) * b; }

// The loops of one convolution or pooling step on an array, see the head of ern_pass.v.
struct Loops {
    bool wide = false, depthwise = false;
    int kernel = 1, stride = 1, pad = 0;
    int blocks = 0;          // output blocks
    int tap_groups = 1;      // of a kernel row
    int channel_groups = 1;
    int last_taps = 1;
    int in_blocks = 1;       // channel blocks of the input
    int block_channels = 0;  // output channels of a block
    std::int64_t passes_per_block() const { return std::int64_t{kernel} * tap_groups * channel_groups; }
};

Loops loops_of(const model::Network& network, const Accelerator& accelerator, const Step& step);

}  // namespace ern::schedule

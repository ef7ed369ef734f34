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
    int kernel_rows = 1;     // rows of words that a convolution reads: one for two kernel rows in a paired picture
    int row_groups = 1;      // of tap_rows kernel rows
    int last_rows = 1;       // valid ones of the last group
    int row_pad = 0;
    int blocks = 0;          // output blocks
    int tap_groups = 1;      // of as many columns as a window has
    int channel_groups = 1;
    int last_taps = 1;
    int in_blocks = 1;       // channel blocks of the input
    int block_channels = 0;  // output channels of a block
    std::int64_t passes_per_block() const { return std::int64_t{row_groups} * tap_groups * channel_groups; }
};

// A picture's words have room for two rows where half a word takes all codes of a pixel of as many colours as the
// hardware embeds, whatever the picture's. A 3 x 3 convolution of stride 2
// then needs two passes instead of three: its rows 2y - 1 and 2y lie in one word, row 2y + 1 in another. The hardware
// keeps one row of at most kPairedWidth pixels for it.
inline constexpr int kPairedWidth = 1024;
inline constexpr int kEmbedLanes = 30;  // N_CODES * N_COLOURS of ern_embed_rows
void pair_picture_rows(const model::Network& network, Plan& plan);

Loops loops_of(const model::Network& network, const Accelerator& accelerator, const Step& step);

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "train/kernels.h"

namespace ern::train::cuda {

// The loops of kernels.h for a GPU: the same formulas, launched on `stream` (a cudaStream_t). All pointers
// are device memory. Sums are made in a fixed order, so they are the same in every run.

struct Map {
    const void* values;  // [pixel][channel]
    std::int64_t pixels;
    int channels;
    bool bfloat16;
};

// Floats of scratch memory that a sum over a map of this many channels needs.
std::int64_t scratch_size(int channels);

void channel_moments(Map x, float* mean, float* variance, float* scratch, void* stream);
void activate(Map x, const float* slope, const float* offset, Nonlinearity kind, void* result, void* stream);
void gradient_sums(Map x, const void* grad, const float* slope, const float* offset, Nonlinearity kind,
                   double* sum, double* sum_x, float* scratch, void* stream);
void gradient_input(Map x, const void* grad, const float* slope, const float* offset, Nonlinearity kind,
                    const float* constant, const float* linear, void* grad_x, void* stream);

// Codes [pixel][channels] of bytes [pixel][colour]; channels beyond colours * codes_per_channel become 0.
void embed(const std::uint8_t* bytes, std::int64_t pixels, int colours, int codes_per_channel, int channels,
           bool bfloat16, void* codes, void* stream);

// What the driver says of a launch that was refused, or null.
const char* last_error();

}  // namespace ern::train::cuda

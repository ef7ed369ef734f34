// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "model/network.h"

namespace ern::fuzz {

// How large random networks get.
struct Bounds {
    int side = 17;      // of the picture
    int channels = 70;  // of a map
    int blocks = 6;     // plain convolutions, residual blocks and poolings one after the other
    int classes = 16;
    int kernel = 0;        // sides of plain convolutions are 1 to this; 0: 1, 2, 3 or 5
    bool offsets = false;  // some codes stand for code - 1, -2 or -3
};

// A valid network of random shape with random weights and thresholds: kernels 1 to 5, strides 1 to 3, padding, residual
// blocks with and without a strided shortcut, maximum and average pooling; rising, falling and constant channels.
// The same seed and bounds give the same network on every machine.
model::Network random_network(std::uint32_t seed, const Bounds& bounds = {});

}  // namespace ern::fuzz

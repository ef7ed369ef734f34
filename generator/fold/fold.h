// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "fold/float_network.h"
#include "model/architecture.h"
#include "model/network.h"

namespace ern::fold {

// How close folding came to a tie, where float32 frameworks may differ from the integer model.
struct FoldReport {
    double smallest_margin = 0.5;  // smallest distance of a real threshold T_k to an integer, 0..0.5
    std::string smallest_margin_layer;
};

// BatchNorm + activation -> three integer thresholds a channel. In float64 from the float32 parameters:
//   T_k = (((2k-1)/3 - beta) * sqrt(variance + epsilon) / gamma + mean) / unit,  k = 1, 2, 3
//   gamma > 0: code >= k iff acc >= ceil(T_k)
//   gamma < 0: code >= k iff acc <= floor(T_k)
//   gamma = 0: a constant code
// unit is what an accumulator step is worth: mean|w| * (2/3 or 1) for a channel-mean convolution, 1/32 on the
// residual stream. Thresholds beyond +-2^30 become kNever or kAlways.
// Throws Error naming the layer for a non-finite parameter, for a residual add whose inputs are not in units of
// 1/32, and for a graph that does not end in the classifier's average.
model::Network fold(const FloatNetwork& network, FoldReport* report = nullptr);

// The integer network of a structure with random weights and thresholds (randomize()); the same for the same seed.
model::Network random_network(const model::Architecture& architecture, std::uint64_t seed);

// One channel of fold(), for tests: gamma, beta, mean, variance as float32, unit as float64.
// margin receives the smallest distance of a T_k to an integer (0.5 for a constant).
model::ChannelThresholds fold_channel(float gamma, float beta, float mean, float variance, double epsilon,
                                      double unit, double* margin = nullptr);

}  // namespace ern::fold

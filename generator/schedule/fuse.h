// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "model/network.h"
#include "schedule/plan.h"

namespace ern::schedule {

// Groups layers into steps: what one run of the array computes. A convolution takes with it the residual add whose
// other operand is already there, the thresholds that read the result, and a pooling layer its rounding. The
// classifier's sum is a step of its own. Buffers and descriptors are filled in later.
// Throws Error naming the layer where a graph has no such grouping.
std::vector<Step> fuse(const model::Network& network);

}  // namespace ern::schedule

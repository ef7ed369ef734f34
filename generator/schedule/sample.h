// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "model/network.h"

namespace ern::schedule {

// A 1x1 convolution of stride s reads one of s * s pixels. Where its input would have to be kept for it, a sampling layer
// (a 1x1 maximum of stride s, which copies) makes a map of just those pixels, and the convolution reads that with stride 1:
// the same sums, and the large map need not live until then.

// Layers of a network that could read a sampled map.
std::vector<int> sampling_candidates(const model::Network& network);

// The network in which each of `convolutions` reads a sampled map. The new layer is named after the convolution with
// ".sample" behind; all other layers keep their names and compute what they computed.
model::Network with_sampling(const model::Network& network, const std::vector<int>& convolutions);

}  // namespace ern::schedule

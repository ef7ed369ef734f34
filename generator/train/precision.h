// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ern::train {

// What a network computes with.
enum class Precision {
    quantised,      // 1-bit weights, 2-bit activations: what is folded in the end
    float_weights,  // float weights, 2-bit activations: the first part of a progressive training
    float_network,  // float weights, rectifiers: a teacher
};

}  // namespace ern::train

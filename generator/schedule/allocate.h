// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/network.h"
#include "schedule/plan.h"

namespace ern::schedule {

// Gives every map of the plan's steps its place in activation memory and in partial-sum memory: first fit over
// lifetimes, in the order of the steps. The picture's embedding has its words for itself, because the next picture is
// written while this one is computed. Fills plan.activations, plan.sums and the buffer indices of the steps.
// Throws Error naming the layer, what is short, by how much and the setting to change.
void allocate(const model::Network& network, Plan& plan);

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/network.h"
#include "schedule/plan.h"

namespace ern::schedule {

// Gives every map of the plan's steps its place in activation memory and in partial-sum memory: first fit over
// lifetimes, in the order of the steps, and where that needs too much activation memory, rows of a map apart (chains.h). A map that lives inside one of the plan's segments gets a ring of the rows that
// the order of its strips needs. Fills plan.activations, plan.sums, plan.strips and the buffer indices of the steps.
// Throws Error naming the layer, what is short, by how much and the setting to change.
void allocate(const model::Network& network, Plan& plan);

// The same without the check, for trying: what is too small shows in the words used. `apart`: rows of a map may lie apart.
void allocate_unchecked(const model::Network& network, Plan& plan, bool apart);

// The words that `rows` rows of a layer's codes fill; no place, no lifetime yet.
ActivationBuffer activation_buffer(const model::Network& network, const Accelerator& accelerator, int codes_layer, int rows);

}  // namespace ern::schedule

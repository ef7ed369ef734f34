// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/network.h"
#include "schedule/plan.h"

namespace ern::schedule {

// Turns placed steps into descriptors, weight rows and threshold rows, in the order in which the hardware consumes
// them. Fills plan.program, plan.weights, plan.thresholds and the steps' descriptor ranges.
// Throws Error where a program, weight or threshold memory is too small, naming the layer at which it ends.
void lower(const model::Network& network, Plan& plan);

}  // namespace ern::schedule

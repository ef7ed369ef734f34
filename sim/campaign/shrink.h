// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "campaign/run.h"

namespace ern::campaign {

// Simpler cases than this one, the simplest first: fewer blocks, smaller maps, fewer frames, no stalls; with
// `accelerators` also simpler accelerators, each of which has to be built.
std::vector<Case> simpler(const Case& c, bool accelerators);

// Goes to a simpler case for as long as one gives the same verdict. judge runs a case; at most `most` calls, of which at
// most `most_builds` with an accelerator of its own.
Case shrink(Case c, Verdict verdict, const std::function<Outcome(const Case&)>& judge, int most, int most_builds);

}  // namespace ern::campaign

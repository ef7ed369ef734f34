// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "harness/simulate.h"

namespace ern::harness {

// The same comparison under Icarus Verilog, four-state: program and weights by $readmemh, pictures through the byte port of
// the host link, memories dumped when a step is done. Every map is compared twice, with unknown bits taken as 0 and as 1,
// so an X in a value counts as a difference. Slow: a few thousand cycles a second; on_progress(done, total) hears of every
// descriptor that is done.
// Throws Error where Icarus is missing or fails.
SimulationReport simulate_with_icarus(const model::Network& network, const schedule::Plan& plan,
                                      const std::vector<std::vector<std::uint8_t>>& pictures,
                                      const std::function<void(std::int64_t, std::int64_t)>& on_progress = {});

}  // namespace ern::harness

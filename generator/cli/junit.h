// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/simulate.h"

namespace ern::cli {

// A simulation as JUnit XML: one test case a layer and one for the results that came through the host link.
std::string junit_text(const std::string& network, const std::string& accelerator, const harness::SimulationReport& report);

}  // namespace ern::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "train/trainer.h"

namespace ern::train {

// One line an epoch.
std::string epochs_as_csv(const std::vector<EpochRecord>& epochs);

// Accuracies in training and on the test pictures over the epochs, and the loss.
std::string epochs_as_svg(const std::vector<EpochRecord>& epochs, const std::string& title);

}  // namespace ern::train

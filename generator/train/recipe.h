// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "train/trainer.h"

namespace ern::train {

// All that decides the result, as words NAME=VALUE: a checkpoint only continues a run of the same line.
std::string settings_line(const fold::FloatNetwork& network, const data::DataSet& set, const Recipe& recipe);

// The recipe in words, for a model's notes. `epochs` are those that were trained.
std::string recipe_text(const Recipe& recipe, std::size_t epochs);

}  // namespace ern::train

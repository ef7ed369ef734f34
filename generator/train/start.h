// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "train/graph.h"
#include "train/step.h"
#include "train/trainer.h"
#include "train/weights.h"

namespace ern::train {

// What a run begins with.

// Parameters and statistics of a file of float weights into a graph. Throws Error when they are of another network.
void load_weights(Graph& graph, const Weights& weights, const std::filesystem::path& path);

// Float weights for Recipe::from. Throws Error where nothing is trained and their precision is another.
Weights weights_to_begin_with(const Recipe& recipe);

// The recipe's teacher, if it has one. Throws Error for one that is no float network, or for other pictures or classes.
Distillation make_distillation(const Recipe& recipe, const model::Shape& input, int classes,
                               torch::Device device);

}  // namespace ern::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "data/data_set.h"
#include "train/graph.h"
#include "train/trainer.h"

namespace ern::train {

// What the graph says of every picture, in float32. Shows the codes on the way where `on_codes` is given.
std::vector<int> classify(Graph& graph, const data::DataSet& set, torch::Device device, Precision precision,
                          const std::function<void(const FloatCodes&)>& on_codes = {});

// 0..1.
double accuracy(const std::vector<int>& found, const data::DataSet& set);

// Replaces the running statistics, which lag behind the weights and were measured in bfloat16, by the mean
// over batches with the present weights in float32. The pictures are changed as in training: the weights were
// made for those, and statistics of unchanged ones cost ern-cifar-small 1 % (docs/training.md).
void recalibrate(Graph& graph, const data::DataSet& set, torch::Device device, Precision precision,
                 const Recipe& recipe);

}  // namespace ern::train

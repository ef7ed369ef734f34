// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <string>
#include <vector>

#include "train/graph.h"
#include "train/trainer.h"

namespace ern::train {

// The state after a whole epoch: parameters, statistics, optimiser and the log so far. `settings` is a line
// of all that decides the result; a checkpoint only continues a run of the same line.

void write_checkpoint(const std::filesystem::path& path, const std::string& settings, const Graph& graph,
                      const torch::optim::Adam& optimizer, const std::vector<EpochRecord>& epochs);

// Returns the epochs done; empty when there is no file. Throws Error for a file that is no checkpoint or of
// other settings.
std::vector<EpochRecord> read_checkpoint(const std::filesystem::path& path, const std::string& settings,
                                         Graph& graph, torch::optim::Adam& optimizer);

}  // namespace ern::train

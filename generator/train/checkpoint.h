// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "train/trainer.h"

namespace ern::train {

// How far a run is: the epochs that are done, and the sums of the one that is not.
struct RunState {
    std::vector<EpochRecord> epochs;
    std::int64_t step = 0;  // steps done, over all epochs; the order of the data follows from it
    double loss_sum = 0;
    std::int64_t correct = 0;
    double seconds = 0;
    int planned_epochs = 0;  // of the whole run
};

// `settings` is a line of all that decides the result; a checkpoint only continues a run of the same line.
// `tensors` are the parameters, statistics and the optimiser's state, float32, in an order that is the run's
// own. The file is written whole or not at all: a run that is killed finds the last one or the one before.
void write_checkpoint(const std::filesystem::path& path, const std::string& settings, const RunState& state,
                      const std::vector<torch::Tensor>& tensors);

// Fills the tensors. Nothing when there is no file. Throws Error for a file that is no checkpoint or of other
// settings.
std::optional<RunState> read_checkpoint(const std::filesystem::path& path, const std::string& settings,
                                        const std::vector<torch::Tensor>& tensors);

}  // namespace ern::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "train/trainer.h"

namespace ern::cli {

// train::train from the module beside the program. Throws Error when the module, or libtorch, cannot be
// loaded.
train::TrainResult train_in_module(fold::FloatNetwork& network, const data::DataSet& train_set,
                                   const data::DataSet& test_set, const train::TrainOptions& options,
                                   const train::TrainCallbacks& callbacks);

}  // namespace ern::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "train/trainer.h"

namespace ern::train {

// The arguments and the result of train(), for the one function of the module.
struct ModuleCall {
    fold::FloatNetwork& network;
    const data::DataSet& train_set;
    const data::DataSet& test_set;
    const TrainOptions& options;
    const TrainCallbacks& callbacks;
    TrainResult result;
};

inline constexpr const char* kModuleFile = "ernforge_train.so";  // beside the program
inline constexpr const char* kModuleFunction = "ernforge_train";
using ModuleFunction = void (*)(ModuleCall&);

}  // namespace ern::train

extern "C" void ernforge_train(ern::train::ModuleCall& call);

// SPDX-License-Identifier: Apache-2.0
// The trainer as a module that is loaded when it is wanted: libtorch takes 0.4 s to load, which every other
// subcommand would pay as well.
#include "train/module.h"

extern "C" void ernforge_train(ern::train::ModuleCall& call) {
    call.result =
        ern::train::train(call.network, call.train_set, call.test_set, call.options, call.callbacks);
}

// SPDX-License-Identifier: Apache-2.0
#include "cli/trainer_module.h"

#include <dlfcn.h>

#include <bit>
#include <filesystem>

#include "support/error.h"
#include "train/module.h"

namespace ern::cli {

namespace {

// The module stays loaded until the program ends: its exceptions and callbacks reach past the call.
train::ModuleFunction load() {
    const auto path = std::filesystem::read_symlink("/proc/self/exe").parent_path() / train::kModuleFile;
    void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) fail("the trainer cannot be loaded: {}", ::dlerror());
    void* function = ::dlsym(module, train::kModuleFunction);
    ensure(function != nullptr, "the trainer's module has its function");
    return std::bit_cast<train::ModuleFunction>(function);
}

}  // namespace

train::TrainResult train_in_module(fold::FloatNetwork& network, const data::DataSet& train_set,
                                   const data::DataSet& test_set, const train::TrainOptions& options,
                                   const train::TrainCallbacks& callbacks) {
    train::ModuleCall call{network, train_set, test_set, options, callbacks, {}};
    load()(call);
    return std::move(call.result);
}

}  // namespace ern::cli

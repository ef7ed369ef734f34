// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "data/data_set.h"
#include "model/network.h"

namespace ern::cli {

// A model or network description named on the command line: the path itself, or NAME or NAME + ending in the
// models folder (environment ERNFORGE_MODELS, else models/ of the source tree). Throws Error with the places
// tried.
std::filesystem::path find_in_models(const std::string& argument, const std::string& ending);

// An accelerator configuration named on the command line: the path itself, or NAME in the accelerators folder
// (environment ERNFORGE_ACCELERATORS, else accelerators/ of the source tree). Throws Error with the places tried.
std::filesystem::path find_accelerator(const std::string& argument);

// The data set's place: --data, else the environment's ERNFORGE_DATA, else where Debian's
// dataset-fashion-mnist puts Fashion-MNIST when the network takes its pictures. Throws Error when there is
// none.
std::filesystem::path data_place(const std::string& argument, const model::Shape& input);

data::Expected expected_data(const model::Network& network);

}  // namespace ern::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "train/precision.h"

namespace ern::train {

// The float parameters of a trained network, with what is needed to make its graph again: a teacher, or the
// start of another training. A support/container.h with the magic "ERNFLOAT"; the blob holds float32 numbers.
struct Weights {
    std::string description;  // of the network, the text of its *.toml
    Precision precision = Precision::quantised;
    std::string recipe;             // how they came about, in words; may be empty
    double test_accuracy = 0;       // 0..1
    std::vector<float> parameters;  // as Graph lays them out
    std::vector<float> statistics;
};

void write_weights(const std::filesystem::path& path, const Weights& weights);

// Throws Error for a file that is none of these, or a damaged one.
Weights read_weights(const std::filesystem::path& path);

}  // namespace ern::train

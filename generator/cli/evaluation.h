// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "cli/engine_choice.h"
#include "data/data_set.h"
#include "model/network.h"

namespace ern::cli {

// What an engine says of pictures of a data set.
struct Evaluation {
    std::vector<int> classes;  // found, one an entry of the order that was asked for
    std::int64_t correct = 0;
    double seconds = 0;

    double accuracy() const {
        return classes.empty() ? 0 : static_cast<double>(correct) / static_cast<double>(classes.size());
    }
};

// Classifies the pictures `order` of the set on `jobs` threads. `on_progress` is called from the calling thread with the
// number of pictures done. Seconds are those of preparation and of all pictures.
Evaluation evaluate(const model::Network& network, const data::DataSet& set, std::span<const std::int64_t> order,
                    const EngineChoice& engine, int jobs, const std::function<void(std::int64_t)>& on_progress);

// Softmax of logits.
std::vector<double> confidences(std::span<const double> logits);

}  // namespace ern::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "data/data_set.h"
#include "model/network.h"
#include "train/trainer.h"

namespace ern::cli {

// How far golden, on the integer network, and the float graph that it was folded from agree: classes picture by
// picture, and the activations code by code.
struct Agreement {
    std::int64_t pictures = 0, correct = 0;  // correct: golden's
    std::int64_t other_class = 0;            // pictures of which the two say different classes
    std::int64_t codes = 0, different = 0;
    std::int64_t pictures_with_different = 0;
    std::map<std::string, std::int64_t> different_in;  // layers with any

    double accuracy() const {
        return pictures == 0 ? 0 : static_cast<double>(correct) / static_cast<double>(pictures);
    }
    // "2 of 5,825,000 codes differ, in 1 picture".
    std::string codes_text() const;
};

// Runs golden over the pictures that `codes` are of, on `jobs` threads, and adds what it finds.
void compare(const model::Network& network, const data::DataSet& set, const train::FloatCodes& codes, int jobs,
             Agreement& agreement);

}  // namespace ern::cli

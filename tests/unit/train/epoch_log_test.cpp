// SPDX-License-Identifier: Apache-2.0
#include "train/epoch_log.h"

#include <catch2/catch.hpp>

namespace ern::train {

namespace {

std::vector<EpochRecord> two_epochs() {
    return {{1, 0.005, 1.5, 0.25, {}, 2.04}, {2, 0, 0.75, 0.5, 0.625, 3}};
}

}  // namespace

TEST_CASE("the log has one line an epoch, and nothing where nothing was measured") {
    CHECK(epochs_as_csv(two_epochs()) ==
          "epoch,learning_rate,train_loss,train_accuracy,test_accuracy,seconds\n"
          "1,0.005,1.50000,0.25000,,2.0\n"
          "2,0,0.75000,0.50000,0.62500,3.0\n");
}

TEST_CASE("the curve has a line for the loss and both accuracies, from corner to corner") {
    const std::string svg = epochs_as_svg(two_epochs(), "ern-x");
    CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "));
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(svg.find(">ern-x</text>") != std::string::npos);
    // The plot is 530 wide from x = 50 and 286 high from y = 34: the loss begins at the top and falls to half.
    CHECK(svg.find("points=\"50.0,34.0 580.0,177.0 \"") != std::string::npos);
    CHECK(svg.find("points=\"50.0,248.5 580.0,177.0 \"") != std::string::npos);
    CHECK(svg.find("points=\"580.0,141.2 \"") != std::string::npos);
}

}  // namespace ern::train

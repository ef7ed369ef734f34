// SPDX-License-Identifier: Apache-2.0
#include "train/batches.h"

#include <catch2/catch.hpp>
#include <set>

#include "train/trainer.h"

namespace ern::train {

namespace {

using Bytes = std::vector<std::uint8_t>;

data::DataSet numbered(int count) {
    data::DataSet set{"numbered", {1, 1, 1}, {}, {}, {}};
    for (int i = 0; i < count; ++i) {
        set.pixels.push_back(static_cast<std::uint8_t>(i));
        set.classes.push_back(static_cast<std::uint16_t>(i));
    }
    return set;
}

Bytes shifted(int dy, int dx, bool mirrored) {
    const Bytes picture = {1, 2, 3, 4, 5, 6};
    Bytes result(6, 99);
    shift_and_flip(picture, {2, 3, 1}, dy, dx, mirrored, result);
    return result;
}

}  // namespace

TEST_CASE("pictures are shifted with zeros at the border, then mirrored") {
    CHECK(shifted(0, 0, false) == Bytes{1, 2, 3, 4, 5, 6});
    CHECK(shifted(0, 0, true) == Bytes{3, 2, 1, 6, 5, 4});
    CHECK(shifted(1, 0, false) == Bytes{4, 5, 6, 0, 0, 0});
    CHECK(shifted(-1, 0, false) == Bytes{0, 0, 0, 1, 2, 3});
    CHECK(shifted(0, 1, false) == Bytes{2, 3, 0, 5, 6, 0});
    CHECK(shifted(0, -2, false) == Bytes{0, 0, 1, 0, 0, 4});
    CHECK(shifted(0, -2, true) == Bytes{1, 0, 0, 4, 0, 0});
    CHECK(shifted(5, 7, false) == Bytes(6, 0));
}

TEST_CASE("an epoch has every picture once, in an order of seed and epoch") {
    const data::DataSet set = numbered(12);
    const auto order_of = [&](std::uint64_t seed, int epoch) {
        const EpochBatches batches(set, {}, seed, epoch, 4);
        REQUIRE(batches.count() == 3);
        std::vector<std::int64_t> order;
        for (std::int64_t b = 0; b < batches.count(); ++b) {
            Bytes pixels(4);
            std::vector<float> targets(4 * 12);
            batches.fill(b, pixels, targets);
            for (std::size_t i = 0; i < 4; ++i) {
                CHECK(targets[i * 12 + pixels[i]] == 1);
                CHECK(std::count(targets.begin(), targets.end(), 0.0f) == 4 * 11);
                order.push_back(pixels[i]);
            }
        }
        return order;
    };
    const auto first = order_of(1, 1);
    CHECK(std::set<std::int64_t>(first.begin(), first.end()).size() == 12);
    CHECK(first == order_of(1, 1));
    CHECK(first != order_of(1, 2));
    CHECK(first != order_of(2, 1));
}

TEST_CASE("a set smaller than a batch is one batch") {
    const data::DataSet set = numbered(3);
    const EpochBatches batches(set, {}, 1, 1, 128);
    CHECK(batches.count() == 1);
    CHECK(batches.batch_size() == 3);
}

TEST_CASE("the learning rate rises in the warm-up and falls to zero") {
    TrainOptions options;
    options.learning_rate = 1;
    options.warmup_epochs = 1;
    CHECK(learning_rate_at(options, 3, 0, 10) == Approx(0.1));
    CHECK(learning_rate_at(options, 3, 9, 10) == Approx(1));
    CHECK(learning_rate_at(options, 3, 10, 10) == Approx(1));
    CHECK(learning_rate_at(options, 3, 20, 10) == Approx(0.5));
    CHECK(learning_rate_at(options, 3, 29, 10) < 0.01);
    options.warmup_epochs = 9;  // longer than the run
    CHECK(learning_rate_at(options, 3, 29, 10) == Approx(1));
}

}  // namespace ern::train

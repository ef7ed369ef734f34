// SPDX-License-Identifier: Apache-2.0
#include "train/loader.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

namespace ern::train {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr int kBatch = 8, kClasses = 3;

data::DataSet some_set() {
    data::DataSet set{"some", {5, 4, 1}, {}, {}, {}};
    Random random(2);
    for (int i = 0; i < 50; ++i) {
        set.classes.push_back(static_cast<std::uint16_t>(i % kClasses));
        for (int p = 0; p < 20; ++p) set.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
    }
    return set;
}

Augmentation everything() {
    Augmentation a;
    a.crop_padding = 1;
    a.flip = true;
    a.randaugment_operations = 1;
    a.mixup = 0.2;
    a.cutmix = 1;
    return a;
}

struct Slots {
    std::vector<Bytes> pixels;
    std::vector<std::vector<float>> targets;
    explicit Slots(std::size_t count)
        : pixels(count, Bytes(kBatch * 20)), targets(count, std::vector<float>(kBatch * kClasses)) {}
    std::vector<Loader::Slot> spans() {
        std::vector<Loader::Slot> result;
        for (std::size_t i = 0; i < pixels.size(); ++i) result.push_back({pixels[i], targets[i]});
        return result;
    }
};

}  // namespace

TEST_CASE("batches come in the order of the epochs, whatever the workers and slots") {
    const int workers = GENERATE(1, 2, 5);
    const std::size_t count = GENERATE(1u, 2u, 8u);
    const std::int64_t first = GENERATE(0, 4, 9);  // 6 batches an epoch: from the start, within, and in the next epoch
    const data::DataSet set = some_set();
    Slots slots(count);
    Loader loader(set, {everything(), 7, kBatch, workers, first}, slots.spans());
    for (std::int64_t step = first; step < first + 15; ++step) {
        const std::size_t slot = loader.next();
        const EpochBatches expected(set, everything(), 7, static_cast<int>(step / 6) + 1, kBatch);
        Bytes pixels(kBatch * 20);
        std::vector<float> targets(kBatch * kClasses);
        expected.fill(step % 6, pixels, targets);
        CHECK(slots.pixels[slot] == pixels);
        CHECK(slots.targets[slot] == targets);
        loader.release();
    }
}

TEST_CASE("a batch stays until it is released") {
    const data::DataSet set = some_set();
    Slots slots(2);
    Loader loader(set, {{}, 7, kBatch, 2, 0}, slots.spans());
    const std::size_t slot = loader.next();
    const Bytes before = slots.pixels[slot];
    loader.next();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the workers have nowhere to write
    CHECK(slots.pixels[slot] == before);
    loader.release();
    CHECK(loader.next() == slot);
    CHECK(slots.pixels[slot] != before);
}

TEST_CASE("a loader goes away while its workers are busy or wait") {
    const data::DataSet set = some_set();
    for (int round = 0; round < 20; ++round) {
        Slots slots(3);
        Loader loader(set, {everything(), 7, kBatch, 4, 0}, slots.spans());
        if (round % 2 == 0) loader.next();
    }
    SUCCEED("no hang");
}

}  // namespace ern::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "train/batches.h"

namespace ern::train {

// Makes the batches of all epochs ahead of the training, on threads of its own. Which thread makes a batch
// has no influence on it. A step is a batch, counted over all epochs from 0.
class Loader {
  public:
    struct Settings {
        Augmentation augmentation;
        std::uint64_t seed = 1;
        int batch = 128;
        int workers = 1;
        std::int64_t first_step = 0;
    };
    // Where a batch is written.
    struct Slot {
        std::span<std::uint8_t> pixels;
        std::span<float> targets;
    };

    // Batches go round the slots in turn. Slots must outlive the loader.
    Loader(const data::DataSet& set, const Settings& settings, std::vector<Slot> slots);
    ~Loader();
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;

    // Index of the slot that holds the next step's batch; waits until it is made.
    std::size_t next();

    // The slot of the oldest step that next() gave may be written again.
    void release();

  private:
    void work();
    std::shared_ptr<const EpochBatches> epoch_of(std::int64_t step);

    const data::DataSet& set_;
    Settings settings_;
    std::vector<Slot> slots_;
    std::int64_t steps_per_epoch_;
    std::mutex mutex_;
    std::condition_variable made_, released_;
    std::vector<std::int64_t> made_step_;  // of each slot, -1: none
    std::int64_t claimed_, given_, free_before_;
    bool stop_ = false;
    int cached_epoch_ = 0;
    std::shared_ptr<const EpochBatches> cached_;
    std::vector<std::jthread> threads_;
};

}  // namespace ern::train

// SPDX-License-Identifier: Apache-2.0
#include "train/loader.h"

#include "support/error.h"

namespace ern::train {

Loader::Loader(const data::DataSet& set, const Settings& settings, std::vector<Slot> slots)
    : set_(set),
      settings_(settings),
      slots_(std::move(slots)),
      steps_per_epoch_(EpochBatches::batches_in(set, settings.batch)),
      made_step_(slots_.size(), -1),
      claimed_(settings.first_step),
      given_(settings.first_step),
      free_before_(settings.first_step + static_cast<std::int64_t>(slots_.size())) {
    ensure(!slots_.empty() && settings_.workers >= 1, "a loader has slots and workers");
    for (int i = 0; i < settings_.workers; ++i) threads_.emplace_back([this] { work(); });
}

Loader::~Loader() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    released_.notify_all();
}

std::shared_ptr<const EpochBatches> Loader::epoch_of(std::int64_t step) {
    const int epoch = static_cast<int>(step / steps_per_epoch_) + 1;
    if (epoch != cached_epoch_) {
        cached_ = std::make_shared<const EpochBatches>(set_, settings_.augmentation, settings_.seed, epoch,
                                                       settings_.batch);
        cached_epoch_ = epoch;
    }
    return cached_;
}

void Loader::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        released_.wait(lock, [this] { return stop_ || claimed_ < free_before_; });
        if (stop_) return;
        const std::int64_t step = claimed_++;
        const auto batches = epoch_of(step);
        const auto slot = static_cast<std::size_t>(step) % slots_.size();
        lock.unlock();
        batches->fill(step % steps_per_epoch_, slots_[slot].pixels, slots_[slot].targets);
        lock.lock();
        made_step_[slot] = step;
        made_.notify_all();
    }
}

std::size_t Loader::next() {
    std::unique_lock lock(mutex_);
    const std::int64_t step = given_++;
    const auto slot = static_cast<std::size_t>(step) % slots_.size();
    made_.wait(lock, [&] { return made_step_[slot] == step; });
    return slot;
}

void Loader::release() {
    {
        const std::lock_guard lock(mutex_);
        ++free_before_;
    }
    released_.notify_all();
}

}  // namespace ern::train

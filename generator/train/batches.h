// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/data_set.h"
#include "train/augment.h"

namespace ern::train {

// The pictures of one epoch in their shuffled order, changed at random. Order and changes depend on (seed,
// epoch) alone, so an epoch that starts again after a kill is the same epoch.
class EpochBatches {
  public:
    EpochBatches(const data::DataSet& set, Augmentation augmentation, std::uint64_t seed, int epoch,
                 int batch);

    // Whole batches; what is left over at the end is not used in this epoch (but the only batch of a small
    // set is kept).
    std::int64_t count() const { return batches_in(set_, batch_); }
    int batch_size() const { return batch_; }

    // Pixels [picture][y][x][colour] and targets [picture][class] of one batch: 1 for the picture's class, or
    // the parts of two where pictures were mixed.
    void fill(std::int64_t index, std::span<std::uint8_t> pixels, std::span<float> targets) const;

    // Pictures of a batch, and batches of an epoch, of a set.
    static int batch_for(const data::DataSet& set, int wanted);
    static std::int64_t batches_in(const data::DataSet& set, int batch);

  private:
    void change(std::uint64_t place, std::span<std::uint8_t> result) const;
    void mix_pictures(std::int64_t index, std::span<std::uint8_t> pixels, std::span<float> targets) const;
    std::size_t class_at(std::uint64_t place) const;

    const data::DataSet& set_;
    Augmentation augmentation_;
    std::uint64_t seed_;
    int batch_;
    std::vector<std::int64_t> order_;
};

}  // namespace ern::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/data_set.h"

namespace ern::train {

struct Augmentation {
    int crop_padding = 0;  // pixels of zeros around the picture before a random crop of its size
    bool flip = false;     // mirror half of the pictures left to right
};

// The pictures of one epoch in their shuffled order, cropped and mirrored. Order and changes depend on (seed,
// epoch) alone, so an epoch that starts again after a kill is the same epoch.
class EpochBatches {
  public:
    EpochBatches(const data::DataSet& set, Augmentation augmentation, std::uint64_t seed, int epoch,
                 int batch);

    // Whole batches; what is left over at the end is not used in this epoch (but the only batch of a small
    // set is kept).
    std::int64_t count() const;
    int batch_size() const { return batch_; }

    // Pixels [picture][y][x][colour] and classes of one batch.
    void fill(std::int64_t index, std::span<std::uint8_t> pixels, std::span<std::int64_t> classes) const;

  private:
    const data::DataSet& set_;
    Augmentation augmentation_;
    std::uint64_t seed_;
    int batch_;
    std::vector<std::int64_t> order_;
};

// A picture [y][x][colour] shifted by (dy, dx), zeros coming in at the border, and mirrored.
void shift_and_flip(std::span<const std::uint8_t> picture, const model::Shape& shape, int dy, int dx,
                    bool mirrored, std::span<std::uint8_t> result);

// A well-mixed number from a seed and a counter.
std::uint64_t mix(std::uint64_t seed, std::uint64_t counter);

}  // namespace ern::train

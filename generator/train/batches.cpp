// SPDX-License-Identifier: Apache-2.0
#include "train/batches.h"

#include <algorithm>

#include "support/error.h"

namespace ern::train {

// splitmix64: https://prng.di.unimi.it/splitmix64.c
std::uint64_t mix(std::uint64_t seed, std::uint64_t counter) {
    std::uint64_t z = seed + (counter + 1) * 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

void shift_and_flip(std::span<const std::uint8_t> picture, const model::Shape& shape, int dy, int dx,
                    bool mirrored, std::span<std::uint8_t> result) {
    std::fill(result.begin(), result.end(), std::uint8_t{0});
    const auto at = [&](int y, int x) {
        return (static_cast<std::ptrdiff_t>(y) * shape.width + x) * shape.channels;
    };
    const int first_x = std::max(0, -dx), last_x = std::min(shape.width, shape.width - dx);
    for (int y = std::max(0, -dy); y < std::min(shape.height, shape.height - dy); ++y) {
        for (int x = first_x; x < last_x; ++x) {
            const int to = mirrored ? shape.width - 1 - x : x;
            std::copy_n(picture.begin() + at(y + dy, x + dx), shape.channels, result.begin() + at(y, to));
        }
    }
}

EpochBatches::EpochBatches(const data::DataSet& set, Augmentation augmentation, std::uint64_t seed, int epoch,
                           int batch)
    : set_(set),
      augmentation_(augmentation),
      seed_(mix(seed, static_cast<std::uint64_t>(epoch))),
      batch_(static_cast<int>(std::min<std::int64_t>(batch, set.size()))),
      order_(data::shuffled_order(set.size(), seed_)) {
    ensure(batch_ >= 1, "a batch has pictures");
}

std::int64_t EpochBatches::count() const {
    return set_.size() / batch_;
}

void EpochBatches::fill(std::int64_t index, std::span<std::uint8_t> pixels,
                        std::span<std::int64_t> classes) const {
    const auto bytes = static_cast<std::size_t>(set_.shape.size());
    const auto range = static_cast<std::uint64_t>(2 * augmentation_.crop_padding + 1);
    for (std::size_t i = 0; i < static_cast<std::size_t>(batch_); ++i) {
        const auto place = static_cast<std::size_t>(index) * static_cast<std::size_t>(batch_) + i;
        const std::int64_t picture = order_[place];
        const std::uint64_t random = mix(seed_, place);
        const int dy = static_cast<int>(random % range) - augmentation_.crop_padding;
        const int dx = static_cast<int>((random >> 16) % range) - augmentation_.crop_padding;
        const bool mirrored = augmentation_.flip && (random >> 63) != 0;
        shift_and_flip(set_.picture(picture), set_.shape, dy, dx, mirrored, pixels.subspan(i * bytes, bytes));
        classes[i] = set_.classes[static_cast<std::size_t>(picture)];
    }
}

}  // namespace ern::train

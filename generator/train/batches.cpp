// SPDX-License-Identifier: Apache-2.0
#include "train/batches.h"

#include <algorithm>

#include "support/error.h"

namespace ern::train {

EpochBatches::EpochBatches(const data::DataSet& set, Augmentation augmentation, std::uint64_t seed, int epoch,
                           int batch)
    : set_(set),
      augmentation_(augmentation),
      seed_(mix(seed, static_cast<std::uint64_t>(epoch))),
      batch_(batch_for(set, batch)),
      order_(data::shuffled_order(set.size(), seed_)) {
    ensure(batch_ >= 1, "a batch has pictures");
}

int EpochBatches::batch_for(const data::DataSet& set, int wanted) {
    return static_cast<int>(std::min<std::int64_t>(wanted, set.size()));
}

std::int64_t EpochBatches::batches_in(const data::DataSet& set, int batch) {
    return set.size() / batch_for(set, batch);
}

std::size_t EpochBatches::class_at(std::uint64_t place) const {
    return set_.classes[static_cast<std::size_t>(order_[place])];
}

void EpochBatches::change(std::uint64_t place, std::span<std::uint8_t> result) const {
    const auto picture = set_.picture(order_[place]);
    const auto range = static_cast<std::uint64_t>(2 * augmentation_.crop_padding + 1);
    const std::uint64_t random = mix(seed_, place);
    const int dy = static_cast<int>(random % range) - augmentation_.crop_padding;
    const int dx = static_cast<int>((random >> 16) % range) - augmentation_.crop_padding;
    const bool mirrored = augmentation_.flip && (random >> 63) != 0;
    if (augmentation_.randaugment_operations == 0)
        return shift_and_flip(picture, set_.shape, dy, dx, mirrored, result);
    std::vector<std::uint8_t> changed(picture.begin(), picture.end());
    Random more(random);
    randaugment(changed, set_.shape, augmentation_.randaugment_operations,
                augmentation_.randaugment_magnitude, more);
    shift_and_flip(changed, set_.shape, dy, dx, mirrored, result);
}

// Every picture meets its successor in the batch as that was before it met its own. With both kinds on, each
// picture takes one of them.
void EpochBatches::mix_pictures(std::int64_t index, std::span<std::uint8_t> pixels,
                                std::span<float> targets) const {
    const auto n = static_cast<std::size_t>(batch_);
    const auto bytes = static_cast<std::size_t>(set_.shape.size());
    const std::size_t classes = targets.size() / n;
    const std::vector<std::uint8_t> before(pixels.begin(), pixels.end());
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t place = static_cast<std::size_t>(index) * n + i, partner = (i + 1) % n;
        Random random(mix(~seed_, place));
        if (random.uniform() >= augmentation_.mix_share) continue;
        const bool cut = augmentation_.mixup == 0 || (augmentation_.cutmix > 0 && random.below(2) == 0);
        double part = symmetric_beta(cut ? augmentation_.cutmix : augmentation_.mixup, random);
        const auto picture = pixels.subspan(i * bytes, bytes);
        const auto other = std::span(before).subspan(partner * bytes, bytes);
        if (cut) {
            part = paste(picture, other, set_.shape, part, random);
        } else {
            blend(picture, other, part);
        }
        const auto target = targets.subspan(i * classes, classes);
        target[class_at(place)] = 0;
        target[class_at(place)] += static_cast<float>(part);
        target[class_at(static_cast<std::size_t>(index) * n + partner)] += static_cast<float>(1 - part);
    }
}

void EpochBatches::fill(std::int64_t index, std::span<std::uint8_t> pixels, std::span<float> targets) const {
    const auto bytes = static_cast<std::size_t>(set_.shape.size());
    const auto n = static_cast<std::size_t>(batch_);
    const std::size_t classes = targets.size() / n;
    std::fill(targets.begin(), targets.end(), 0.0f);
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t place = static_cast<std::size_t>(index) * n + i;
        change(place, pixels.subspan(i * bytes, bytes));
        targets[i * classes + class_at(place)] = 1;
    }
    if ((augmentation_.mixup > 0 || augmentation_.cutmix > 0) && n > 1) mix_pictures(index, pixels, targets);
}

}  // namespace ern::train

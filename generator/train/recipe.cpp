// SPDX-License-Identifier: Apache-2.0
#include "train/recipe.h"

#include <fmt/format.h>

namespace ern::train {

namespace {

std::string path_or_none(const std::filesystem::path& path) {
    return path.empty() ? "none" : path.string();
}

std::string augmentation_text(const Augmentation& a) {
    std::string text = fmt::format(", crop {}, flip {}", a.crop_padding, a.flip ? "yes" : "no");
    if (a.randaugment_operations > 0)
        text += fmt::format(", RandAugment {} x {}", a.randaugment_operations, a.randaugment_magnitude);
    if (a.mixup > 0) text += fmt::format(", mixup {}", a.mixup);
    if (a.cutmix > 0) text += fmt::format(", cutmix {}", a.cutmix);
    if (a.mixup > 0 || a.cutmix > 0) text += fmt::format(" of {} of the pictures", a.mix_share);
    return text;
}

}  // namespace

std::string settings_line(const fold::FloatNetwork& network, const data::DataSet& set, const Recipe& r) {
    const Augmentation& a = r.augmentation;
    std::string line = fmt::format("network={} layers={} pictures={} epochs={} seconds={} batch={}", network.name,
                                   network.layers.size(), set.size(), r.seconds > 0 ? 0 : r.epochs, r.seconds,
                                   r.batch);
    line += fmt::format(
        " lr={} warmup={} weight-decay={} adam-epsilon={} label-smoothing={} latent-deviation={} ewgs={}",
        r.learning_rate, r.warmup_epochs, r.weight_decay, r.adam_epsilon, r.label_smoothing,
        r.latent_deviation, r.ewgs);
    line += fmt::format(" average={} precision={} progressive={}", r.average_decay,
                        static_cast<int>(r.precision), r.progressive);
    line += fmt::format(" crop={} flip={} randaugment={}x{} mixup={} cutmix={} mix-share={}", a.crop_padding,
                        a.flip, a.randaugment_operations, a.randaugment_magnitude, a.mixup, a.cutmix,
                        a.mix_share);
    return line + fmt::format(" from={} teacher={} teacher-weight={} temperature={} bfloat16={} seed={}",
                              path_or_none(r.from), path_or_none(r.teacher), r.teacher_weight,
                              r.teacher_temperature, r.bfloat16, r.seed);
}

std::string recipe_text(const Recipe& r, std::size_t epochs) {
    std::string text = fmt::format(
        "epochs {}, batch {}, Adam lr {} eps {} weight decay {}, warm-up {}, cosine, EWGS {}, label smoothing {}",
        epochs, r.batch, r.learning_rate, r.adam_epsilon, r.weight_decay, r.warmup_epochs, r.ewgs,
        r.label_smoothing);
    text += augmentation_text(r.augmentation);
    if (!r.teacher.empty())
        text += fmt::format(", distilled {} at temperature {}", r.teacher_weight, r.teacher_temperature);
    if (r.average_decay > 0) text += fmt::format(", average {}", r.average_decay);
    if (r.progressive > 0) text += fmt::format(", float weights for {} of the epochs", r.progressive);
    return text + fmt::format(", {}, recalibration {} batches, seed {}", r.bfloat16 ? "bfloat16" : "float32",
                              r.recalibration_batches, r.seed);
}

}  // namespace ern::train

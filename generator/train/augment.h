// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "model/network.h"
#include "train/random.h"

namespace ern::train {

// How training pictures are changed. Everything is off at first.
struct Augmentation {
    int crop_padding = 0;            // pixels of zeros around the picture before a random crop of its size
    bool flip = false;               // mirror half of the pictures left to right
    int randaugment_operations = 0;  // of RandAugment, https://arxiv.org/abs/1909.13719, on each picture
    int randaugment_magnitude = 9;   // their strength, 0..30
    double mixup = 0;      // alpha of https://arxiv.org/abs/1710.09412: two pictures over each other. 0: off
    double cutmix = 0;     // alpha of https://arxiv.org/abs/1905.04899: a part of another picture. 0: off
    double mix_share = 1;  // of the pictures that are mixed, where one of the two is on
    bool operator==(const Augmentation&) const = default;
};

// A picture [y][x][colour] shifted by (dy, dx), zeros coming in at the border, and mirrored.
void shift_and_flip(std::span<const std::uint8_t> picture, const model::Shape& shape, int dy, int dx,
                    bool mirrored, std::span<std::uint8_t> result);

// `operations` random ones of RandAugment's fourteen, with the sizes that torchvision gives them at
// `magnitude` of 30: identity, shear and translation in x and y, rotation, brightness, colour, contrast,
// sharpness, posterize, solarize, autocontrast, equalize. Zeros come in at the border.
void randaugment(std::span<std::uint8_t> picture, const model::Shape& shape, int operations, int magnitude,
                 Random& random);

// A number of the distribution Beta(alpha, alpha).
double symmetric_beta(double alpha, Random& random);

// picture = part * picture + (1 - part) * other.
void blend(std::span<std::uint8_t> picture, std::span<const std::uint8_t> other, double part);

// Puts a rectangle of the other picture into this one, of about (1 - part) of its area at a random place.
// Returns the part of this picture that is left.
double paste(std::span<std::uint8_t> picture, std::span<const std::uint8_t> other, const model::Shape& shape,
             double part, Random& random);

}  // namespace ern::train

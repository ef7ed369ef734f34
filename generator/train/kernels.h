// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace ern::train {

// The memory-bound inner loops of training, on maps stored [pixel][channel] (pixels of all pictures of the
// batch). They fuse BatchNorm with the 2-bit activation, because as separate tensor operations these two cost
// more than the convolutions. Maps are float or bfloat16; a bfloat16 is passed as its 16 bits.

// A map of pixels x channels.
template <typename T>
struct MapView {
    const T* values;
    std::int64_t pixels;
    int channels;
};

// Mean and biased variance of each channel.
void channel_moments(MapView<float> x, std::span<float> mean, std::span<float> variance);
void channel_moments(MapView<std::uint16_t> x, std::span<float> mean, std::span<float> variance);

// What follows BatchNorm: the 2-bit activation, or the rectifier of a float network.
enum class Nonlinearity { codes, relu };

// BatchNorm of one channel as a line: y = slope * x + offset.
struct Lines {
    std::span<const float> slope, offset;
};

// codes = floor(clamp(y, 0, 2) * 1.5 + 0.5), or max(y, 0).
void activate(MapView<float> x, Lines lines, Nonlinearity kind, float* codes);
void activate(MapView<std::uint16_t> x, Lines lines, Nonlinearity kind, std::uint16_t* codes);

// Gradient of the above, straight-through for codes: g = 1.5 * grad where 0 <= y <= 2, else 0; of the
// rectifier g = grad where y > 0. Sums over the pixels of each channel of g and of g * x.
void gradient_sums(MapView<float> x, const float* grad, Lines lines, Nonlinearity kind, std::span<double> sum,
                   std::span<double> sum_x);
void gradient_sums(MapView<std::uint16_t> x, const std::uint16_t* grad, Lines lines, Nonlinearity kind,
                   std::span<double> sum, std::span<double> sum_x);

// grad_x = slope * g + constant + linear * x, the gradient through BatchNorm's own mean and variance
// included.
struct Correction {
    std::span<const float> constant, linear;
};
void gradient_input(MapView<float> x, const float* grad, Lines lines, Nonlinearity kind,
                    Correction correction, float* grad_x);
void gradient_input(MapView<std::uint16_t> x, const std::uint16_t* grad, Lines lines, Nonlinearity kind,
                    Correction correction, std::uint16_t* grad_x);

// Pixel embedding of bytes [pixel][colour] -> codes [pixel][colour * codes_per_channel + e].
void embed(MapView<std::uint8_t> bytes, int codes_per_channel, float* codes);
void embed(MapView<std::uint8_t> bytes, int codes_per_channel, std::uint16_t* codes);

}  // namespace ern::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include "train/kernels.h"

namespace ern::train {

// The memory-bound operations on maps: tensors [N,C,H,W], channels last, float32 or bfloat16. On the CPU they
// are the loops of kernels.h, on a GPU those of kernels_cuda.h, and elsewhere (or where these were not built)
// torch's own operations. Numbers of a channel are float32 [C] on the map's device.

struct ChannelMoments {
    torch::Tensor mean, variance;  // biased
};
ChannelMoments channel_moments(const torch::Tensor& map);

// One line a channel, y = slope * x + offset.
struct ChannelLines {
    torch::Tensor slope, offset;
};
torch::Tensor activate(const torch::Tensor& map, const ChannelLines& lines, Nonlinearity kind);

// Sums over the pixels of g and g * x, float64 [C], where g is the gradient in front of the nonlinearity.
struct GradientSums {
    torch::Tensor sum, sum_x;
};
GradientSums gradient_sums(const torch::Tensor& map, const torch::Tensor& grad, const ChannelLines& lines,
                           Nonlinearity kind);

// slope * g + constant + linear * x.
struct ChannelCorrection {
    torch::Tensor constant, linear;
};
torch::Tensor gradient_input(const torch::Tensor& map, const torch::Tensor& grad, const ChannelLines& lines,
                             Nonlinearity kind, const ChannelCorrection& correction);

// Pixel embedding, uint8 [N,H,W,colours] -> codes [N,channels,H,W] in `type`; channels beyond
// colours * codes_per_channel are 0.
torch::Tensor embed(const torch::Tensor& bytes, int codes_per_channel, std::int64_t channels,
                    torch::ScalarType type);

// The same from torch's own operations, on any device: what the others are compared with.
namespace plain {
ChannelMoments channel_moments(const torch::Tensor& map);
torch::Tensor activate(const torch::Tensor& map, const ChannelLines& lines, Nonlinearity kind);
GradientSums gradient_sums(const torch::Tensor& map, const torch::Tensor& grad, const ChannelLines& lines,
                           Nonlinearity kind);
torch::Tensor gradient_input(const torch::Tensor& map, const torch::Tensor& grad, const ChannelLines& lines,
                             Nonlinearity kind, const ChannelCorrection& correction);
torch::Tensor embed(const torch::Tensor& bytes, int codes_per_channel, std::int64_t channels,
                    torch::ScalarType type);
}  // namespace plain

}  // namespace ern::train

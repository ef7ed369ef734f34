// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include "train/kernels.h"

namespace ern::train {

// Differentiable quantizers on channels-last tensors. Maps hold plain integers (codes 0..3, accumulators);
// what one step is worth stays outside, as a number a channel. So everything up to 256 is exact in bfloat16
// as well.

// +1 where the latent weight is >= 0 (both zeros), else -1, in `type`. The gradient passes where |latent|
// <= 1, there times 1 + delta * sign(gradient) * (latent - sign(latent)): EWGS,
// https://arxiv.org/abs/2104.00903. delta = 0 is the plain straight-through estimator.
torch::Tensor binarize(const torch::Tensor& latent, torch::ScalarType type, double delta = 0);

// The latent weights over the mean of their magnitude, a channel each: what the sign is an approximation of.
// The mean counts as a constant.
torch::Tensor normalize_latent(const torch::Tensor& latent, torch::ScalarType type);

// Parameters and statistics of one BatchNorm; statistics are those of the integer accumulators.
struct Norm {
    torch::Tensor gamma, beta;     // trained
    torch::Tensor mean, variance;  // running statistics, updated in place
    double epsilon = 1e-5;         // in units of the value, not of the accumulator
    double momentum = 0.1;
};

// BatchNorm and the half-wave 2-bit activation (or the rectifier) in one: accumulators [N,C,H,W] -> codes.
// `unit` [C] is what one accumulator step is worth. When `training`, statistics of the batch are used and the
// running ones move towards them by the momentum.
torch::Tensor activation(const torch::Tensor& accumulators, const torch::Tensor& unit, Norm& norm,
                         bool training, Nonlinearity kind = Nonlinearity::codes);

// Pixel embedding, uint8 [N,H,W,colours] -> codes [N,channels,H,W] in `type`, channels last. On a GPU the
// channels are filled up with zeros to a multiple of 8, which its matrix units want.
torch::Tensor pixel_embedding(const torch::Tensor& bytes, int codes_per_channel, torch::ScalarType type);

}  // namespace ern::train

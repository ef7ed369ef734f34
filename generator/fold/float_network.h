// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "model/architecture.h"
#include "model/network.h"

namespace ern::fold {

// A network with float32 parameters, as a trainer or an ONNX file gives it, before folding. Layers are in execution
// order and read earlier ones by index, as in model::Network.

enum class WeightScale {
    channel_mean,  // sign(w) * mean|w| of the output channel
    shared,        // sign(w) / 32: the down-sampling convolution and the last one of every block
};
inline constexpr double kSharedScale = 1.0 / 32.0;

// Square kernel, no bias. latent: float32 weights before sign, [out][in][ky][kx].
struct FloatConv {
    int out = 0, in = 0, kernel = 1, stride = 1, pad = 0;
    WeightScale scale = WeightScale::channel_mean;
    std::vector<float> latent;
};

// BatchNorm, then the half-wave 2-bit activation: with y = (x - mean) / sqrt(variance + epsilon) * gamma + beta,
// code = floor(clamp(y, 0, 2) * 1.5 + 0.5), and the value that goes on is code * (post_scale ? 2/3 : 1).
struct FloatActivation {
    std::vector<float> gamma, beta, mean, variance;
    double epsilon = double{1e-5f};  // as a file holds it
    bool post_scale = true;
};

struct FloatAdd {};

// The average over all pixels; its input is the classifier's convolution.
struct FloatGlobalAverage {};

using FloatOperation =
    std::variant<model::PixelEmbedding, FloatConv, FloatActivation, FloatAdd, model::Pool, FloatGlobalAverage>;

struct FloatLayer {
    std::string name;
    std::vector<int> inputs;
    FloatOperation operation;
};

struct FloatNetwork {
    std::string name;
    model::Shape input;
    std::vector<FloatLayer> layers;
    std::vector<std::string> labels;
};

// The layers of an architecture with all parameters sized and neutral: latents +1, BatchNorm the identity. The one
// place that knows the structure of the ERN family; layer names are those of the original library:
//   pixel_embedding, conv1, act1, conv2, ... (stem), layer1.0.act1, layer1.0.downsample, layer1.0.conv1,
//   layer1.0.act2, layer1.0.conv2, layer1.0.add, ..., last_act, conv, avg_pool.
FloatNetwork make_float_network(const model::Architecture& architecture);

// Fills every parameter from a seed: latents normal, BatchNorm such that codes are spread over 0..3, some gammas
// negative and zero. For tests and for measuring networks that nobody trained.
void randomize(FloatNetwork& network, std::uint64_t seed);

}  // namespace ern::fold

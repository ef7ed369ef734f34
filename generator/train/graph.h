// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "fold/float_network.h"
#include "train/quantizers.h"

namespace ern::train {

// A FloatNetwork as a differentiable graph. The structure is the FloatNetwork's own list of layers, walked in
// order.
class Graph : public torch::nn::Module {
  public:
    explicit Graph(const fold::FloatNetwork& network);

    // Fresh parameters: latents normal with this deviation, gamma 1, beta 0, statistics of nothing.
    void initialize(double latent_deviation, std::uint64_t seed);

    // How a map is computed. Training uses the statistics of the batch.
    struct Mode {
        bool training = false;
        torch::ScalarType type = torch::kFloat32;
    };

    // uint8 [N,H,W,colours] -> float32 logits [N,classes].
    torch::Tensor forward(const torch::Tensor& bytes, const Mode& mode);

    // Forgets the running statistics and makes the next `batches` training passes average theirs.
    void set_momentum(double momentum);

    // Copies all parameters into the network that the graph was made from.
    void store(fold::FloatNetwork& network) const;

    // Name of the first layer with a number that is not finite, or empty.
    std::string first_not_finite() const;

  private:
    struct Node {
        std::string name;
        std::vector<int> inputs;
        fold::FloatOperation operation;  // without parameters; those are here:
        torch::Tensor latent;            // convolution
        Norm norm;                       // activation
    };
    // What one step of a map is worth: a number a channel, or one for all.
    struct Map {
        torch::Tensor values, unit;
    };
    Map evaluate(Node& node, const std::vector<Map>& maps, const torch::Tensor& bytes, const Mode& mode);
    torch::Tensor conv_unit(const Node& node, const torch::Tensor& input_unit) const;

    std::vector<Node> nodes_;
};

}  // namespace ern::train

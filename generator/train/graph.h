// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "fold/float_network.h"
#include "train/precision.h"
#include "train/quantizers.h"

namespace ern::train {

// A FloatNetwork as a differentiable graph. The structure is the FloatNetwork's own list of layers, walked in
// order. All parameters lie one after the other in one tensor, and so do all running statistics: the
// optimiser, averages and checkpoints see two lists of numbers.
class Graph {
  public:
    Graph(const fold::FloatNetwork& network, torch::Device device);

    // Fresh parameters: latents normal with this deviation, gamma 1, beta 0, statistics of nothing.
    void initialize(double latent_deviation, std::uint64_t seed);

    // How a map is computed. Training uses the statistics of the batch.
    struct Mode {
        bool training = false;
        torch::ScalarType type = torch::kFloat32;
        Precision precision = Precision::quantised;
        double ewgs = 0;  // delta of binarize()
    };

    // uint8 [N,H,W,colours] -> float32 logits [N,classes].
    torch::Tensor forward(const torch::Tensor& bytes, const Mode& mode);

    // The codes [N,H,W,C] of every activation, uint8 on the CPU, and what forward() gives.
    struct Codes {
        std::vector<std::pair<std::string, torch::Tensor>> layers;
        torch::Tensor logits;
    };
    Codes codes(const torch::Tensor& bytes, const Mode& mode);

    // Makes the running statistics move towards a batch's by this part.
    void set_momentum(double momentum);

    // Copies all parameters into the network that the graph was made from.
    void store(fold::FloatNetwork& network) const;

    torch::Tensor& parameters() { return parameters_; }
    torch::Tensor& statistics() { return statistics_; }
    const torch::Tensor& parameters() const { return parameters_; }
    const torch::Tensor& statistics() const { return statistics_; }

    // The parameters one by one, as views that gradients are made for.
    const std::vector<torch::Tensor>& leaves() const { return leaves_; }

    // Name of the first parameter, gradient (laid out like the parameters) or statistic that is not finite,
    // or empty.
    std::string first_not_finite(const torch::Tensor& gradient) const;

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
    void place_parameters();
    std::vector<Map> evaluate_all(const torch::Tensor& bytes, const Mode& mode);
    Map evaluate(Node& node, const std::vector<Map>& maps, const torch::Tensor& bytes, const Mode& mode);
    Map convolve(const Node& node, const fold::FloatConv& conv, const Map& input, const Mode& mode) const;
    torch::Tensor constant(double value) const;

    torch::Device device_;
    std::vector<Node> nodes_;
    torch::Tensor parameters_, statistics_;
    std::vector<torch::Tensor> leaves_;
    std::vector<std::string> leaf_names_;
};

}  // namespace ern::train

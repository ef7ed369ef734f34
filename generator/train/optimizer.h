// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

namespace ern::train {

// Adam, https://arxiv.org/abs/1412.6980, with L2 weight decay, on all parameters as one list of numbers, and
// their exponential moving average. Its whole state is tensors, and what changes from step to step comes in
// as a tensor too, so that a recorded step can be replayed. After a gradient that is not finite nothing
// changes any more.
class Optimizer {
  public:
    struct Settings {
        double weight_decay = 0, epsilon = 1e-8;
        double average_decay = 0;  // of the moving average, 0: none
    };
    Optimizer(torch::Tensor parameters, const Settings& settings);

    // The numbers of step 1, 2, ... for update(), float32 [kControls] on the CPU.
    static constexpr std::int64_t kControls = 2;
    static void fill_controls(std::int64_t step, double learning_rate, float* controls);

    void update(const torch::Tensor& gradient, const torch::Tensor& controls);

    // True until a gradient was not finite; then last_gradient() is that one.
    torch::Tensor healthy() const { return healthy_; }
    const torch::Tensor& last_gradient() const { return gradient_; }

    // The averaged parameters, undefined without an average.
    const torch::Tensor& average() const { return average_; }

    // Everything that a run needs to go on: first and second moments, average.
    std::vector<torch::Tensor> state() const;

  private:
    Settings settings_;
    torch::Tensor parameters_, first_, second_, average_, gradient_, healthy_;
};

}  // namespace ern::train

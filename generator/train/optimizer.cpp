// SPDX-License-Identifier: Apache-2.0
#include "train/optimizer.h"

#include <cmath>

namespace ern::train {

namespace {

using torch::Tensor;

constexpr double kBeta1 = 0.9, kBeta2 = 0.999;

}  // namespace

Optimizer::Optimizer(Tensor parameters, const Settings& settings)
    : settings_(settings),
      parameters_(std::move(parameters)),
      first_(torch::zeros_like(parameters_)),
      second_(torch::zeros_like(parameters_)),
      gradient_(torch::zeros_like(parameters_)),
      healthy_(torch::ones({}, parameters_.options().dtype(torch::kBool))) {
    if (settings.average_decay > 0) average_ = parameters_.clone();
}

void Optimizer::fill_controls(std::int64_t step, double learning_rate, float* controls) {
    const auto t = static_cast<double>(step);
    controls[0] = static_cast<float>(learning_rate / (1 - std::pow(kBeta1, t)));
    controls[1] = static_cast<float>(1 / std::sqrt(1 - std::pow(kBeta2, t)));
}

void Optimizer::update(const Tensor& gradient, const Tensor& controls) {
    torch::NoGradGuard guard;
    gradient_.copy_(torch::where(healthy_, gradient, gradient_));
    healthy_.logical_and_(gradient_.sum(torch::kFloat64).isfinite());
    const Tensor g = gradient_ + settings_.weight_decay * parameters_;
    const Tensor first = first_.lerp(g, 1 - kBeta1);
    const Tensor second = (second_ * kBeta2).addcmul_(g, g, 1 - kBeta2);
    const Tensor step = controls[0] * first / (second.sqrt() * controls[1] + settings_.epsilon);
    parameters_.copy_(torch::where(healthy_, parameters_ - step, parameters_));
    first_.copy_(torch::where(healthy_, first, first_));
    second_.copy_(torch::where(healthy_, second, second_));
    if (average_.defined()) average_.lerp_(parameters_, 1 - settings_.average_decay);
}

std::vector<Tensor> Optimizer::state() const {
    std::vector<Tensor> tensors = {first_, second_};
    if (average_.defined()) tensors.push_back(average_);
    return tensors;
}

}  // namespace ern::train

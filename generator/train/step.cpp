// SPDX-License-Identifier: Apache-2.0
#include "train/step.h"

namespace ern::train {

namespace {

using torch::Tensor;

}  // namespace

Tensor batch_loss(const Tensor& logits, const Tensor& targets, double label_smoothing,
                  const Tensor& teacher_logits, const Distillation& distillation) {
    const Tensor smooth = label_smoothing > 0 ? targets * (1 - label_smoothing) +
                                                    label_smoothing / static_cast<double>(targets.size(1))
                                              : targets;
    const Tensor label_loss = -(smooth * logits.log_softmax(1)).sum(1).mean();
    if (!teacher_logits.defined()) return label_loss;
    const double t = distillation.temperature;
    const Tensor wanted = (teacher_logits / t).log_softmax(1), found = (logits / t).log_softmax(1);
    const Tensor divergence = (wanted.exp() * (wanted - found)).sum(1).mean() * (t * t);
    return label_loss * (1 - distillation.weight) + divergence * distillation.weight;
}

Stepper::Stepper(Graph& graph, Optimizer& optimizer, const Distillation& distillation, torch::Device device,
                 const Settings& settings)
    : graph_(graph),
      optimizer_(optimizer),
      distillation_(distillation),
      device_(device),
      settings_(settings),
      sums_(torch::zeros({3}, torch::TensorOptions().dtype(torch::kFloat64).device(device))),
      fence_(device),
      recording_(device) {}

std::vector<Loader::Slot> Stepper::make_slots(std::int64_t pictures, const model::Shape& shape) {
    const auto options = torch::TensorOptions().pinned_memory(device_.is_cuda());
    const auto make = [&](const torch::TensorOptions& o) {
        return HostBatch{
            torch::zeros({pictures, shape.height, shape.width, shape.channels}, o.dtype(torch::kUInt8)),
            torch::zeros({pictures, settings_.classes}, o.dtype(torch::kFloat32)),
            torch::zeros({Optimizer::kControls}, o.dtype(torch::kFloat32))};
    };
    host_.clear();
    std::vector<Loader::Slot> slots;
    for (int i = 0; i < kSlots; ++i) {
        host_.push_back(make(options));
        const HostBatch& batch = host_.back();
        slots.push_back(
            {{batch.pixels.data_ptr<std::uint8_t>(), static_cast<std::size_t>(batch.pixels.numel())},
             {batch.targets.data_ptr<float>(), static_cast<std::size_t>(batch.targets.numel())}});
    }
    if (device_.is_cuda()) batch_ = make(torch::TensorOptions().device(device_));
    return slots;
}

void Stepper::run(Loader& loader, std::int64_t number, double learning_rate) {
    const HostBatch& host = host_[loader.next()];
    Optimizer::fill_controls(number, learning_rate, host.controls.data_ptr<float>());
    if (waiting_) {
        fence_.wait();
        loader.release();
    }
    if (device_.is_cuda()) {
        batch_.pixels.copy_(host.pixels, true);
        batch_.targets.copy_(host.targets, true);
        batch_.controls.copy_(host.controls, true);
    } else {
        batch_ = host;
    }
    recording_.run([this] { compute(); });
    fence_.mark();
    waiting_ = true;
}

void Stepper::compute() {
    Tensor teacher_logits;
    if (distillation_.teacher) {
        torch::NoGradGuard guard;
        teacher_logits = distillation_.teacher->forward(
            batch_.pixels, {false, settings_.mode.type, Precision::float_network, 0});
    }
    const Tensor logits = graph_.forward(batch_.pixels, settings_.mode);
    const Tensor loss =
        batch_loss(logits, batch_.targets, settings_.label_smoothing, teacher_logits, distillation_);
    std::vector<Tensor> gradients = torch::autograd::grad({loss}, graph_.leaves());
    torch::NoGradGuard guard;
    for (Tensor& gradient : gradients) gradient = gradient.reshape({-1});
    // A loss that is not finite counts like such a gradient: the codes can hide a NaN from the gradients.
    gradients.back() = gradients.back() + torch::where(loss.isfinite(), torch::zeros_like(loss), loss);
    optimizer_.update(torch::cat(gradients), batch_.controls);
    const Tensor healthy = optimizer_.healthy().to(torch::kFloat64);
    const Tensor correct = logits.argmax(1).eq(batch_.targets.argmax(1)).sum().to(torch::kFloat64);
    sums_.add_(torch::stack({torch::where(optimizer_.healthy(), loss.detach().to(torch::kFloat64), healthy),
                             correct * healthy, healthy}));
}

void Stepper::set_precision(Precision precision) {
    if (settings_.mode.precision == precision) return;
    settings_.mode.precision = precision;
    recording_.reset();
}

StepSums Stepper::take_sums() {
    const Tensor sums = sums_.to(torch::kCPU).clone();
    const bool healthy = optimizer_.healthy().item<bool>();
    sums_.zero_();
    const double* v = sums.data_ptr<double>();
    return {v[0], static_cast<std::int64_t>(v[1]), static_cast<std::int64_t>(v[2]), healthy};
}

}  // namespace ern::train

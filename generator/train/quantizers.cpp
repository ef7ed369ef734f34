// SPDX-License-Identifier: Apache-2.0
#include "train/quantizers.h"

#include "train/maps.h"

namespace ern::train {

namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto kLast = torch::MemoryFormat::ChannelsLast;
constexpr std::int64_t kChannelsOfGpu = 8;

class SignFunction : public torch::autograd::Function<SignFunction> {
  public:
    static Tensor forward(AutogradContext* context, const Tensor& latent, std::int64_t type, double delta) {
        context->save_for_backward({latent});
        context->saved_data["delta"] = delta;
        return latent.ge(0).to(static_cast<torch::ScalarType>(type)).mul_(2).sub_(1).contiguous(kLast);
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        const Tensor latent = context->get_saved_variables()[0];
        const double delta = context->saved_data["delta"].toDouble();
        const Tensor grad = grads[0].to(torch::kFloat32) * latent.abs().le(1);
        if (delta == 0) return {grad, Tensor(), Tensor()};
        const Tensor error = torch::where(latent.ge(0), latent - 1, latent + 1);
        return {grad + grad.abs() * error * delta, Tensor(), Tensor()};
    }
};

// The line y = slope * acc + offset that BatchNorm is, from statistics of the accumulators.
struct NormLines {
    Tensor inverse_deviation;  // of the accumulators: (acc - mean) * inverse_deviation has variance 1
    ChannelLines lines;
};

NormLines make_lines(const Tensor& mean, const Tensor& variance, const Tensor& unit, const Tensor& gamma,
                     const Tensor& beta, double epsilon) {
    const Tensor inverse = unit / (variance * unit * unit + epsilon).sqrt();
    const Tensor slope = (gamma * inverse).contiguous();
    return {inverse, {slope, (beta - mean * slope).contiguous()}};
}

class NormActivation : public torch::autograd::Function<NormActivation> {
  public:
    static Tensor forward(AutogradContext* context, const Tensor& accumulators, const Tensor& gamma,
                          const Tensor& beta, const Tensor& unit, const Tensor& mean, const Tensor& variance,
                          double epsilon, std::int64_t kind) {
        const NormLines norm = make_lines(mean, variance, unit, gamma, beta, epsilon);
        context->save_for_backward(
            {accumulators, norm.inverse_deviation, norm.lines.slope, norm.lines.offset, mean});
        context->saved_data["kind"] = kind;
        return activate(accumulators, norm.lines, static_cast<Nonlinearity>(kind));
    }

    static variable_list backward(AutogradContext* context, variable_list grads) {
        const variable_list saved = context->get_saved_variables();
        const Tensor& x = saved[0];
        const Tensor& inverse = saved[1];
        const Tensor& mean = saved[4];
        const ChannelLines lines{saved[2], saved[3]};
        const auto kind = static_cast<Nonlinearity>(context->saved_data["kind"].toInt());
        const Tensor grad = grads[0].to(x.scalar_type()).contiguous(kLast);
        const GradientSums sums = gradient_sums(x, grad, lines, kind);
        const auto count = static_cast<double>(x.numel() / x.size(1));
        const Tensor grad_gamma = (sums.sum_x - mean * sums.sum) * inverse;
        const Tensor linear = -(lines.slope * inverse) * grad_gamma / count;
        const Tensor constant = -lines.slope * sums.sum / count - linear * mean;
        const Tensor grad_x =
            gradient_input(x, grad, lines, kind, {constant.to(torch::kFloat32), linear.to(torch::kFloat32)});
        return {grad_x,
                grad_gamma.to(torch::kFloat32),
                sums.sum.to(torch::kFloat32),
                Tensor(),
                Tensor(),
                Tensor(),
                Tensor(),
                Tensor()};
    }
};

void update_running(Norm& norm, const ChannelMoments& batch, std::int64_t count) {
    torch::NoGradGuard guard;
    const double unbiased = count > 1 ? static_cast<double>(count) / static_cast<double>(count - 1) : 1.0;
    norm.mean.lerp_(batch.mean, norm.momentum);
    norm.variance.lerp_(batch.variance * unbiased, norm.momentum);
}

}  // namespace

Tensor binarize(const Tensor& latent, torch::ScalarType type, double delta) {
    return SignFunction::apply(latent, static_cast<std::int64_t>(type), delta);
}

Tensor normalize_latent(const Tensor& latent, torch::ScalarType type) {
    const Tensor mean = latent.detach().abs().mean({1, 2, 3}, true).clamp_min(1e-12);
    return (latent / mean).to(type).contiguous(kLast);
}

Tensor activation(const Tensor& accumulators, const Tensor& unit, Norm& norm, bool training,
                  Nonlinearity kind) {
    const Tensor x = accumulators.contiguous(kLast);
    if (!training) {
        return activate(
            x, make_lines(norm.mean, norm.variance, unit, norm.gamma, norm.beta, norm.epsilon).lines, kind);
    }
    ChannelMoments moments;
    {
        torch::NoGradGuard guard;
        moments = channel_moments(x);
    }
    update_running(norm, moments, x.numel() / x.size(1));
    return NormActivation::apply(x, norm.gamma, norm.beta, unit, moments.mean, moments.variance, norm.epsilon,
                                 static_cast<std::int64_t>(kind));
}

Tensor pixel_embedding(const Tensor& bytes, int codes_per_channel, torch::ScalarType type) {
    torch::NoGradGuard guard;
    std::int64_t channels = bytes.size(3) * codes_per_channel;
    if (bytes.is_cuda()) channels = (channels + kChannelsOfGpu - 1) / kChannelsOfGpu * kChannelsOfGpu;
    return embed(bytes, codes_per_channel, channels, type);
}

}  // namespace ern::train

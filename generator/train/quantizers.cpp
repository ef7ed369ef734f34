// SPDX-License-Identifier: Apache-2.0
#include "train/quantizers.h"

#include "support/error.h"
#include "train/kernels.h"

namespace ern::train {

namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto kLast = torch::MemoryFormat::ChannelsLast;

template <typename T>
T* data_of(const Tensor& tensor) {
    return static_cast<T*>(tensor.data_ptr());
}

std::span<const float> floats(const Tensor& tensor) {
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

std::span<float> mutable_floats(const Tensor& tensor) {
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

// Calls body with a null pointer of the map's storage type.
template <typename Body>
void with_storage(const Tensor& tensor, const Body& body) {
    if (tensor.scalar_type() == torch::kBFloat16) {
        body(static_cast<std::uint16_t*>(nullptr));
    } else {
        ensure(tensor.scalar_type() == torch::kFloat32, "maps are float32 or bfloat16");
        body(static_cast<float*>(nullptr));
    }
}

template <typename T>
MapView<T> view(const Tensor& x) {
    return {data_of<T>(x), x.size(0) * x.size(2) * x.size(3), static_cast<int>(x.size(1))};
}

class SignFunction : public torch::autograd::Function<SignFunction> {
  public:
    static Tensor forward(AutogradContext* context, const Tensor& latent, std::int64_t type) {
        context->save_for_backward({latent});
        return latent.ge(0).to(static_cast<torch::ScalarType>(type)).mul_(2).sub_(1).contiguous(kLast);
    }
    static variable_list backward(AutogradContext* context, variable_list grads) {
        const Tensor latent = context->get_saved_variables()[0];
        return {grads[0].to(torch::kFloat32) * latent.abs().le(1), Tensor()};
    }
};

// The line y = slope * acc + offset that BatchNorm is, from statistics of the accumulators.
struct NormLines {
    Tensor inverse_deviation;  // of the accumulators: (acc - mean) * inverse_deviation has variance 1
    Tensor slope, offset;
    Lines lines() const { return {floats(slope), floats(offset)}; }
};

NormLines make_lines(const Tensor& mean, const Tensor& variance, const Tensor& unit, const Tensor& gamma,
                     const Tensor& beta, double epsilon) {
    const Tensor inverse = unit / (variance * unit * unit + epsilon).sqrt();
    const Tensor slope = (gamma * inverse).contiguous();
    return {inverse, slope, (beta - mean * slope).contiguous()};
}

Tensor apply_lines(const Tensor& x, const NormLines& norm) {
    Tensor codes = torch::empty_like(x, x.options(), kLast);
    with_storage(x, [&]<typename T>(T*) { activate(view<T>(x), norm.lines(), data_of<T>(codes)); });
    return codes;
}

class NormActivation : public torch::autograd::Function<NormActivation> {
  public:
    static Tensor forward(AutogradContext* context, const Tensor& accumulators, const Tensor& gamma,
                          const Tensor& beta, const Tensor& unit, const Tensor& mean, const Tensor& variance,
                          double epsilon) {
        const NormLines norm = make_lines(mean, variance, unit, gamma, beta, epsilon);
        context->save_for_backward({accumulators, norm.inverse_deviation, norm.slope, norm.offset, mean});
        return apply_lines(accumulators, norm);
    }

    static variable_list backward(AutogradContext* context, variable_list grads) {
        const variable_list saved = context->get_saved_variables();
        const Tensor& x = saved[0];
        const Tensor& inverse = saved[1];
        const Tensor& slope = saved[2];
        const Lines lines{floats(slope), floats(saved[3])};
        const Tensor grad = grads[0].to(x.scalar_type()).contiguous(kLast);
        const auto doubles = torch::TensorOptions().dtype(torch::kFloat64);
        const Tensor sum = torch::zeros({x.size(1)}, doubles), sum_x = torch::zeros({x.size(1)}, doubles);
        const std::size_t channels = static_cast<std::size_t>(x.size(1));
        with_storage(x, [&]<typename T>(T*) {
            gradient_sums(view<T>(x), data_of<T>(grad), lines, {sum.data_ptr<double>(), channels},
                          {sum_x.data_ptr<double>(), channels});
        });
        const auto count = static_cast<double>(x.numel() / x.size(1));
        const Tensor grad_gamma = (sum_x - saved[4] * sum) * inverse;
        const Tensor linear = -(slope * inverse) * grad_gamma / count;
        const Tensor constant = (-slope * sum / count - linear * saved[4]).to(torch::kFloat32);
        const Tensor linear_float = linear.to(torch::kFloat32);
        Tensor grad_x = torch::empty_like(x, x.options(), kLast);
        with_storage(x, [&]<typename T>(T*) {
            gradient_input(view<T>(x), data_of<T>(grad), lines, {floats(constant), floats(linear_float)},
                           data_of<T>(grad_x));
        });
        return {
            grad_x,  grad_gamma.to(torch::kFloat32), sum.to(torch::kFloat32), Tensor(), Tensor(), Tensor(),
            Tensor()};
    }
};

void update_running(Norm& norm, const Tensor& mean, const Tensor& variance, std::int64_t count) {
    torch::NoGradGuard guard;
    const double unbiased = count > 1 ? static_cast<double>(count) / static_cast<double>(count - 1) : 1.0;
    norm.mean.lerp_(mean, norm.momentum);
    norm.variance.lerp_(variance * unbiased, norm.momentum);
}

}  // namespace

Tensor binarize(const Tensor& latent, torch::ScalarType type) {
    return SignFunction::apply(latent, static_cast<std::int64_t>(type));
}

Tensor activation(const Tensor& accumulators, const Tensor& unit, Norm& norm, bool training) {
    const Tensor x = accumulators.contiguous(kLast);
    if (!training) {
        return apply_lines(x,
                           make_lines(norm.mean, norm.variance, unit, norm.gamma, norm.beta, norm.epsilon));
    }
    const Tensor mean = torch::empty({x.size(1)}), variance = torch::empty({x.size(1)});
    with_storage(x, [&]<typename T>(T*) {
        channel_moments(view<T>(x), mutable_floats(mean), mutable_floats(variance));
    });
    update_running(norm, mean, variance, x.numel() / x.size(1));
    return NormActivation::apply(x, norm.gamma, norm.beta, unit, mean, variance, norm.epsilon);
}

Tensor pixel_embedding(const Tensor& bytes, int codes_per_channel, torch::ScalarType type) {
    const auto colours = bytes.size(3);
    Tensor codes = torch::empty({bytes.size(0), colours * codes_per_channel, bytes.size(1), bytes.size(2)},
                                torch::TensorOptions().dtype(type), kLast);
    const MapView<std::uint8_t> in{bytes.data_ptr<std::uint8_t>(), bytes.numel() / colours,
                                   static_cast<int>(colours)};
    with_storage(codes, [&]<typename T>(T*) { embed(in, codes_per_channel, data_of<T>(codes)); });
    return codes;
}

}  // namespace ern::train

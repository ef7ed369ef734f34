// SPDX-License-Identifier: Apache-2.0
#include "train/maps.h"

namespace ern::train::plain {

namespace {

using torch::Tensor;

constexpr auto kLast = torch::MemoryFormat::ChannelsLast;

Tensor by_channel(const Tensor& numbers) {
    return numbers.view({1, -1, 1, 1});
}

Tensor line(const Tensor& x, const ChannelLines& lines) {
    return x * by_channel(lines.slope) + by_channel(lines.offset);
}

// g, float32.
Tensor gradient(const Tensor& x, const Tensor& grad, const ChannelLines& lines, Nonlinearity kind) {
    const Tensor y = line(x, lines), g = grad.to(torch::kFloat32);
    if (kind == Nonlinearity::relu) return g * y.gt(0);
    return 1.5 * g * y.ge(0).logical_and_(y.le(2));
}

}  // namespace

ChannelMoments channel_moments(const Tensor& map) {
    const Tensor x = map.to(torch::kFloat64);
    const Tensor mean = x.mean({0, 2, 3});
    const Tensor variance = ((x * x).mean({0, 2, 3}) - mean * mean).clamp_min(0);
    return {mean.to(torch::kFloat32), variance.to(torch::kFloat32)};
}

Tensor activate(const Tensor& map, const ChannelLines& lines, Nonlinearity kind) {
    const Tensor y = line(map.to(torch::kFloat32), lines);
    const Tensor result = kind == Nonlinearity::relu ? y.clamp_min(0) : (y.clamp(0, 2) * 1.5 + 0.5).floor_();
    return result.to(map.scalar_type()).contiguous(kLast);
}

GradientSums gradient_sums(const Tensor& map, const Tensor& grad, const ChannelLines& lines,
                           Nonlinearity kind) {
    const Tensor x = map.to(torch::kFloat32);
    const Tensor g = gradient(x, grad, lines, kind);
    return {g.sum({0, 2, 3}, false, torch::kFloat64), (g * x).sum({0, 2, 3}, false, torch::kFloat64)};
}

Tensor gradient_input(const Tensor& map, const Tensor& grad, const ChannelLines& lines, Nonlinearity kind,
                      const ChannelCorrection& correction) {
    const Tensor x = map.to(torch::kFloat32);
    const Tensor result = by_channel(lines.slope) * gradient(x, grad, lines, kind) +
                          by_channel(correction.constant) + by_channel(correction.linear) * x;
    return result.to(map.scalar_type()).contiguous(kLast);
}

Tensor embed(const Tensor& bytes, int codes_per_channel, std::int64_t channels, torch::ScalarType type) {
    const auto floats = torch::TensorOptions().dtype(torch::kFloat32).device(bytes.device());
    const Tensor steps =
        torch::arange(codes_per_channel, floats).add_(1).mul_(-8).add_(79).view({1, 1, -1, 1, 1});
    const Tensor values = bytes.permute({0, 3, 1, 2}).unsqueeze(2).to(torch::kFloat32);
    Tensor codes = ((values + steps) / 80).floor_().clamp_(0, 3).flatten(1, 2).to(type);
    codes = torch::constant_pad_nd(codes, {0, 0, 0, 0, 0, channels - codes.size(1)});
    return codes.contiguous(kLast);
}

}  // namespace ern::train::plain

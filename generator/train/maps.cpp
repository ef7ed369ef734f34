// SPDX-License-Identifier: Apache-2.0
#include "train/maps.h"

#include "support/error.h"
#include "train/device.h"
#ifdef ERN_TRAIN_CUDA_KERNELS
#include "train/kernels_cuda.h"
#endif

namespace ern::train {

namespace {

using torch::Tensor;

constexpr auto kLast = torch::MemoryFormat::ChannelsLast;

template <typename T>
T* data_of(const Tensor& tensor) {
    return static_cast<T*>(tensor.data_ptr());
}

template <typename T>
std::span<T> numbers(const Tensor& tensor) {
    return {data_of<T>(tensor), static_cast<std::size_t>(tensor.numel())};
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

Lines loop_lines(const ChannelLines& lines) {
    return {numbers<const float>(lines.slope), numbers<const float>(lines.offset)};
}

Tensor channel_numbers(const Tensor& map, torch::ScalarType type) {
    return torch::empty({map.size(1)},
                        map.options().dtype(type).memory_format(torch::MemoryFormat::Contiguous));
}

#ifdef ERN_TRAIN_CUDA_KERNELS

cuda::Map cuda_map(const Tensor& x) {
    return {x.data_ptr(), x.size(0) * x.size(2) * x.size(3), static_cast<int>(x.size(1)),
            x.scalar_type() == torch::kBFloat16};
}

Tensor cuda_scratch(const Tensor& x) {
    return torch::empty({cuda::scratch_size(static_cast<int>(x.size(1)))},
                        torch::TensorOptions().dtype(torch::kFloat32).device(x.device()));
}

void check_launch() {
    const char* error = cuda::last_error();
    if (error != nullptr) fail("the GPU refused a kernel: {}", error);
}

ChannelMoments cuda_channel_moments(const Tensor& map) {
    const Tensor scratch = cuda_scratch(map);
    ChannelMoments result{channel_numbers(map, torch::kFloat32), channel_numbers(map, torch::kFloat32)};
    cuda::channel_moments(cuda_map(map), data_of<float>(result.mean), data_of<float>(result.variance),
                          data_of<float>(scratch), current_stream());
    check_launch();
    return result;
}

Tensor cuda_activate(const Tensor& map, const ChannelLines& lines, Nonlinearity kind) {
    const Tensor result = torch::empty_like(map, map.options(), kLast);
    cuda::activate(cuda_map(map), data_of<float>(lines.slope), data_of<float>(lines.offset), kind,
                   result.data_ptr(), current_stream());
    check_launch();
    return result;
}

GradientSums cuda_gradient_sums(const Tensor& map, const Tensor& grad, const ChannelLines& lines,
                                Nonlinearity kind) {
    const Tensor scratch = cuda_scratch(map);
    GradientSums result{channel_numbers(map, torch::kFloat64), channel_numbers(map, torch::kFloat64)};
    cuda::gradient_sums(cuda_map(map), grad.data_ptr(), data_of<float>(lines.slope),
                        data_of<float>(lines.offset), kind, data_of<double>(result.sum),
                        data_of<double>(result.sum_x), data_of<float>(scratch), current_stream());
    check_launch();
    return result;
}

Tensor cuda_gradient_input(const Tensor& map, const Tensor& grad, const ChannelLines& lines,
                           Nonlinearity kind, const ChannelCorrection& correction) {
    const Tensor result = torch::empty_like(map, map.options(), kLast);
    cuda::gradient_input(cuda_map(map), grad.data_ptr(), data_of<float>(lines.slope),
                         data_of<float>(lines.offset), kind, data_of<float>(correction.constant),
                         data_of<float>(correction.linear), result.data_ptr(), current_stream());
    check_launch();
    return result;
}

Tensor cuda_embed(const Tensor& bytes, int codes_per_channel, std::int64_t channels, torch::ScalarType type) {
    const Tensor codes = torch::empty({bytes.size(0), channels, bytes.size(1), bytes.size(2)},
                                      bytes.options().dtype(type), kLast);
    const auto colours = bytes.size(3);
    cuda::embed(data_of<std::uint8_t>(bytes), bytes.numel() / colours, static_cast<int>(colours),
                codes_per_channel, static_cast<int>(channels), type == torch::kBFloat16, codes.data_ptr(),
                current_stream());
    check_launch();
    return codes;
}

// The kernels against torch's own operations on one random map, once a process: a machine where they go wrong
// does without them.
bool cuda_kernels_agree(torch::Device device) {
    torch::NoGradGuard guard;
    const auto options = torch::TensorOptions().device(device);
    for (const std::int64_t channels : {64, 36, 320}) {
        for (const auto type : {torch::kBFloat16, torch::kFloat32}) {
            const Tensor x =
                torch::randint(-90, 120, {3, channels, 7, 5}, options).to(type).contiguous(kLast);
            const Tensor grad =
                torch::randint(-9, 9, {3, channels, 7, 5}, options).to(type).contiguous(kLast);
            const ChannelLines lines{torch::linspace(-0.03, 0.04, channels, options),
                                     torch::linspace(-0.20137, 1.5, channels, options)};
            const ChannelCorrection correction{torch::linspace(-1, 1, channels, options),
                                               torch::linspace(0.1, -0.1, channels, options)};
            const ChannelMoments a = cuda_channel_moments(x), b = plain::channel_moments(x);
            bool same = a.mean.allclose(b.mean, 1e-4, 1e-3) && a.variance.allclose(b.variance, 1e-4, 1e-1);
            for (const auto kind : {Nonlinearity::codes, Nonlinearity::relu}) {
                const Tensor codes = cuda_activate(x, lines, kind), codes2 = plain::activate(x, lines, kind);
                // A y on the edge of a step may fall to either side.
                same = same && (codes - codes2).abs().gt(0.1).sum().item<std::int64_t>() < 4;
                const GradientSums c = cuda_gradient_sums(x, grad, lines, kind),
                                   d = plain::gradient_sums(x, grad, lines, kind);
                same = same && c.sum.allclose(d.sum, 1e-4, 20) && c.sum_x.allclose(d.sum_x, 1e-3, 2000);
                const Tensor e = cuda_gradient_input(x, grad, lines, kind, correction),
                             f = plain::gradient_input(x, grad, lines, kind, correction);
                same = same && (e - f).abs().gt(0.1).sum().item<std::int64_t>() < 4;
            }
            if (!same) return false;
        }
    }
    const Tensor bytes = torch::randint(0, 256, {2, 6, 5, 3}, options).to(torch::kUInt8);
    return cuda_embed(bytes, 10, 32, torch::kBFloat16).equal(plain::embed(bytes, 10, 32, torch::kBFloat16));
}

bool use_cuda_kernels(const Tensor& map) {
    if (!map.is_cuda()) return false;
    static const bool agree = [&] {
        const bool result = cuda_kernels_agree(map.device());
        if (!result)
            fmt::print(stderr, "warning: the GPU kernels disagree with torch, which is used instead\n");
        return result;
    }();
    return agree;
}

#else

bool use_cuda_kernels(const Tensor&) {
    return false;
}
ChannelMoments cuda_channel_moments(const Tensor& map) {
    return plain::channel_moments(map);
}
Tensor cuda_activate(const Tensor& map, const ChannelLines& lines, Nonlinearity kind) {
    return plain::activate(map, lines, kind);
}
GradientSums cuda_gradient_sums(const Tensor& map, const Tensor& grad, const ChannelLines& lines,
                                Nonlinearity kind) {
    return plain::gradient_sums(map, grad, lines, kind);
}
Tensor cuda_gradient_input(const Tensor& map, const Tensor& grad, const ChannelLines& lines,
                           Nonlinearity kind, const ChannelCorrection& correction) {
    return plain::gradient_input(map, grad, lines, kind, correction);
}
Tensor cuda_embed(const Tensor& bytes, int codes_per_channel, std::int64_t channels, torch::ScalarType type) {
    return plain::embed(bytes, codes_per_channel, channels, type);
}

#endif

}  // namespace

ChannelMoments channel_moments(const Tensor& map) {
    if (use_cuda_kernels(map)) return cuda_channel_moments(map);
    if (!map.is_cpu()) return plain::channel_moments(map);
    ChannelMoments result{channel_numbers(map, torch::kFloat32), channel_numbers(map, torch::kFloat32)};
    with_storage(map, [&]<typename T>(T*) {
        channel_moments(view<T>(map), numbers<float>(result.mean), numbers<float>(result.variance));
    });
    return result;
}

Tensor activate(const Tensor& map, const ChannelLines& lines, Nonlinearity kind) {
    if (use_cuda_kernels(map)) return cuda_activate(map, lines, kind);
    if (!map.is_cpu()) return plain::activate(map, lines, kind);
    Tensor result = torch::empty_like(map, map.options(), kLast);
    with_storage(
        map, [&]<typename T>(T*) { activate(view<T>(map), loop_lines(lines), kind, data_of<T>(result)); });
    return result;
}

GradientSums gradient_sums(const Tensor& map, const Tensor& grad, const ChannelLines& lines,
                           Nonlinearity kind) {
    if (use_cuda_kernels(map)) return cuda_gradient_sums(map, grad, lines, kind);
    if (!map.is_cpu()) return plain::gradient_sums(map, grad, lines, kind);
    GradientSums result{channel_numbers(map, torch::kFloat64), channel_numbers(map, torch::kFloat64)};
    with_storage(map, [&]<typename T>(T*) {
        gradient_sums(view<T>(map), data_of<T>(grad), loop_lines(lines), kind, numbers<double>(result.sum),
                      numbers<double>(result.sum_x));
    });
    return result;
}

Tensor gradient_input(const Tensor& map, const Tensor& grad, const ChannelLines& lines, Nonlinearity kind,
                      const ChannelCorrection& correction) {
    if (use_cuda_kernels(map)) return cuda_gradient_input(map, grad, lines, kind, correction);
    if (!map.is_cpu()) return plain::gradient_input(map, grad, lines, kind, correction);
    Tensor result = torch::empty_like(map, map.options(), kLast);
    const Correction loop_correction{numbers<const float>(correction.constant),
                                     numbers<const float>(correction.linear)};
    with_storage(map, [&]<typename T>(T*) {
        gradient_input(view<T>(map), data_of<T>(grad), loop_lines(lines), kind, loop_correction,
                       data_of<T>(result));
    });
    return result;
}

Tensor embed(const Tensor& bytes, int codes_per_channel, std::int64_t channels, torch::ScalarType type) {
    if (use_cuda_kernels(bytes)) return cuda_embed(bytes, codes_per_channel, channels, type);
    const auto colours = bytes.size(3);
    if (!bytes.is_cpu() || channels != colours * codes_per_channel)
        return plain::embed(bytes, codes_per_channel, channels, type);
    Tensor codes = torch::empty({bytes.size(0), channels, bytes.size(1), bytes.size(2)},
                                torch::TensorOptions().dtype(type), kLast);
    const MapView<std::uint8_t> in{data_of<std::uint8_t>(bytes), bytes.numel() / colours,
                                   static_cast<int>(colours)};
    with_storage(codes, [&]<typename T>(T*) { embed(in, codes_per_channel, data_of<T>(codes)); });
    return codes;
}

}  // namespace ern::train

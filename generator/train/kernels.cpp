// SPDX-License-Identifier: Apache-2.0
#include "train/kernels.h"

#include <algorithm>
#include <bit>
#include <vector>

// The loops are plain C++ that the compiler vectorises; on x86 it makes one body a level of the instruction
// set and the loader picks the best that the machine has. There is no way to say so without a macro.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__)
#define ERN_CLONES [[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
#else
#define ERN_CLONES
#endif

namespace ern::train {

namespace {

// Pixels that are summed in float32 before the sum goes on in float64.
constexpr std::int64_t kBlock = 64;

[[gnu::always_inline]] inline float load(float v) {
    return v;
}
[[gnu::always_inline]] inline float load(std::uint16_t v) {
    return std::bit_cast<float>(std::uint32_t{v} << 16);
}

[[gnu::always_inline]] inline void store(float* to, float v) {
    *to = v;
}

// Round to nearest, ties to even.
[[gnu::always_inline]] inline void store(std::uint16_t* to, float v) {
    const auto bits = std::bit_cast<std::uint32_t>(v);
    *to = static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

template <Nonlinearity kind>
[[gnu::always_inline]] inline float response(float y) {
    if constexpr (kind == Nonlinearity::relu) return std::max(y, 0.0f);
    const float clamped = std::min(std::max(y, 0.0f), 2.0f);
    return static_cast<float>(static_cast<std::int32_t>(clamped * 1.5f + 0.5f));
}

template <Nonlinearity kind>
[[gnu::always_inline]] inline float gradient(float grad, float y) {
    if constexpr (kind == Nonlinearity::relu) return y > 0.0f ? grad : 0.0f;
    return y >= 0.0f && y <= 2.0f ? 1.5f * grad : 0.0f;
}

template <typename T>
[[gnu::always_inline]] inline void block_sums(const T* x, std::int64_t pixels, int channels,
                                              float* __restrict sum, float* __restrict squares) {
    for (std::int64_t p = 0; p < pixels; ++p, x += channels) {
        for (int c = 0; c < channels; ++c) {
            const float v = load(x[c]);
            sum[c] += v;
            squares[c] += v * v;
        }
    }
}

template <typename T>
[[gnu::always_inline]] inline void moments_body(MapView<T> x, std::span<float> mean,
                                                std::span<float> variance) {
    const auto n = static_cast<std::size_t>(x.channels);
    std::vector<float> sum(n), squares(n);
    std::vector<double> total(n), total_squares(n);
    for (std::int64_t first = 0; first < x.pixels; first += kBlock) {
        std::fill(sum.begin(), sum.end(), 0.0f);
        std::fill(squares.begin(), squares.end(), 0.0f);
        block_sums(x.values + first * x.channels, std::min(kBlock, x.pixels - first), x.channels, sum.data(),
                   squares.data());
        for (std::size_t c = 0; c < n; ++c) {
            total[c] += static_cast<double>(sum[c]);
            total_squares[c] += static_cast<double>(squares[c]);
        }
    }
    const auto count = static_cast<double>(x.pixels);
    for (std::size_t c = 0; c < n; ++c) {
        const double m = total[c] / count;
        mean[c] = static_cast<float>(m);
        variance[c] = static_cast<float>(std::max(0.0, total_squares[c] / count - m * m));
    }
}

template <Nonlinearity kind, typename T>
[[gnu::always_inline]] inline void activate_body(MapView<T> x, Lines lines, T* __restrict codes) {
    const float* __restrict slope = lines.slope.data();
    const float* __restrict offset = lines.offset.data();
    const T* __restrict in = x.values;
    for (std::int64_t p = 0; p < x.pixels; ++p, in += x.channels, codes += x.channels) {
        for (int c = 0; c < x.channels; ++c)
            store(codes + c, response<kind>(slope[c] * load(in[c]) + offset[c]));
    }
}

template <Nonlinearity kind, typename T>
[[gnu::always_inline]] inline void gradient_sums_body(MapView<T> x, const T* grad, Lines lines,
                                                      std::span<double> sum, std::span<double> sum_x) {
    const auto n = static_cast<std::size_t>(x.channels);
    std::vector<float> block(n), block_x(n);
    std::fill(sum.begin(), sum.end(), 0.0);
    std::fill(sum_x.begin(), sum_x.end(), 0.0);
    for (std::int64_t first = 0; first < x.pixels; first += kBlock) {
        std::fill(block.begin(), block.end(), 0.0f);
        std::fill(block_x.begin(), block_x.end(), 0.0f);
        const std::int64_t last = std::min(first + kBlock, x.pixels);
        float* __restrict s = block.data();
        float* __restrict sx = block_x.data();
        for (std::int64_t p = first; p < last; ++p) {
            const T* __restrict in = x.values + p * x.channels;
            const T* __restrict go = grad + p * x.channels;
            for (int c = 0; c < x.channels; ++c) {
                const float v = load(in[c]);
                const float g =
                    gradient<kind>(load(go[c]), lines.slope.data()[c] * v + lines.offset.data()[c]);
                s[c] += g;
                sx[c] += g * v;
            }
        }
        for (std::size_t c = 0; c < n; ++c) {
            sum[c] += static_cast<double>(block[c]);
            sum_x[c] += static_cast<double>(block_x[c]);
        }
    }
}

template <Nonlinearity kind, typename T>
[[gnu::always_inline]] inline void gradient_input_body(MapView<T> x, const T* __restrict grad, Lines lines,
                                                       Correction correction, T* __restrict grad_x) {
    const float* __restrict slope = lines.slope.data();
    const float* __restrict offset = lines.offset.data();
    const float* __restrict constant = correction.constant.data();
    const float* __restrict linear = correction.linear.data();
    const T* __restrict in = x.values;
    for (std::int64_t p = 0; p < x.pixels; ++p, in += x.channels, grad += x.channels, grad_x += x.channels) {
        for (int c = 0; c < x.channels; ++c) {
            const float v = load(in[c]);
            const float g = gradient<kind>(load(grad[c]), slope[c] * v + offset[c]);
            store(grad_x + c, slope[c] * g + constant[c] + linear[c] * v);
        }
    }
}

template <typename T>
void embed_body(MapView<std::uint8_t> bytes, int codes_per_channel, T* codes) {
    const auto n = static_cast<std::size_t>(codes_per_channel);
    std::vector<T> table(256 * n);
    for (std::size_t v = 0; v < 256; ++v) {
        for (std::size_t e = 0; e < n; ++e) {
            // The division rounds negative numbers up, to 0 at most; the clamp makes them 0 like the floor
            // would.
            const int reached = static_cast<int>(v) - 8 * (static_cast<int>(e) + 1) + 79;
            store(&table[v * n + e], static_cast<float>(std::clamp(reached / 80, 0, 3)));
        }
    }
    const std::int64_t count = bytes.pixels * bytes.channels;
    for (std::int64_t i = 0; i < count; ++i, codes += n) std::copy_n(&table[bytes.values[i] * n], n, codes);
}

}  // namespace

ERN_CLONES void channel_moments(MapView<float> x, std::span<float> mean, std::span<float> variance) {
    moments_body(x, mean, variance);
}
ERN_CLONES void channel_moments(MapView<std::uint16_t> x, std::span<float> mean, std::span<float> variance) {
    moments_body(x, mean, variance);
}
ERN_CLONES void activate(MapView<float> x, Lines lines, Nonlinearity kind, float* codes) {
    if (kind == Nonlinearity::relu) return activate_body<Nonlinearity::relu>(x, lines, codes);
    activate_body<Nonlinearity::codes>(x, lines, codes);
}
ERN_CLONES void activate(MapView<std::uint16_t> x, Lines lines, Nonlinearity kind, std::uint16_t* codes) {
    if (kind == Nonlinearity::relu) return activate_body<Nonlinearity::relu>(x, lines, codes);
    activate_body<Nonlinearity::codes>(x, lines, codes);
}
ERN_CLONES void gradient_sums(MapView<float> x, const float* grad, Lines lines, Nonlinearity kind,
                              std::span<double> sum, std::span<double> sum_x) {
    if (kind == Nonlinearity::relu) return gradient_sums_body<Nonlinearity::relu>(x, grad, lines, sum, sum_x);
    gradient_sums_body<Nonlinearity::codes>(x, grad, lines, sum, sum_x);
}
ERN_CLONES void gradient_sums(MapView<std::uint16_t> x, const std::uint16_t* grad, Lines lines,
                              Nonlinearity kind, std::span<double> sum, std::span<double> sum_x) {
    if (kind == Nonlinearity::relu) return gradient_sums_body<Nonlinearity::relu>(x, grad, lines, sum, sum_x);
    gradient_sums_body<Nonlinearity::codes>(x, grad, lines, sum, sum_x);
}
ERN_CLONES void gradient_input(MapView<float> x, const float* grad, Lines lines, Nonlinearity kind,
                               Correction correction, float* grad_x) {
    if (kind == Nonlinearity::relu)
        return gradient_input_body<Nonlinearity::relu>(x, grad, lines, correction, grad_x);
    gradient_input_body<Nonlinearity::codes>(x, grad, lines, correction, grad_x);
}
ERN_CLONES void gradient_input(MapView<std::uint16_t> x, const std::uint16_t* grad, Lines lines,
                               Nonlinearity kind, Correction correction, std::uint16_t* grad_x) {
    if (kind == Nonlinearity::relu)
        return gradient_input_body<Nonlinearity::relu>(x, grad, lines, correction, grad_x);
    gradient_input_body<Nonlinearity::codes>(x, grad, lines, correction, grad_x);
}
void embed(MapView<std::uint8_t> bytes, int codes_per_channel, float* codes) {
    embed_body(bytes, codes_per_channel, codes);
}
void embed(MapView<std::uint8_t> bytes, int codes_per_channel, std::uint16_t* codes) {
    embed_body(bytes, codes_per_channel, codes);
}

}  // namespace ern::train

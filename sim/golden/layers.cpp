// SPDX-License-Identifier: Apache-2.0
#include "golden/layers.h"

#include <algorithm>

namespace ern::golden {

namespace {

std::size_t index(const model::Shape& shape, int y, int x, int c) {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(shape.width) +
            static_cast<std::size_t>(x)) *
               static_cast<std::size_t>(shape.channels) +
           static_cast<std::size_t>(c);
}

bool inside(const model::Shape& shape, int y, int x) {
    return y >= 0 && y < shape.height && x >= 0 && x < shape.width;
}

// The values that the codes stand for, with a border of zeros.
std::vector<std::int8_t> padded_values(const Codes& codes, const model::Shape& in, int pad, int code_offset) {
    const model::Shape padded{in.height + 2 * pad, in.width + 2 * pad, in.channels};
    std::vector<std::int8_t> values(static_cast<std::size_t>(padded.size()), 0);
    for (int y = 0; y < in.height; ++y) {
        for (int x = 0; x < in.width; ++x) {
            for (int c = 0; c < in.channels; ++c) {
                values[index(padded, y + pad, x + pad, c)] =
                    static_cast<std::int8_t>(codes[index(in, y, x, c)] + code_offset);
            }
        }
    }
    return values;
}

// The weights of one filter as +1 and -1, [ky][kx][in].
std::vector<std::int8_t> filter_signs(const model::WeightBits& weights, int o) {
    std::vector<std::int8_t> signs;
    for (int ky = 0; ky < weights.kernel(); ++ky) {
        for (int kx = 0; kx < weights.kernel(); ++kx) {
            for (int i = 0; i < weights.in(); ++i) signs.push_back(weights.positive(o, ky, kx, i) ? 1 : -1);
        }
    }
    return signs;
}

}  // namespace

Codes embed_pixels(const model::PixelEmbedding& embedding, std::span<const std::uint8_t> picture,
                   const model::Shape& in) {
    Codes codes;
    codes.reserve(picture.size() * static_cast<std::size_t>(embedding.codes_per_channel));
    for (std::size_t i = 0; i < static_cast<std::size_t>(in.size()); ++i) {
        for (int e = 0; e < embedding.codes_per_channel; ++e) {
            // (v - 8(e+1) + 79) / 80 rounds towards zero where the formula has floor; both clamp to 0 below
            // zero.
            codes.push_back(
                static_cast<std::uint8_t>(std::clamp((picture[i] - 8 * (e + 1) + 79) / 80, 0, 3)));
        }
    }
    return codes;
}

Accumulators convolve(const model::Conv& conv, const Codes& codes, const model::Shape& in, int code_offset,
                      const model::Shape& out) {
    const int kernel = conv.weights.kernel();
    const model::Shape padded{in.height + 2 * conv.pad, in.width + 2 * conv.pad, in.channels};
    const std::vector<std::int8_t> values = padded_values(codes, in, conv.pad, code_offset);
    const int row =
        kernel * in.channels;  // [kx][in] of one kernel row, contiguous in the filter and in the map
    Accumulators result(static_cast<std::size_t>(out.size()));
    for (int o = 0; o < out.channels; ++o) {
        const std::vector<std::int8_t> signs = filter_signs(conv.weights, o);
        for (int y = 0; y < out.height; ++y) {
            for (int x = 0; x < out.width; ++x) {
                std::int32_t acc = 0;
                for (int ky = 0; ky < kernel; ++ky) {
                    const std::int8_t* sign = &signs[static_cast<std::size_t>(ky * row)];
                    const std::int8_t* value =
                        &values[index(padded, y * conv.stride + ky, x * conv.stride, 0)];
                    for (int j = 0; j < row; ++j) acc += sign[j] * value[j];
                }
                result[index(out, y, x, o)] = acc;
            }
        }
    }
    return result;
}

Accumulators add(const Accumulators& a, const Accumulators& b) {
    Accumulators result(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) result[i] = a[i] + b[i];
    return result;
}

Codes quantize(const model::Thresholds& thresholds, const Accumulators& accumulators) {
    Codes codes(accumulators.size());
    for (std::size_t i = 0; i < accumulators.size(); ++i) {
        const model::ChannelThresholds& channel = thresholds.channels[i % thresholds.channels.size()];
        int code = 0;
        for (const std::int32_t at : channel.at) {
            if ((accumulators[i] >= at) != channel.inverted) ++code;
        }
        codes[i] = static_cast<std::uint8_t>(code);
    }
    return codes;
}

Codes pool(const model::Pool& pool, const Codes& codes, const model::Shape& in, const model::Shape& out) {
    Codes result(static_cast<std::size_t>(out.size()));
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            for (int c = 0; c < out.channels; ++c) {
                int largest = 0, sum = 0;
                for (int ky = 0; ky < pool.kernel; ++ky) {
                    for (int kx = 0; kx < pool.kernel; ++kx) {
                        const int iy = y * pool.stride + ky - pool.pad, ix = x * pool.stride + kx - pool.pad;
                        const int code = inside(in, iy, ix) ? codes[index(in, iy, ix, c)] : 0;
                        largest = std::max(largest, code);
                        sum += code;
                    }
                }
                int mean = 0;
                for (int k = 1; k <= 3; ++k)
                    mean += 2 * sum >= (2 * k - 1) * pool.kernel * pool.kernel ? 1 : 0;
                result[index(out, y, x, c)] =
                    static_cast<std::uint8_t>(pool.kind == model::PoolKind::max ? largest : mean);
            }
        }
    }
    return result;
}

Sums sum_pixels(const Accumulators& accumulators, const model::Shape& in) {
    Sums sums(static_cast<std::size_t>(in.channels), 0);
    for (int y = 0; y < in.height; ++y) {
        for (int x = 0; x < in.width; ++x) {
            for (int c = 0; c < in.channels; ++c)
                sums[static_cast<std::size_t>(c)] += accumulators[index(in, y, x, c)];
        }
    }
    return sums;
}

}  // namespace ern::golden

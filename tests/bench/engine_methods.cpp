// SPDX-License-Identifier: Apache-2.0
// The experiment behind the engine's method: bit planes with vector population counts (two and, popcount, add a vector for
// 512 products) against lookups in tables, on single convolutions, one thread. The popcount side is the bare loop over a map
// that is padded already; the engine's time is the whole step: padding, tables, sums, stores. Both must give golden's sums.
//   ninja -C build engine_methods && build/tests/bench/engine_methods
#include <fmt/format.h>
#include <immintrin.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <vector>

#include "engine/engine.h"
#include "golden/golden.h"
#include "support/error.h"

#define POPCOUNT __attribute__((target("avx512f,avx512bw,avx512vpopcntdq")))

namespace {

using namespace ern;

std::size_t index(int at) { return static_cast<std::size_t>(at); }

// A 1x1 convolution that makes codes, then the convolution that is measured: 3x3 padded by 1, or 1x1.
model::Network network_of(int side, int in, int out, int kernel) {
    std::mt19937 random(1);
    model::Network network{"experiment", {side, side, 3}, {}, {}, {}};
    const auto add = [&](std::vector<int> inputs, model::Operation operation) {
        const model::Shape from = inputs[0] < 0 ? network.input : network.layers[index(inputs[0])].shape;
        model::Layer layer{fmt::format("layer{}", network.layers.size()), std::move(inputs), std::move(operation), {}};
        layer.shape = model::output_shape(layer.operation, from, layer.name);
        network.layers.push_back(std::move(layer));
        return static_cast<int>(network.layers.size()) - 1;
    };
    const auto conv = [&](int input, int channels, int size) {
        model::Conv operation{1, size / 2, model::WeightBits(channels, size, network.layers[index(input)].shape.channels)};
        for (auto& word : operation.weights.words()) word = std::uint64_t{random()} << 32 | random();
        const std::int64_t rest = operation.weights.count() % 64;
        if (rest) operation.weights.words().back() &= (std::uint64_t{1} << rest) - 1;
        return add({input}, std::move(operation));
    };
    const int first = conv(add({model::kPicture}, model::PixelEmbedding{}), in, 1);
    const model::ChannelThresholds channel{{-10, 0, 10}, false};
    const int sums = conv(add({first}, model::Thresholds{0, std::vector(index(in), channel)}), out, kernel);
    add({sums}, model::GlobalSum{std::vector<double>(index(out), 1.0)});
    model::check(network);
    return network;
}

// Planes [y][x][word][2] with a border, weights [out / 8][ky][kx][word][8].
struct Packed {
    int side, padded, words, kernel, out;
    std::vector<std::uint64_t> planes;
    std::vector<std::uint64_t> weights;
    std::vector<std::int32_t> code_sums;  // of every window
};

Packed pack(const model::Network& network, const golden::Codes& codes) {
    const auto& conv = std::get<model::Conv>(network.layers[3].operation);
    const int side = network.input.width, kernel = conv.weights.kernel(), in = conv.weights.in(), pad = kernel / 2;
    Packed p{side, side + 2 * pad, (in + 63) / 64, kernel, conv.weights.out(), {}, {}, {}};
    p.planes.resize(index(p.padded * p.padded * p.words * 2 + 64));
    p.code_sums.resize(index(side * side));
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            for (int c = 0; c < in; ++c) {
                const std::uint64_t code = codes[index((y * side + x) * in + c)];
                std::uint64_t* word = &p.planes[index((((y + pad) * p.padded + x + pad) * p.words + c / 64) * 2)];
                word[0] |= (code & 1) << (c % 64);
                word[1] |= (code >> 1) << (c % 64);
                for (int wy = std::max(0, y - kernel / 2); wy <= std::min(side - 1, y + kernel / 2); ++wy) {
                    for (int wx = std::max(0, x - kernel / 2); wx <= std::min(side - 1, x + kernel / 2); ++wx) {
                        p.code_sums[index(wy * side + wx)] += static_cast<std::int32_t>(code);
                    }
                }
            }
        }
    }
    p.weights.resize(index(p.out * kernel * kernel * p.words));
    for (int o = 0; o < p.out; ++o) {
        for (int k = 0; k < kernel * kernel; ++k) {
            for (int i = 0; i < in; ++i) {
                const std::uint64_t bit = conv.weights.positive(o, k / kernel, k % kernel, i);
                p.weights[index(((o / 8 * kernel * kernel + k) * p.words + i / 64) * 8 + o % 8)] |= bit << (i % 64);
            }
        }
    }
    return p;
}

// 8 outputs of kP neighbouring windows.
template <int kP>
POPCOUNT void popcount_tile(const Packed& p, int y, int x, int block, std::int16_t* sums) {
    __m512i low[kP], high[kP];
    _Pragma("GCC unroll 16") for (int i = 0; i < kP; ++i) low[i] = high[i] = _mm512_setzero_si512();
    const std::uint64_t* weights = p.weights.data() + index(block * p.kernel * p.kernel * p.words * 8);
    const int pixel = 2 * p.words;
    for (int ky = 0; ky < p.kernel; ++ky) {
        const std::uint64_t* planes = p.planes.data() + index(((y + ky) * p.padded + x) * pixel);
        for (int s = 0; s < p.kernel * p.words; ++s, weights += 8, planes += 2) {
            const __m512i w = _mm512_loadu_si512(weights);
            _Pragma("GCC unroll 16") for (int i = 0; i < kP; ++i) {
                const __m512i l = _mm512_set1_epi64(static_cast<long long>(planes[i * pixel])), h = _mm512_set1_epi64(static_cast<long long>(planes[i * pixel + 1]));
                low[i] = _mm512_add_epi64(low[i], _mm512_popcnt_epi64(_mm512_and_si512(w, l)));
                high[i] = _mm512_add_epi64(high[i], _mm512_popcnt_epi64(_mm512_and_si512(w, h)));
            }
        }
    }
    _Pragma("GCC unroll 16") for (int i = 0; i < kP; ++i) {  // else the sums live in memory
        if (x + i >= p.side) break;
        const int at = y * p.side + x + i;
        const __m512i m2 = _mm512_slli_epi64(_mm512_add_epi64(low[i], _mm512_slli_epi64(high[i], 1)), 1);  // acc = 2 m - codes
        const __m512i acc = _mm512_sub_epi64(m2, _mm512_set1_epi64(p.code_sums[index(at)]));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(sums + index(at * p.out + block * 8)), _mm512_cvtepi64_epi16(acc));
    }
}

POPCOUNT void popcount_layer(const Packed& p, std::int16_t* sums) {
    for (int y = 0; y < p.side; ++y) {
        for (int block = 0; block < p.out / 8; ++block) {
            for (int x = 0; x < p.side; x += 8) popcount_tile<8>(p, y, x, block, sums);
        }
    }
}

template <typename Work>
double median_seconds(const Work& work) {
    std::vector<double> seconds;
    for (int i = 0; i < 30; ++i) seconds.push_back(work());
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

void compare(int side, int in, int out, int kernel) {
    const model::Network network = network_of(side, in, out, kernel);
    std::vector<std::uint8_t> picture(index(side * side * 3));
    std::mt19937 random(2);
    for (auto& byte : picture) byte = static_cast<std::uint8_t>(random());
    const auto expected = golden::run(network, picture);
    const auto& sums = std::get<golden::Accumulators>(expected.maps[3]);

    const Packed packed = pack(network, std::get<golden::Codes>(expected.maps[2]));
    std::vector<std::int16_t> found(sums.size());
    const double popcount = median_seconds([&] {
        const auto start = std::chrono::steady_clock::now();
        popcount_layer(packed, found.data());
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    });
    if (!std::equal(sums.begin(), sums.end(), found.begin())) fail("popcount: sums differ from golden's");

    engine::Engine engine(network, {.keep_maps = true});
    engine.measure(true);
    const double lookups = median_seconds([&] {
        engine.run(picture);
        return engine.timings()[2].seconds;
    });
    std::vector<std::int32_t> read(sums.size());
    engine.read(3, std::span(read));
    if (read != sums) fail("engine: sums differ from golden's");
    const double macs = static_cast<double>(model::macs(network, network.layers[3]));
    fmt::print("{:4} x {:<4} {:5} -> {:<5} {}x{} {:12.1f} {:10.0f} {:12.1f} {:10.0f} {:8.2f}\n", side, side, in, out, kernel, kernel, 1e6 * popcount,
               macs / popcount / 1e9, 1e6 * lookups, macs / lookups / 1e9, popcount / lookups);
}

}  // namespace

int main() try {
    if (!__builtin_cpu_supports("avx512vpopcntdq")) fail("this machine has no vector population count");
    fmt::print("{:34} {:>10} {:>8} {:>14} {:>8} {:>8}\n", "convolution", "popcount us", "GMAC/s", "engine us", "GMAC/s", "gain");
    compare(128, 64, 64, 3);
    compare(64, 64, 64, 3);
    compare(32, 128, 128, 3);
    compare(16, 256, 256, 3);
    compare(8, 384, 384, 3);
    compare(32, 128, 512, 1);
    compare(16, 1024, 256, 1);
} catch (const ern::Error& error) {
    fmt::print(stderr, "engine_methods: {}\n", error.what());
    return 2;
}

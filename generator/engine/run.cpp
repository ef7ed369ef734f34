// SPDX-License-Identifier: Apache-2.0
// The steps of a frame, one after the other; convolutions are in convolve.cpp.
#include <algorithm>
#include <array>
#include <chrono>

#include "engine/memory.h"

namespace ern::engine {

namespace {

std::size_t index(int at) { return static_cast<std::size_t>(at); }

struct Runner {
    const Prepared& prepared;
    Memory& memory;
    std::span<const std::uint8_t> picture;

    std::uint64_t* codes(int layer) const { return memory.map<std::uint64_t>(prepared, layer); }
    const model::Shape& shape(int layer) const { return prepared.network.layers[index(layer)].shape; }

    void operator()(const EmbedStep& step) const {
        const model::Shape& in = prepared.network.input;
        const std::size_t words = step.words.size();
        memory.parallel(in.height, [&](int y, Scratch&) {
            const std::uint8_t* bytes = picture.data() + index(y) * index(in.width) * index(in.channels);
            std::uint64_t* out = codes(step.layer) + index(y) * index(in.width) * words * 2;
            for (std::size_t w = 0; w < words; ++w) {
                if (step.words[w].size() == 3) embed<3>(step.words[w], bytes, in, out + 2 * w, 2 * words);
                else embed<0>(step.words[w], bytes, in, out + 2 * w, 2 * words);
            }
        });
    }

    // A word of every pixel of a row, words `step` apart. kParts: how many parts the word has, for speed; 0 is any number.
    template <int kParts>
    static void embed(const std::vector<EmbedStep::Part>& parts, const std::uint8_t* bytes, const model::Shape& in, std::uint64_t* out,
                      std::size_t step) {
        const std::size_t count = kParts ? kParts : parts.size();
        for (int x = 0; x < in.width; ++x, bytes += in.channels, out += step) {
            std::uint64_t low = 0, high = 0;
            for (std::size_t p = 0; p < count; ++p) {
                const EmbedStep::Planes& planes = parts[p].planes[bytes[parts[p].colour]];
                low |= planes[0];
                high |= planes[1];
            }
            out[0] = low;
            out[1] = high;
        }
    }

    void operator()(const ConvStep& step) const { run_step(prepared, memory, step); }

    // use(T{}) with the type of a layer's accumulators
    template <typename Use>
    void with_type(int layer, const Use& use) const {
        if (prepared.narrow[index(layer)]) use(std::int16_t{});
        else use(std::int32_t{});
    }

    void operator()(const AddStep& step) const {
        with_type(step.layer, [&]<typename T>(T) {
            const std::size_t size = prepared.places[index(step.layer)].bytes / sizeof(T);
            const T *a = memory.map<T>(prepared, step.a), *b = memory.map<T>(prepared, step.b);
            T* out = memory.map<T>(prepared, step.layer);
            for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<T>(static_cast<std::uint32_t>(a[i]) + static_cast<std::uint32_t>(b[i]));
        });
    }

    void operator()(const ThresholdStep& step) const {
        const model::Shape& map = shape(step.input);
        const std::size_t words = index(words_of(map.channels));
        std::uint64_t* out = codes(step.thresholds.layer);
        with_type(step.input, [&]<typename T>(T) {
            const T* in = memory.map<T>(prepared, step.input);
            const SumKernels& kernels = prepared.kernels->sums(sizeof(T) == 2);
            for (std::size_t i = 0; i < static_cast<std::size_t>(map.pixels()); ++i) {
                kernels.quantize(step.shape, in + i * words * kBlock, out + i * 2 * words);
            }
        });
    }

    void operator()(const PoolStep& step) const {
        const int words = words_of(step.in.channels);
        memory.parallel(step.out.height, [&](int y, Scratch&) {
            for (int x = 0; x < step.out.width; ++x) {
                for (int w = 0; w < words; ++w) {
                    std::uint64_t* out = codes(step.layer) + index((y * step.out.width + x) * words + w) * 2;
                    if (step.pool.kind == model::PoolKind::max) pool_largest(step, y, x, w, out);
                    else pool_mean(step, y, x, w, out);
                }
            }
        });
    }

    // use(planes) for every word of the window that lies inside the map.
    template <typename Use>
    void for_window(const PoolStep& step, int y, int x, int word, const Use& use) const {
        const int words = words_of(step.in.channels);
        const int top = y * step.pool.stride - step.pool.pad, left = x * step.pool.stride - step.pool.pad;
        for (int iy = std::max(0, top); iy < std::min(step.in.height, top + step.pool.kernel); ++iy) {
            for (int ix = std::max(0, left); ix < std::min(step.in.width, left + step.pool.kernel); ++ix) {
                use(codes(step.input) + index((iy * step.in.width + ix) * words + word) * 2);
            }
        }
    }

    // Largest of 64 codes at a time: a > b where its high bit is, or the high bits are equal and its low bit is.
    void pool_largest(const PoolStep& step, int y, int x, int word, std::uint64_t* out) const {
        std::uint64_t low = 0, high = 0;
        for_window(step, y, x, word, [&](const std::uint64_t* in) {
            const std::uint64_t larger = (in[1] & ~high) | (~(in[1] ^ high) & in[0] & ~low);
            low = (low & ~larger) | (in[0] & larger);
            high |= in[1] & larger;
        });
        out[0] = low;
        out[1] = high;
    }

    void pool_mean(const PoolStep& step, int y, int x, int word, std::uint64_t* out) const {
        std::array<std::int32_t, kBlock> sum{};
        for_window(step, y, x, word, [&](const std::uint64_t* in) {
            for (std::size_t c = 0; c < kBlock; ++c) sum[c] += static_cast<std::int32_t>((in[0] >> c & 1) + 2 * (in[1] >> c & 1));
        });
        const std::int32_t area = step.pool.kernel * step.pool.kernel;
        out[0] = out[1] = 0;
        for (std::size_t c = 0; c < kBlock; ++c) {
            const auto mean = static_cast<std::uint64_t>((2 * sum[c] >= area) + (2 * sum[c] >= 3 * area) + (2 * sum[c] >= 5 * area));
            out[0] |= (mean & 1) << c;
            out[1] |= (mean >> 1) << c;
        }
    }

    void operator()(const SumStep& step) const {
        const model::Shape& in = shape(step.input);
        const std::size_t channels = index(words_of(in.channels) * kBlock);
        auto* total = memory.map<std::int64_t>(prepared, step.layer);
        std::fill_n(total, channels, 0);
        with_type(step.input, [&]<typename T>(T) {
            const T* map = memory.map<T>(prepared, step.input);
            for (std::size_t i = 0; i < static_cast<std::size_t>(in.pixels()); ++i) {
                for (std::size_t c = 0; c < channels; ++c) total[c] += map[i * channels + c];
            }
        });
        for (std::size_t c = 0; c < step.logit_scale.size(); ++c) memory.logits[c] = static_cast<double>(total[c]) * step.logit_scale[c];
    }
};

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

void run_frame(const Prepared& prepared, Memory& memory, std::span<const std::uint8_t> picture) {
    const Runner runner{prepared, memory, picture};
    const auto all = [&] {
        for (std::size_t s = 0; s < prepared.steps.size(); ++s) {
            const double start = memory.measuring ? now() : 0;
            std::visit(runner, prepared.steps[s]);
            if (memory.measuring) memory.seconds[s] = now() - start;
        }
    };
    if (memory.team) memory.team->run(all);
    else all();
}

}  // namespace ern::engine

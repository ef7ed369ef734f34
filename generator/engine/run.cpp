// SPDX-License-Identifier: Apache-2.0
// The steps other than convolutions, and the public face.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "engine/memory.h"
#include "support/error.h"

namespace ern::engine {

namespace {

std::size_t index(int at) { return static_cast<std::size_t>(at); }

struct Runner {
    const Prepared& prepared;
    Memory& memory;
    std::span<const std::uint8_t> picture;

    std::uint64_t* codes(int layer) const { return memory.map<std::uint64_t>(prepared, layer); }
    std::int32_t* sums(int layer) const { return memory.map<std::int32_t>(prepared, layer); }
    const model::Shape& shape(int layer) const { return prepared.network.layers[index(layer)].shape; }

    void operator()(const EmbedStep& step) const {
        const model::Shape& in = prepared.network.input;
        const int words = words_of(shape(step.layer).channels);
        memory.parallel(in.height, [&](int y, Scratch&) {
            const std::uint8_t* byte = picture.data() + index(y) * index(in.width) * index(in.channels);
            std::uint64_t* out = codes(step.layer) + index(y) * index(in.width) * index(2 * words);
            for (int x = 0; x < in.width; ++x, out += 2 * words, byte += in.channels) {
                std::fill_n(out, 2 * words, 0);
                embed_pixel(step, byte, in.channels, out);
            }
        });
    }

    // The codes of a pixel's bytes, one colour after the other, word by word.
    static void embed_pixel(const EmbedStep& step, const std::uint8_t* bytes, int colours, std::uint64_t* out) {
        std::uint64_t low = 0, high = 0;
        int shift = 0;
        for (int c = 0; c < colours; ++c) {
            const auto [more_low, more_high] = step.planes[bytes[c]];
            low |= more_low << shift;
            high |= more_high << shift;
            shift += step.codes_per_channel;
            if (shift < kBlock && c + 1 < colours) continue;
            *out++ = low;
            *out++ = high;
            shift -= kBlock;
            const int done = step.codes_per_channel - shift;  // of the last colour's codes, when some are left
            low = shift > 0 ? more_low >> done : 0;
            high = shift > 0 ? more_high >> done : 0;
            if (shift > 0 && c + 1 == colours) {
                *out++ = low;
                *out++ = high;
            }
        }
    }

    void operator()(const ConvStep& step) const { run_step(prepared, memory, step); }

    void operator()(const AddStep& step) const {
        const std::size_t size = prepared.places[index(step.layer)].bytes / sizeof(std::int32_t);
        const std::int32_t *a = sums(step.a), *b = sums(step.b);
        std::int32_t* out = sums(step.layer);
        for (std::size_t i = 0; i < size; ++i) out[i] = a[i] + b[i];
    }

    void operator()(const ThresholdStep& step) const {
        const model::Shape& map = shape(step.input);
        const std::size_t words = index(words_of(map.channels));
        const std::int32_t* in = sums(step.input);
        std::uint64_t* out = codes(step.thresholds.layer);
        for (std::size_t i = 0; i < static_cast<std::size_t>(map.pixels()); ++i) {
            prepared.kernels->quantize(step.shape, in + i * words * kBlock, out + i * 2 * words);
        }
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
        const std::int32_t* map = sums(step.input);
        auto* total = memory.map<std::int64_t>(prepared, step.layer);
        std::fill_n(total, channels, 0);
        for (std::size_t i = 0; i < static_cast<std::size_t>(in.pixels()); ++i) {
            for (std::size_t c = 0; c < channels; ++c) total[c] += map[i * channels + c];
        }
        for (std::size_t c = 0; c < step.logit_scale.size(); ++c) memory.logits[c] = static_cast<double>(total[c]) * step.logit_scale[c];
    }
};

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string name_of(const Prepared& prepared, const Step& step) {
    const auto name = [&](int layer) { return prepared.network.layers[index(layer)].name; };
    if (const auto* thresholds = std::get_if<ThresholdStep>(&step)) return name(thresholds->thresholds.layer);
    if (const auto* conv = std::get_if<ConvStep>(&step)) return name(conv->layer);
    if (const auto* embed = std::get_if<EmbedStep>(&step)) return name(embed->layer);
    if (const auto* add = std::get_if<AddStep>(&step)) return name(add->layer);
    if (const auto* pool = std::get_if<PoolStep>(&step)) return name(pool->layer);
    return name(std::get<SumStep>(step).layer);
}

std::int64_t macs_of(const Prepared& prepared, const Step& step) {
    const auto* conv = std::get_if<ConvStep>(&step);
    return conv ? model::macs(prepared.network, prepared.network.layers[index(conv->layer)]) : 0;
}

}  // namespace

Memory::Memory(const Prepared& prepared)
    : maps(prepared.map_bytes), scratch(index(prepared.options.threads)), logits(index(prepared.network.classes())),
      seconds(prepared.steps.size()) {
    for (Scratch& s : scratch) {
        s.tables = AlignedArray<std::uint8_t>(prepared.table_bytes);
        s.code_sums = AlignedArray<std::int32_t>(prepared.code_sums);
        s.column_sums = AlignedArray<std::int32_t>(prepared.code_sums);
        s.window_sums = AlignedArray<std::int32_t>(prepared.window_sums);
        s.offsets.resize(prepared.row_pixels);
    }
    if (prepared.options.threads > 1) arena.emplace(prepared.options.threads);
}

Engine::Engine(const model::Network& network, const Options& options)
    : prepared_(prepare(network, options)), memory_(std::make_unique<Memory>(*prepared_)) {}
Engine::Engine(const Engine& other) : prepared_(other.prepared_), memory_(std::make_unique<Memory>(*prepared_)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine::~Engine() = default;

const model::Network& Engine::network() const { return prepared_->network; }
const std::string& Engine::target() const { return prepared_->kernels->target; }

std::span<const double> Engine::run(std::span<const std::uint8_t> picture) {
    const model::Shape& in = prepared_->network.input;
    if (picture.size() != static_cast<std::size_t>(in.size())) {
        fail("network '{}': the picture has {} bytes, but {}x{} pixels of {} colours are {}", prepared_->network.name, picture.size(),
             in.width, in.height, in.channels, in.size());
    }
    const Runner runner{*prepared_, *memory_, picture};
    const auto all = [&] {
        for (std::size_t s = 0; s < prepared_->steps.size(); ++s) {
            const double start = memory_->measuring ? now() : 0;
            std::visit(runner, prepared_->steps[s]);
            if (memory_->measuring) memory_->seconds[s] = now() - start;
        }
    };
    if (memory_->arena) memory_->arena->execute(all);
    else all();
    return memory_->logits;
}

bool Engine::can_read(int layer) const {
    return layer >= 0 && index(layer) < prepared_->places.size() && prepared_->places[index(layer)].stored &&
           (prepared_->options.keep_maps || index(layer) + 1 == prepared_->places.size());
}

void Engine::measure(bool on) { memory_->measuring = on; }

std::vector<Engine::Timing> Engine::timings() const {
    std::vector<Timing> all;
    for (std::size_t s = 0; memory_->measuring && s < prepared_->steps.size(); ++s) {
        all.push_back({name_of(*prepared_, prepared_->steps[s]), macs_of(*prepared_, prepared_->steps[s]), memory_->seconds[s]});
    }
    return all;
}

namespace {

// The layer, whose map is of this kind and size and was kept.
const model::Layer& readable(const Engine& engine, int layer, model::MapKind kind, std::size_t size) {
    const auto& layers = engine.network().layers;
    if (layer < 0 || index(layer) >= layers.size()) fail("network '{}' has layers 0 to {}, not {}", engine.network().name, layers.size() - 1, layer);
    const model::Layer& found = layers[index(layer)];
    if (model::map_kind(found) != kind) fail("layer '{}': its map is of another kind", found.name);
    const auto values = kind == model::MapKind::sums ? found.shape.channels : found.shape.size();
    if (size != static_cast<std::size_t>(values)) fail("layer '{}': its map has {} values, not {}", found.name, values, size);
    if (!engine.can_read(layer)) fail("layer '{}': its map was not kept; prepare with keep_maps", found.name);
    return found;
}

}  // namespace

void Engine::read(int layer, std::span<std::uint8_t> codes) const {
    const model::Shape& shape = readable(*this, layer, model::MapKind::codes, codes.size()).shape;
    const std::uint64_t* planes = memory_->map<std::uint64_t>(*prepared_, layer);
    const std::size_t channels = index(shape.channels), words = index(words_of(shape.channels));
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const std::size_t pixel = i / channels, c = i % channels;
        const std::uint64_t* word = planes + 2 * (pixel * words + c / kBlock);
        codes[i] = static_cast<std::uint8_t>((word[0] >> c % kBlock & 1) + 2 * (word[1] >> c % kBlock & 1));
    }
}

void Engine::read(int layer, std::span<std::int32_t> accumulators) const {
    const model::Shape& shape = readable(*this, layer, model::MapKind::accumulators, accumulators.size()).shape;
    const std::int32_t* sums = memory_->map<std::int32_t>(*prepared_, layer);
    const std::size_t channels = index(shape.channels), padded = index(words_of(shape.channels) * kBlock);
    for (std::size_t i = 0; i < accumulators.size(); ++i) accumulators[i] = sums[i / channels * padded + i % channels];
}

void Engine::read(int layer, std::span<std::int64_t> sums) const {
    readable(*this, layer, model::MapKind::sums, sums.size());
    std::copy_n(memory_->map<std::int64_t>(*prepared_, layer), sums.size(), sums.data());
}

}  // namespace ern::engine

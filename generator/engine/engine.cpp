// SPDX-License-Identifier: Apache-2.0
// The public face.
#include <algorithm>

#include "engine/memory.h"
#include "support/error.h"

namespace ern::engine {

namespace {

std::size_t index(int at) { return static_cast<std::size_t>(at); }

std::string name_of(const Prepared& prepared, const Step& step) {
    const auto name = [&](int layer) { return prepared.network.layers[index(layer)].name; };
    if (const auto* thresholds = std::get_if<ThresholdStep>(&step)) return name(thresholds->thresholds.layer);
    if (const auto* conv = std::get_if<ConvStep>(&step)) return name(conv->layer);
    if (const auto* embed = std::get_if<EmbedStep>(&step)) return name(embed->layer);
    if (const auto* add = std::get_if<AddStep>(&step)) return name(add->layer);
    if (const auto* pool = std::get_if<PoolStep>(&step)) return name(pool->layer);
    return name(std::get<SumStep>(step).layer);
}

Engine::Timing timing_of(const Prepared& prepared, const Step& step, double seconds) {
    Engine::Timing timing{.name = name_of(prepared, step), .seconds = seconds};
    if (const auto* conv = std::get_if<ConvStep>(&step)) {
        timing.macs = model::macs(prepared.network, prepared.network.layers[index(conv->layer)]);
        timing.lookups = conv->out.pixels() * conv->blocks * conv->kernel * conv->shape.row_steps * (kBlock / prepared.kernels->vector_bytes);
    }
    return timing;
}

}  // namespace

Memory::Memory(const Prepared& prepared)
    : maps(prepared.map_bytes),
      scratch(index(prepared.options.threads)),
      logits(index(prepared.network.classes())),
      seconds(prepared.steps.size()) {
    const ScratchSizes& sizes = prepared.scratch;
    for (Scratch& s : scratch) {
        s.tables = RawArray(sizes.table_bytes);
        s.code_sums = AlignedArray<std::int32_t>(sizes.table_columns);
        s.row_sums = AlignedArray<std::int32_t>(sizes.row_sums);
        s.window_sums = AlignedArray<std::int32_t>(sizes.columns);
        s.rows = AlignedArray<const std::uint8_t*>(sizes.kernel);
    }
    if (prepared.options.threads > 1) team.emplace(prepared.options.threads);
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
    run_frame(*prepared_, *memory_, picture);
    memory_->has_run = true;
    return memory_->logits;
}

bool Engine::can_read(int layer) const {
    return layer >= 0 && index(layer) < prepared_->places.size() && prepared_->places[index(layer)].stored &&
           (prepared_->options.keep_maps || index(layer) + 1 == prepared_->places.size());
}

void Engine::measure(bool on) { memory_->measuring = on; }

std::vector<Engine::Timing> Engine::timings() const {
    std::vector<Timing> all;
    for (std::size_t i = 0; memory_->measuring && i < prepared_->steps.size(); ++i) {
        all.push_back(timing_of(*prepared_, prepared_->steps[i], memory_->seconds[i]));
    }
    return all;
}

namespace {

// The layer, whose map is of this kind and size and was kept.
const model::Layer& readable(const Engine& engine, bool has_run, int layer, model::MapKind kind, std::size_t size) {
    const auto& layers = engine.network().layers;
    if (layer < 0 || index(layer) >= layers.size()) fail("network '{}' has layers 0 to {}, not {}", engine.network().name, layers.size() - 1, layer);
    const model::Layer& found = layers[index(layer)];
    if (model::map_kind(found) != kind) fail("layer '{}': its map is of another kind", found.name);
    const auto values = kind == model::MapKind::sums ? found.shape.channels : found.shape.size();
    if (size != static_cast<std::size_t>(values)) fail("layer '{}': its map has {} values, not {}", found.name, values, size);
    if (!has_run) fail("layer '{}': no picture was run yet", found.name);
    if (!engine.can_read(layer)) fail("layer '{}': its map was not kept; prepare with keep_maps", found.name);
    return found;
}

}  // namespace

void Engine::read(int layer, std::span<std::uint8_t> codes) const {
    const model::Shape& shape = readable(*this, memory_->has_run, layer, model::MapKind::codes, codes.size()).shape;
    const std::uint64_t* planes = memory_->map<std::uint64_t>(*prepared_, layer);
    const std::size_t channels = index(shape.channels), words = index(words_of(shape.channels));
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const std::size_t pixel = i / channels, c = i % channels;
        const std::uint64_t* word = planes + 2 * (pixel * words + c / kBlock);
        codes[i] = static_cast<std::uint8_t>((word[0] >> c % kBlock & 1) + 2 * (word[1] >> c % kBlock & 1));
    }
}

void Engine::read(int layer, std::span<std::int32_t> accumulators) const {
    const model::Shape& shape = readable(*this, memory_->has_run, layer, model::MapKind::accumulators, accumulators.size()).shape;
    const std::size_t channels = index(shape.channels), padded = index(words_of(shape.channels) * kBlock);
    const auto copy = [&](const auto* sums) {
        for (std::size_t i = 0; i < accumulators.size(); ++i) accumulators[i] = sums[i / channels * padded + i % channels];
    };
    if (prepared_->narrow[index(layer)]) copy(memory_->map<std::int16_t>(*prepared_, layer));
    else copy(memory_->map<std::int32_t>(*prepared_, layer));
}

void Engine::read(int layer, std::span<std::int64_t> sums) const {
    readable(*this, memory_->has_run, layer, model::MapKind::sums, sums.size());
    std::copy_n(memory_->map<std::int64_t>(*prepared_, layer), sums.size(), sums.data());
}

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
// The C face of the engine: checks what it is given, and lets no exception pass.
#include "library/ernforge.h"

#include <cstdio>
#include <exception>
#include <functional>
#include <new>
#include <optional>

#include "engine/batch.h"
#include "engine/engine.h"
#include "engine/kernels.h"
#include "model/file.h"
#include "support/error.h"

namespace {

using ern::engine::Engine;

thread_local char message[1024] = "";

// What the caller did wrong.
class Refusal : public ern::Error {
  public:
    Refusal(ernforge_status status, const std::string& text) : Error(text), status_(status) {}
    ernforge_status status() const { return status_; }

  private:
    ernforge_status status_;
};

ernforge_status refuse(ernforge_status status, const char* text) noexcept {
    std::snprintf(message, sizeof message, "%s", text);
    return status;
}

// work(), with every exception as a status; `user` is that of an Error.
template <typename Work>
ernforge_status guarded(ernforge_status user, const Work& work) noexcept {
    try {
        work();
        return ERNFORGE_OK;
    } catch (const Refusal& refusal) {
        return refuse(refusal.status(), refusal.what());
    } catch (const ern::Error& error) {
        return refuse(user, error.what());
    } catch (const std::bad_alloc&) {
        return refuse(ERNFORGE_NO_MEMORY, "not enough memory");
    } catch (const std::exception& error) {
        return refuse(ERNFORGE_DEFECT, error.what());
    } catch (...) {
        return refuse(ERNFORGE_DEFECT, "unknown exception");
    }
}

void need(const void* pointer, const char* name) {
    if (!pointer) throw Refusal(ERNFORGE_NULL_POINTER, fmt::format("{} is null", name));
}

}  // namespace

struct ernforge_engine {
    Engine engine;
    ern::engine::Options options;
    std::optional<ern::engine::Batch> batch;  // made by the first ernforge_run_many

    const ern::model::Network& network() const { return engine.network(); }
};

namespace {

ern::engine::Options options_of(const ernforge_options* options) {
    ern::engine::Options result;
    if (!options) return result;
    if (options->threads != 0) result.threads = options->threads;
    result.keep_maps = options->keep_maps != 0;
    if (options->target) result.target = options->target;
    return result;
}

void open(const ern::model::Network& network, const ernforge_options* options, ernforge_engine** engine) {
    try {
        const auto chosen = options_of(options);
        *engine = new ernforge_engine{Engine(network, chosen), chosen, std::nullopt};
    } catch (const ern::Error& error) {
        throw Refusal(ERNFORGE_BAD_OPTION, error.what());
    }
}

// The picture's bytes, when it has the network's size.
std::span<const std::uint8_t> checked(const ernforge_engine& engine, const ernforge_picture& picture) {
    need(picture.bytes, "picture->bytes");
    const ern::model::Shape& in = engine.network().input;
    if (picture.height != in.height || picture.width != in.width || picture.channels != in.channels) {
        throw Refusal(ERNFORGE_WRONG_SIZE, fmt::format("the picture has {} x {} pixels of {} channels, network '{}' takes {} x {} of {}",
                                                       picture.height, picture.width, picture.channels, engine.network().name, in.height,
                                                       in.width, in.channels));
    }
    if (picture.size != static_cast<std::size_t>(in.size())) {
        throw Refusal(ERNFORGE_WRONG_SIZE, fmt::format("the picture has {} bytes, but {} x {} x {} are {}", picture.size, in.height, in.width,
                                                       in.channels, in.size()));
    }
    return {picture.bytes, picture.size};
}

void check_logits(const ernforge_engine& engine, const double* logits, std::size_t pictures, std::size_t count) {
    need(logits, "logits");
    const auto classes = static_cast<std::size_t>(engine.network().classes());
    if (count % classes != 0 || count / classes != pictures) {
        throw Refusal(ERNFORGE_WRONG_SIZE, fmt::format("{} logits, but {} pictures have {} classes each", count, pictures, classes));
    }
}

const ern::model::Layer& layer_of(const ernforge_engine& engine, int index) {
    const auto& layers = engine.network().layers;
    if (index < 0 || static_cast<std::size_t>(index) >= layers.size()) {
        throw Refusal(ERNFORGE_NO_LAYER, fmt::format("network '{}' has layers 0 to {}, not {}", engine.network().name, layers.size() - 1, index));
    }
    return layers[static_cast<std::size_t>(index)];
}

ernforge_map map_of(const ern::model::Layer& layer) {
    switch (ern::model::map_kind(layer)) {
        case ern::model::MapKind::codes: return ERNFORGE_CODES;
        case ern::model::MapKind::accumulators: return ERNFORGE_ACCUMULATORS;
        case ern::model::MapKind::sums: break;
    }
    return ERNFORGE_SUMS;
}

template <typename T>
ernforge_status read(const ernforge_engine* engine, int index, T* values, std::size_t count) noexcept {
    return guarded(ERNFORGE_NO_MAP, [&] {
        need(engine, "engine");
        need(values, "the buffer");
        const ern::model::Layer& layer = layer_of(*engine, index);
        const auto size = static_cast<std::size_t>(layer.shape.size());
        if (count != size) throw Refusal(ERNFORGE_WRONG_SIZE, fmt::format("layer '{}' has {} values, not {}", layer.name, size, count));
        engine->engine.read(index, std::span<T>(values, count));
    });
}

}  // namespace

const char* ernforge_message(void) { return message; }

const char* ernforge_version(void) { return ERNFORGE_VERSION; }

ernforge_status ernforge_target(int index, const char** name) {
    return guarded(ERNFORGE_DEFECT, [&] {
        need(name, "name");
        static const std::vector<std::string> targets = ern::engine::targets();
        if (index < 0) throw Refusal(ERNFORGE_BAD_OPTION, fmt::format("there is no target {}", index));
        const auto at = static_cast<std::size_t>(index);
        *name = at < targets.size() ? targets[at].c_str() : nullptr;
    });
}

ernforge_status ernforge_open(const char* path, const ernforge_options* options, ernforge_engine** engine) {
    return guarded(ERNFORGE_BAD_MODEL, [&] {
        need(path, "path");
        need(engine, "engine");
        open(ern::model::read_network(path), options, engine);
    });
}

ernforge_status ernforge_open_memory(const void* model, size_t bytes, const ernforge_options* options, ernforge_engine** engine) {
    return guarded(ERNFORGE_BAD_MODEL, [&] {
        need(model, "model");
        need(engine, "engine");
        open(ern::model::deserialize({static_cast<const std::uint8_t*>(model), bytes}, "the model in memory"), options, engine);
    });
}

ernforge_status ernforge_clone(const ernforge_engine* engine, ernforge_engine** clone) {
    return guarded(ERNFORGE_DEFECT, [&] {
        need(engine, "engine");
        need(clone, "clone");
        *clone = new ernforge_engine{Engine(engine->engine), engine->options, std::nullopt};
    });
}

void ernforge_close(ernforge_engine* engine) { delete engine; }

ernforge_status ernforge_describe(const ernforge_engine* engine, ernforge_network* network) {
    return guarded(ERNFORGE_DEFECT, [&] {
        need(engine, "engine");
        need(network, "network");
        const ern::model::Network& n = engine->network();
        *network = {n.name.c_str(), n.input.height, n.input.width, n.input.channels, n.classes(), static_cast<int>(n.layers.size())};
    });
}

ernforge_status ernforge_label(const ernforge_engine* engine, int index, const char** label) {
    return guarded(ERNFORGE_DEFECT, [&] {
        need(engine, "engine");
        need(label, "label");
        const ern::model::Network& n = engine->network();
        if (index < 0 || index >= n.classes()) {
            throw Refusal(ERNFORGE_NO_LAYER, fmt::format("network '{}' has classes 0 to {}, not {}", n.name, n.classes() - 1, index));
        }
        *label = n.labels.empty() ? "" : n.labels[static_cast<std::size_t>(index)].c_str();
    });
}

ernforge_status ernforge_describe_layer(const ernforge_engine* engine, int index, ernforge_layer* layer) {
    return guarded(ERNFORGE_DEFECT, [&] {
        need(engine, "engine");
        need(layer, "layer");
        const ern::model::Layer& l = layer_of(*engine, index);
        *layer = {l.name.c_str(), map_of(l), l.shape.height, l.shape.width, l.shape.channels, engine->engine.can_read(index) ? 1 : 0};
    });
}

ernforge_status ernforge_run(ernforge_engine* engine, const ernforge_picture* picture, double* logits, size_t logits_count) {
    return guarded(ERNFORGE_DEFECT, [&] {
        need(engine, "engine");
        need(picture, "picture");
        const auto bytes = checked(*engine, *picture);
        check_logits(*engine, logits, 1, logits_count);
        const auto result = engine->engine.run(bytes);
        std::copy(result.begin(), result.end(), logits);
    });
}

ernforge_status ernforge_run_many(ernforge_engine* engine, const ernforge_picture* pictures, size_t count, double* logits,
                                  size_t logits_count) {
    return guarded(ERNFORGE_DEFECT, [&] {
        need(engine, "engine");
        need(pictures, "pictures");
        check_logits(*engine, logits, count, logits_count);
        for (std::size_t i = 0; i < count; ++i) checked(*engine, pictures[i]);
        if (!engine->batch) {
            auto options = engine->options;
            options.keep_maps = false;
            engine->batch.emplace(engine->network(), options);
        }
        const auto picture = [&](std::int64_t i) { return checked(*engine, pictures[i]); };
        const auto use = [&](std::int64_t i, const Engine&, std::span<const double> result) {
            std::copy(result.begin(), result.end(), logits + static_cast<std::size_t>(i) * result.size());
        };
        engine->batch->run(static_cast<std::int64_t>(count), picture, use);
    });
}

ernforge_status ernforge_read_codes(const ernforge_engine* engine, int index, uint8_t* codes, size_t count) {
    return read<std::uint8_t>(engine, index, codes, count);
}
ernforge_status ernforge_read_accumulators(const ernforge_engine* engine, int index, int32_t* accumulators, size_t count) {
    return read<std::int32_t>(engine, index, accumulators, count);
}
ernforge_status ernforge_read_sums(const ernforge_engine* engine, int index, int64_t* sums, size_t count) {
    return read<std::int64_t>(engine, index, sums, count);
}

// SPDX-License-Identifier: Apache-2.0
#include "cli/engine_choice.h"

namespace ern::cli {

void add_engine_options(CLI::App& sub, EngineChoice& choice) {
    sub.add_option("--engine", choice.name, "What computes: fast (SIMD), or golden, the plain reference that it equals")
        ->check(CLI::IsMember({"fast", "golden"}))
        ->capture_default_str();
    sub.add_option("--simd", choice.simd, "SIMD instructions of fast, by Highway's name (default: the best of this machine)")->type_name("TARGET");
}

namespace {

template <typename Kind>
golden::Map map_of(const engine::Engine& engine, int layer, const model::Shape& shape) {
    Kind values(static_cast<std::size_t>(shape.size()));
    engine.read(layer, std::span(values));
    return values;
}

}  // namespace

golden::Result result_of(const engine::Engine& engine, std::span<const double> logits) {
    golden::Result result{{}, {logits.begin(), logits.end()}};
    for (int i = 0; i < static_cast<int>(engine.network().layers.size()); ++i) {
        const model::Layer& layer = engine.network().layers[static_cast<std::size_t>(i)];
        switch (model::map_kind(layer)) {
            case model::MapKind::codes: result.maps.push_back(map_of<golden::Codes>(engine, i, layer.shape)); break;
            case model::MapKind::accumulators: result.maps.push_back(map_of<golden::Accumulators>(engine, i, layer.shape)); break;
            case model::MapKind::sums: result.maps.push_back(map_of<golden::Sums>(engine, i, layer.shape)); break;
        }
    }
    return result;
}

}  // namespace ern::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>

#include "engine/engine.h"
#include "golden/golden.h"
#include "model/network.h"

namespace ern::cli {

// What computes a network on the CPU: "fast", the SIMD engine, or "golden", plain loops, its judge. Both give the same
// integers.
struct EngineChoice {
    std::string name = "fast";
    std::string simd;  // of fast: a target by name, or "" for the best

    bool fast() const { return name == "fast"; }
    engine::Options options(int threads, bool keep_maps) const { return {.target = simd, .keep_maps = keep_maps, .threads = threads}; }
};

// --engine and --simd.
void add_engine_options(CLI::App& sub, EngineChoice& choice);

// Every map of the engine's last picture and its logits, as golden gives them. The engine keeps its maps.
golden::Result result_of(const engine::Engine& engine, std::span<const double> logits);

}  // namespace ern::cli

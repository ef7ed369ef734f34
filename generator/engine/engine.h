// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/network.h"

namespace ern::engine {

// The integer network on the CPU, bit for bit what golden computes. docs/engine.md has the method and its figures.

struct Options {
    std::string target = {};  // SIMD target by Highway's name (targets() in kernels.h); "" is the best of this machine
    bool keep_maps = false;  // every layer's map can be read after a run; costs memory and time
    int threads = 1;         // that a frame is split over; of a Batch, that run a frame each
};

// Throws Error unless 1 to 1024.
void check_threads(int threads);

struct Prepared;  // steps and packed weights, never changed after preparation
struct Memory;    // maps and scratch of one frame

// A prepared network. Copies share the packed weights and have maps of their own, so that each may run on another thread
// (batch.h does that). run() does not allocate.
class Engine {
  public:
    // Throws Error for a target that this machine lacks.
    explicit Engine(const model::Network& network, const Options& options = {});
    Engine(const Engine& other);
    Engine(Engine&&) noexcept;
    ~Engine();

    const model::Network& network() const;
    const std::string& target() const;

    // picture: bytes [y][x][colour] of network().input. Returns one logit a class, valid until the next run.
    // Throws Error when the size is another.
    std::span<const double> run(std::span<const std::uint8_t> picture);

    // Maps of the last run, [y][x][channel]; the map's size must be that of the layer's shape. Throws Error for a
    // layer whose map is of another kind or was not kept: a sum that only its thresholds read stays in registers.
    void read(int layer, std::span<std::uint8_t> codes) const;
    void read(int layer, std::span<std::int32_t> accumulators) const;
    void read(int layer, std::span<std::int64_t> sums) const;
    bool can_read(int layer) const;

    // Seconds in each step of the last run, named by its layers; empty unless asked for before.
    struct Timing {
        std::string name;
        std::int64_t macs = 0;
        std::int64_t lookups = 0;  // of vectors of outputs: what a convolution cannot do without
        double seconds = 0;
    };
    void measure(bool on);
    std::vector<Timing> timings() const;

  private:
    std::shared_ptr<const Prepared> prepared_;
    std::unique_ptr<Memory> memory_;
};

}  // namespace ern::engine

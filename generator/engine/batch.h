// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "engine/engine.h"

namespace ern::engine {

// Frames in parallel, each on one thread: engines that share their weights, one a thread.
class Batch {
  public:
    // options.threads is the number of threads. Throws Error as Engine does.
    Batch(const model::Network& network, const Options& options);
    Batch(Batch&&) noexcept;
    ~Batch();

    // The bytes of picture i, valid until its result is used.
    using Picture = std::function<std::span<const std::uint8_t>(std::int64_t i)>;
    // What engine says of picture i: its logits, and its maps where they are kept. Called once for every i, in any order,
    // by several threads at the same time.
    using Use = std::function<void(std::int64_t i, const Engine& engine, std::span<const double> logits)>;

    // Pictures 0, ..., count - 1. Throws what the functions throw, and Error for a picture of another size.
    void run(std::int64_t count, const Picture& picture, const Use& use);

    const Engine& engine() const;  // any of them

  private:
    struct Workers;
    std::unique_ptr<Workers> workers_;
};

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <optional>

#include "engine/prepare.h"

namespace ern::engine {

// What a thread needs beside the maps.
struct Scratch {
    AlignedArray<std::uint8_t> tables;
    AlignedArray<std::int32_t> code_sums, column_sums, window_sums;
    std::vector<const std::int32_t*> offsets;  // one a window
};

// Maps and scratch of one frame.
struct Memory {
    explicit Memory(const Prepared& prepared);

    AlignedArray<std::uint8_t> maps;
    std::vector<Scratch> scratch;  // one a thread
    std::vector<double> logits;
    std::optional<tbb::task_arena> arena;  // with several threads
    bool measuring = false;
    std::vector<double> seconds;  // of every step

    template <typename T>
    T* map(const Prepared& prepared, int layer) const {
        return layer < 0 || !prepared.places[static_cast<std::size_t>(layer)].stored
                   ? nullptr
                   : reinterpret_cast<T*>(maps.data() + prepared.places[static_cast<std::size_t>(layer)].offset);
    }

    // work(i, scratch) for i = 0, ..., pieces - 1, on the frame's threads.
    template <typename Work>
    void parallel(int pieces, const Work& work) {
        if (!arena || pieces == 1) {
            for (int i = 0; i < pieces; ++i) work(i, scratch.front());
            return;
        }
        tbb::parallel_for(
            0, pieces, [&](int i) { work(i, scratch[static_cast<std::size_t>(tbb::this_task_arena::current_thread_index())]); },
            tbb::simple_partitioner());
    }
};

void run_step(const Prepared& prepared, Memory& memory, const ConvStep& step);

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <oneapi/tbb/parallel_for.h>

#include <optional>

#include "engine/prepare.h"
#include "engine/threads.h"

namespace ern::engine {

// What a thread needs beside the maps.
struct Scratch {
    RawArray tables;                                                 // ring of rows
    AlignedArray<std::int32_t> code_sums, row_sums, window_sums;     // of pixels; of windows' rows, a ring; of windows
    std::vector<const std::uint8_t*> rows;                           // of tables, in the order of the kernel's
};

// Maps and scratch of one frame.
struct Memory {
    explicit Memory(const Prepared& prepared);

    RawArray maps;
    std::vector<Scratch> scratch;  // one a thread
    std::vector<double> logits;
    std::optional<Threads> threads;  // when there are several
    bool has_run = false;
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
        if (!threads || pieces == 1) {
            for (int i = 0; i < pieces; ++i) work(i, scratch.front());
            return;
        }
        tbb::parallel_for(
            0, pieces, [&](int i) { work(i, scratch[Threads::current()]); }, tbb::simple_partitioner());
    }
};

// One frame; its results are in `memory`.
void run_frame(const Prepared& prepared, Memory& memory, std::span<const std::uint8_t> picture);

// One convolution of it.
void run_step(const Prepared& prepared, Memory& memory, const ConvStep& step);

}  // namespace ern::engine

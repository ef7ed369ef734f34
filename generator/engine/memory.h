// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "engine/prepare.h"
#include "engine/team.h"

namespace ern::engine {

// What a thread needs beside the maps.
struct Scratch {
    RawArray tables;                                                 // ring of rows
    AlignedArray<std::int32_t> code_sums, row_sums, window_sums;     // of pixels; of windows' rows, a ring; of windows
    AlignedArray<const std::uint8_t*> rows;                          // of tables, in the order of the kernel's
};

// Maps and scratch of one frame.
struct Memory {
    explicit Memory(const Prepared& prepared);

    RawArray maps;
    std::vector<Scratch> scratch;  // one a thread
    std::vector<double> logits;
    std::optional<Team> team;      // with several threads
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
        if (team) return team->share(pieces, [&](int i, int thread) { work(i, scratch[static_cast<std::size_t>(thread)]); });
        for (int i = 0; i < pieces; ++i) work(i, scratch.front());
    }
};

// One frame; its results are in `memory`.
void run_frame(const Prepared& prepared, Memory& memory, std::span<const std::uint8_t> picture);

// One convolution of it.
void run_step(const Prepared& prepared, Memory& memory, const ConvStep& step);

}  // namespace ern::engine

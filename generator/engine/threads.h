// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <cstddef>

namespace ern::engine {

// So many threads, also where the machine has fewer.
class Threads {
  public:
    explicit Threads(int count)
        : limit_(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(std::max(count, tbb::info::default_concurrency()))),
          arena_(count) {}

    // work() on one of them; what it does in parallel is shared by all.
    template <typename Work>
    void run(const Work& work) {
        arena_.execute(work);
    }

    // Number of the thread that is working, from 0.
    static std::size_t current() { return static_cast<std::size_t>(tbb::this_task_arena::current_thread_index()); }

  private:
    tbb::global_control limit_;
    tbb::task_arena arena_;
};

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <oneapi/tbb/task_group.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "engine/threads.h"

namespace ern::engine {

// The threads of a frame. They come together once a frame, for waking one takes longer than a small layer, and then take
// pieces of each step from shared counters: first those of their own range, which are the same rows of every layer and so
// in their own cache, then what others have left. No thread is waited for but to end a piece that it has taken, so that a
// frame gets done by any number of them.
class Team {
  public:
    explicit Team(int size) : size_(size), threads_(size), ranges_(std::make_unique<Range[]>(static_cast<std::size_t>(size))) {}

    // frame() on this thread, while the others wait for what it shares.
    template <typename Frame>
    void run(const Frame& frame) {
        done_ = false;
        threads_.run([&] {
            tbb::task_group others;
            for (int t = 1; t < size_; ++t) others.run([this, t] { help(t); });
            frame();
            done_.store(true, std::memory_order_release);
            others.wait();
        });
    }

    // work(piece, thread) for pieces 0, ..., count - 1, called from frame(); thread is below size.
    template <typename Work>
    void share(int count, const Work& work) {
        work_ = &work;
        call_ = [](const void* w, int piece, int thread) { (*static_cast<const Work*>(w))(piece, thread); };
        finished_.store(0, std::memory_order_relaxed);
        ++epoch_;
        for (int t = 0; t < size_; ++t) {
            Range& range = ranges_[static_cast<std::size_t>(t)];
            const std::int64_t first = std::int64_t{count} * t / size_, last = std::int64_t{count} * (t + 1) / size_;
            range.end = static_cast<int>(last);
            range.left.store(epoch_ << 32 | static_cast<std::uint64_t>(last - first), std::memory_order_release);
        }
        while (take(0)) {}
        for (int spins = 0; finished_.load(std::memory_order_acquire) < count; ++spins) pause(spins);
    }

  private:
    struct alignas(64) Range {
        std::atomic<std::uint64_t> left{0};  // pieces that nobody has taken, below the number of the step
        int end = 0;                         // behind the last piece; fixed while a taken piece is unfinished
    };

    void help(int thread) {
        for (int spins = 0; !done_.load(std::memory_order_acquire); ++spins) {
            if (take(thread)) spins = 0;
            else pause(spins);
        }
    }

    // Does a sixteenth of what is left of a range, where any is: each taking costs a cache miss or two.
    bool take(int thread) {
        for (int i = 0; i < size_; ++i) {
            Range& range = ranges_[static_cast<std::size_t>((thread + i) % size_)];
            std::uint64_t left = range.left.load(std::memory_order_acquire);
            while (static_cast<std::uint32_t>(left) != 0) {
                const auto before = static_cast<std::uint32_t>(left), taken = (before + 15) / 16;
                if (!range.left.compare_exchange_weak(left, left - taken, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
                const int first = range.end - static_cast<int>(before), count = static_cast<int>(taken);
                for (int piece = first; piece < first + count; ++piece) call_(work_, piece, thread);
                finished_.fetch_add(count, std::memory_order_release);
                return true;
            }
        }
        return false;
    }

    static void pause(int spins) {
        if (spins > 2'000) std::this_thread::yield();
#if defined(__x86_64__)
        else __builtin_ia32_pause();
#endif
    }

    int size_;
    Threads threads_;
    std::unique_ptr<Range[]> ranges_;  // one a thread
    std::uint64_t epoch_ = 0;          // number of the step: a piece cannot be taken from the one before
    const void* work_ = nullptr;
    void (*call_)(const void* work, int piece, int thread) = nullptr;
    alignas(64) std::atomic<int> finished_{0};  // apart from what all read
    alignas(64) std::atomic<bool> done_{true};
};

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
#include "support/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace ern::support {

void parallel_for(int jobs, std::int64_t count, const std::function<void(std::int64_t)>& body) {
    std::atomic<std::int64_t> next{0};
    std::mutex mutex;
    std::exception_ptr error;
    std::int64_t failed = count;
    const auto work = [&] {
        for (std::int64_t i = next++; i < count; i = next++) {
            try {
                body(i);
            } catch (...) {
                const std::scoped_lock lock(mutex);
                next = count;
                if (i < failed) {
                    failed = i;
                    error = std::current_exception();
                }
            }
        }
    };
    const auto threads_beside = std::clamp<std::int64_t>(std::min<std::int64_t>(jobs, count) - 1, 0, 255);
    {
        std::vector<std::jthread> threads;
        for (std::int64_t t = 0; t < threads_beside; ++t) threads.emplace_back(work);
        work();
    }
    if (error) std::rethrow_exception(error);
}

int default_jobs() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace ern::support

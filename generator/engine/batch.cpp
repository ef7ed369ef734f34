// SPDX-License-Identifier: Apache-2.0
#include "engine/batch.h"

#include <oneapi/tbb/parallel_for.h>

#include <vector>

#include "engine/threads.h"

namespace ern::engine {

struct Batch::Workers {
    explicit Workers(int count) : threads(count) {}
    std::vector<Engine> engines;  // one a thread
    Threads threads;
};

Batch::Batch(const model::Network& network, const Options& options) {
    check_threads(options.threads);
    Options one = options;
    one.threads = 1;
    workers_ = std::make_unique<Workers>(options.threads);
    auto& engines = workers_->engines;
    engines.reserve(static_cast<std::size_t>(options.threads));
    engines.emplace_back(network, one);
    while (engines.size() < static_cast<std::size_t>(options.threads)) engines.push_back(engines.front());
}

Batch::Batch(Batch&&) noexcept = default;
Batch::~Batch() = default;

const Engine& Batch::engine() const { return workers_->engines.front(); }

void Batch::run(std::int64_t count, const Picture& picture, const Use& use) {
    workers_->threads.run([&] {
        tbb::parallel_for(std::int64_t{0}, count, [&](std::int64_t i) {
            Engine& engine = workers_->engines[Threads::current()];
            use(i, engine, engine.run(picture(i)));
        });
    });
}

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
#include "cli/evaluation.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>

#include "golden/golden.h"
#include "support/error.h"

namespace ern::cli {

namespace {

// The pictures still to do, shared by the threads; each picture is one piece of work.
class Work {
  public:
    Work(const model::Network& network, const data::DataSet& set, std::span<const std::int64_t> order)
        : network_(network), set_(set), order_(order), classes_(order.size()) {}

    void run() {
        try {
            for (std::size_t i = next_++; i < order_.size(); i = next_++) {
                const auto result = golden::run(network_, set_.picture(order_[i]));
                classes_[i] = golden::best_class(result.logits);
                ++done_;
            }
        } catch (...) {
            const std::scoped_lock lock(mutex_);
            error_ = std::current_exception();
            next_ = order_.size();
        }
        --running_;
    }

    void start(int jobs) {
        running_ = jobs;
        for (int j = 0; j < jobs; ++j) threads_.emplace_back([this] { run(); });
    }

    bool running() const { return running_ > 0; }
    std::int64_t done() const { return done_; }

    std::vector<int> finish() {
        threads_.clear();  // joins
        if (error_) std::rethrow_exception(error_);
        return std::move(classes_);
    }

  private:
    const model::Network& network_;
    const data::DataSet& set_;
    std::span<const std::int64_t> order_;
    std::vector<int> classes_;
    std::atomic<std::size_t> next_{0};
    std::atomic<std::int64_t> done_{0};
    std::atomic<int> running_{0};
    std::mutex mutex_;
    std::exception_ptr error_;
    std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace

Evaluation evaluate(const model::Network& network, const data::DataSet& set,
                    std::span<const std::int64_t> order, int jobs,
                    const std::function<void(std::int64_t)>& on_progress) {
    const auto start = std::chrono::steady_clock::now();
    Work work(network, set, order);
    work.start(std::max(1, jobs));
    while (work.running()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (on_progress) on_progress(work.done());
    }
    Evaluation result;
    result.classes = work.finish();
    for (std::size_t i = 0; i < order.size(); ++i) {
        result.correct += result.classes[i] == set.classes[static_cast<std::size_t>(order[i])];
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

int default_jobs() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::vector<double> confidences(std::span<const double> logits) {
    ensure(!logits.empty(), "a network has classes");
    const double largest = *std::max_element(logits.begin(), logits.end());
    std::vector<double> result;
    double sum = 0;
    for (const double logit : logits) sum += result.emplace_back(std::exp(logit - largest));
    for (double& value : result) value /= sum;
    return result;
}

}  // namespace ern::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/evaluation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "engine/batch.h"
#include "golden/golden.h"
#include "support/error.h"
#include "support/parallel.h"

namespace ern::cli {

namespace {

// Pictures between two reports of progress.
constexpr std::int64_t kFastPictures = 256, kGoldenPicturesPerJob = 4;

// use(i, class) for `count` pictures from `first` on, by either engine.
class Classifier {
  public:
    Classifier(const model::Network& network, const EngineChoice& engine, int jobs) : network_(network), jobs_(jobs) {
        if (engine.fast()) batch_.emplace(network, engine.options(jobs, false));
    }

    std::int64_t pictures_at_once() const { return batch_ ? kFastPictures : kGoldenPicturesPerJob * jobs_; }

    template <typename Picture, typename Use>
    void run(std::int64_t first, std::int64_t count, const Picture& picture, const Use& use) {
        if (batch_) {
            batch_->run(
                count, [&](std::int64_t i) { return picture(first + i); },
                [&](std::int64_t i, const engine::Engine&, std::span<const double> logits) { use(first + i, golden::best_class(logits)); });
            return;
        }
        support::parallel_for(jobs_, count, [&](std::int64_t i) {
            use(first + i, golden::best_class(golden::run(network_, picture(first + i)).logits));
        });
    }

  private:
    const model::Network& network_;
    int jobs_;
    std::optional<engine::Batch> batch_;  // fast; golden has none
};

}  // namespace

Evaluation evaluate(const model::Network& network, const data::DataSet& set, std::span<const std::int64_t> order,
                    const EngineChoice& engine, int jobs, const std::function<void(std::int64_t)>& on_progress) {
    const auto start = std::chrono::steady_clock::now();
    Classifier classifier(network, engine, jobs);
    Evaluation result;
    result.classes.resize(order.size());
    const auto size = static_cast<std::int64_t>(order.size());
    const auto picture = [&](std::int64_t i) { return set.picture(order[static_cast<std::size_t>(i)]); };
    for (std::int64_t done = 0; done < size;) {
        const std::int64_t count = std::min(classifier.pictures_at_once(), size - done);
        classifier.run(done, count, picture, [&](std::int64_t i, int found) { result.classes[static_cast<std::size_t>(i)] = found; });
        done += count;
        if (on_progress) on_progress(done);
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        result.correct += result.classes[i] == set.classes[static_cast<std::size_t>(order[i])];
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
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

// SPDX-License-Identifier: Apache-2.0
#include "train/trainer.h"

#include <torch/torch.h>

#include <chrono>
#include <cmath>
#include <numbers>

#include "support/error.h"
#include "support/file.h"
#include "train/batches.h"
#include "train/checkpoint.h"
#include "train/graph.h"

namespace ern::train {

namespace {

using torch::Tensor;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kEvaluationBatch = 250;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string settings_line(const fold::FloatNetwork& network, const data::DataSet& set,
                          const TrainOptions& o) {
    return fmt::format(
        "network={} layers={} pictures={} epochs={} batch={} lr={} warmup={} weight-decay={} adam-epsilon={} "
        "label-smoothing={} latent-deviation={} crop={} flip={} bfloat16={} seed={}",
        network.name, network.layers.size(), set.size(), o.epochs, o.batch, o.learning_rate, o.warmup_epochs,
        o.weight_decay, o.adam_epsilon, o.label_smoothing, o.latent_deviation, o.crop_padding, o.flip,
        o.bfloat16, o.seed);
}

std::string csv(const std::vector<EpochRecord>& epochs) {
    std::string text = "epoch,learning_rate,train_loss,train_accuracy,test_accuracy,seconds\n";
    for (const EpochRecord& e : epochs) {
        text += fmt::format("{},{:.6g},{:.5f},{:.5f},{:.5f},{:.1f}\n", e.epoch, e.learning_rate, e.train_loss,
                            e.train_accuracy, e.test_accuracy, e.seconds);
    }
    return text;
}

void check_data(const fold::FloatNetwork& network, const data::DataSet& set) {
    if (set.size() == 0) fail("{}: no pictures", set.name);
    if (!(set.shape == network.input))
        fail("{}: the pictures have another size than the network's input", set.name);
}

// One training run; its parts share the network, the data and the state.
class Run {
  public:
    Run(const fold::FloatNetwork& network, const data::DataSet& train_set, const data::DataSet& test_set,
        const TrainOptions& options, const TrainCallbacks& callbacks)
        : train_set_(train_set),
          test_set_(test_set),
          options_(options),
          callbacks_(callbacks),
          settings_(settings_line(network, train_set, options)),
          graph_(network),
          optimizer_(graph_.parameters(), torch::optim::AdamOptions(options.learning_rate)
                                              .weight_decay(options.weight_decay)
                                              .eps(options.adam_epsilon)) {
        graph_.initialize(options.latent_deviation, options.seed);
    }

    TrainResult train() {
        if (!options_.checkpoint.empty()) {
            result_.epochs = read_checkpoint(options_.checkpoint, settings_, graph_, optimizer_);
        }
        result_.resumed_epochs = static_cast<int>(result_.epochs.size());
        for (int epoch = result_.resumed_epochs + 1; epoch <= options_.epochs; ++epoch)
            finish(train_epoch(epoch));
        recalibrate();
        result_.test_classes = classify(test_set_);
        result_.test_accuracy = accuracy(result_.test_classes, test_set_);
        for (const EpochRecord& e : result_.epochs) result_.seconds += e.seconds;
        return result_;
    }

    void store(fold::FloatNetwork& network) const { graph_.store(network); }

  private:
    EpochRecord train_epoch(int epoch) {
        const auto start = Clock::now();
        const EpochBatches batches(train_set_, {options_.crop_padding, options_.flip}, options_.seed, epoch,
                                   options_.batch);
        EpochRecord record{epoch};
        double loss_sum = 0;
        std::int64_t correct = 0;
        for (std::int64_t i = 0; i < batches.count(); ++i) {
            record.learning_rate =
                learning_rate_at(options_, (epoch - 1) * batches.count() + i, batches.count());
            loss_sum += step(batches, i, record, correct);
            if (callbacks_.on_batch) {
                callbacks_.on_batch(epoch, (i + 1) * batches.batch_size(), train_set_.size(),
                                    loss_sum / static_cast<double>(i + 1));
            }
        }
        const auto pictures = static_cast<double>(batches.count() * batches.batch_size());
        record.train_loss = loss_sum / static_cast<double>(batches.count());
        record.train_accuracy = static_cast<double>(correct) / pictures;
        record.test_accuracy = accuracy(classify(test_set_), test_set_);
        record.seconds = seconds_since(start);
        return record;
    }

    double step(const EpochBatches& batches, std::int64_t index, const EpochRecord& record,
                std::int64_t& correct) {
        const auto [bytes, classes] = make_batch(batches, index);
        static_cast<torch::optim::AdamOptions&>(optimizer_.param_groups()[0].options())
            .lr(record.learning_rate);
        const Tensor logits =
            graph_.forward(bytes, {true, options_.bfloat16 ? torch::kBFloat16 : torch::kFloat32});
        const Tensor loss = torch::nn::functional::cross_entropy(
            logits, classes,
            torch::nn::functional::CrossEntropyFuncOptions().label_smoothing(options_.label_smoothing));
        optimizer_.zero_grad();
        loss.backward();
        const double value = loss.item<double>();
        require_finite(value, record.epoch, index);
        optimizer_.step();
        correct += logits.detach().argmax(1).eq(classes).sum().item<std::int64_t>();
        return value;
    }

    std::pair<Tensor, Tensor> make_batch(const EpochBatches& batches, std::int64_t index) const {
        const model::Shape& shape = train_set_.shape;
        const std::int64_t n = batches.batch_size();
        const Tensor bytes = torch::empty({n, shape.height, shape.width, shape.channels}, torch::kUInt8);
        const Tensor classes = torch::empty({n}, torch::kInt64);
        batches.fill(index, {bytes.data_ptr<std::uint8_t>(), static_cast<std::size_t>(bytes.numel())},
                     {classes.data_ptr<std::int64_t>(), static_cast<std::size_t>(n)});
        return {bytes, classes};
    }

    // The codes hide a NaN (no comparison with it is true), so the gradients are looked at as well.
    void require_finite(double loss, int epoch, std::int64_t batch) const {
        bool finite = std::isfinite(loss);
        for (const Tensor& parameter : graph_.parameters()) {
            finite = finite && std::isfinite(parameter.grad().sum().item<double>());
        }
        if (finite) return;
        const std::string place = graph_.first_not_finite();
        fail("training stopped in epoch {}, batch {}: {} is not finite; lower --lr or raise --adam-epsilon",
             epoch, batch, place.empty() ? "the loss" : place);
    }

    void finish(const EpochRecord& record) {
        result_.epochs.push_back(record);
        if (!options_.checkpoint.empty()) {
            write_checkpoint(options_.checkpoint, settings_, graph_, optimizer_, result_.epochs);
        }
        if (!options_.log.empty()) support::write_text(options_.log, csv(result_.epochs));
        if (callbacks_.on_epoch) callbacks_.on_epoch(record);
    }

    // Running statistics lag behind the weights and were measured in bfloat16; these are the mean over
    // batches with the final weights in float32. The pictures are cropped and mirrored as in training: the
    // weights were made for those, and statistics of unchanged ones cost ern-cifar 1 % (docs/training.md).
    void recalibrate() {
        torch::NoGradGuard guard;
        const EpochBatches batches(train_set_, {options_.crop_padding, options_.flip}, options_.seed, 0,
                                   options_.batch);
        const std::int64_t count = std::min<std::int64_t>(options_.recalibration_batches, batches.count());
        for (std::int64_t i = 0; i < count; ++i) {
            graph_.set_momentum(1.0 / static_cast<double>(i + 1));
            graph_.forward(make_batch(batches, i).first, {true, torch::kFloat32});
        }
    }

    std::vector<int> classify(const data::DataSet& set) {
        torch::NoGradGuard guard;
        std::vector<int> classes;
        for (std::int64_t first = 0; first < set.size(); first += kEvaluationBatch) {
            const std::int64_t n = std::min(kEvaluationBatch, set.size() - first);
            auto* pixels =
                const_cast<std::uint8_t*>(set.picture(first).data());  // from_blob only reads it here
            const Tensor bytes = torch::from_blob(
                pixels, {n, set.shape.height, set.shape.width, set.shape.channels}, torch::kUInt8);
            const Tensor best = graph_.forward(bytes, {false, torch::kFloat32}).argmax(1);
            const auto* found = best.data_ptr<std::int64_t>();
            for (std::int64_t i = 0; i < n; ++i) classes.push_back(static_cast<int>(found[i]));
        }
        return classes;
    }

    static double accuracy(const std::vector<int>& found, const data::DataSet& set) {
        std::int64_t correct = 0;
        for (std::size_t i = 0; i < found.size(); ++i) correct += found[i] == set.classes[i];
        return static_cast<double>(correct) / static_cast<double>(found.size());
    }

    const data::DataSet& train_set_;
    const data::DataSet& test_set_;
    const TrainOptions& options_;
    const TrainCallbacks& callbacks_;
    std::string settings_;
    Graph graph_;
    torch::optim::Adam optimizer_;
    TrainResult result_;
};

}  // namespace

double learning_rate_at(const TrainOptions& options, std::int64_t step, std::int64_t steps_per_epoch) {
    const double total = static_cast<double>(options.epochs) * static_cast<double>(steps_per_epoch);
    const double warmup = std::min(options.warmup_epochs * static_cast<double>(steps_per_epoch), total);
    const auto at = static_cast<double>(step);
    if (at < warmup) return options.learning_rate * (at + 1) / warmup;
    const double part = total > warmup ? (at - warmup) / (total - warmup) : 1;
    return options.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * part));
}

TrainResult train(fold::FloatNetwork& network, const data::DataSet& train_set, const data::DataSet& test_set,
                  const TrainOptions& options, const TrainCallbacks& callbacks) {
    check_data(network, train_set);
    check_data(network, test_set);
    torch::set_num_threads(options.threads);
    Run run(network, train_set, test_set, options, callbacks);
    TrainResult result = run.train();
    run.store(network);
    return result;
}

}  // namespace ern::train

// SPDX-License-Identifier: Apache-2.0
#include "train/trainer.h"

#include <torch/torch.h>

#include <chrono>
#include <cmath>
#include <numbers>

#include "support/error.h"
#include "support/file.h"
#include "train/checkpoint.h"
#include "train/epoch_log.h"
#include "train/measure.h"
#include "train/recipe.h"
#include "train/start.h"
#include "train/step.h"
#include "train/weights.h"

namespace ern::train {

namespace {

using torch::Tensor;
using Clock = std::chrono::steady_clock;

constexpr int kMaxPlannedEpochs = 100'000;
constexpr std::int64_t kGpuStepsBetweenLooks = 32;  // a look at the sums waits for the GPU

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void check_data(const fold::FloatNetwork& network, const data::DataSet& set) {
    if (set.size() == 0) fail("{}: no pictures", set.name);
    if (!(set.shape == network.input))
        fail("{}: the pictures have another size than the network's input", set.name);
}

int classes_of(const fold::FloatNetwork& network) {
    int classes = 0;
    for (const fold::FloatLayer& layer : network.layers) {
        if (const auto* conv = std::get_if<fold::FloatConv>(&layer.operation)) classes = conv->out;
    }
    return classes;  // the last convolution is the classifier
}

std::vector<float> to_vector(const Tensor& tensor) {
    const Tensor numbers = tensor.to(torch::kCPU).contiguous();
    return {numbers.data_ptr<float>(), numbers.data_ptr<float>() + numbers.numel()};
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
          name_(network.name),
          device_(choose_device(options.device)),
          stream_(device_),
          steps_per_epoch_(EpochBatches::batches_in(train_set, options.batch)),
          classes_(classes_of(network)),
          state_{{}, 0, 0, 0, 0, options.seconds > 0 ? kMaxPlannedEpochs : options.epochs},
          graph_(network, device_),
          distillation_(make_distillation(options, network.input, classes_, device_)) {
        graph_.initialize(options.latent_deviation, options.seed);
        if (!options.from.empty()) {
            begun_with_ = weights_to_begin_with(options);
            load_weights(graph_, *begun_with_, options.from);
        }
        optimizer_ = std::make_unique<Optimizer>(
            graph_.parameters(),
            Optimizer::Settings{options.weight_decay, options.adam_epsilon, options.average_decay});
        const auto type = options.bfloat16 ? torch::kBFloat16 : torch::kFloat32;
        stepper_ = std::make_unique<Stepper>(
            graph_, *optimizer_, distillation_, device_,
            Stepper::Settings{
                {true, type, precision_in(1), options.ewgs}, options.label_smoothing, classes_});
    }

    TrainResult train() {
        resume();
        train_epochs();
        if (last_step() > 0) settle();
        result_.epochs = state_.epochs;
        result_.test_classes = classify(graph_, test_set_, device_, options_.precision);
        result_.test_accuracy = accuracy(result_.test_classes, test_set_);
        result_.device = device_name(device_);
        result_.recipe = recipe();
        for (const EpochRecord& e : result_.epochs) result_.seconds += e.seconds;
        if (!options_.weights.empty()) {
            write_weights(options_.weights, {options_.description, options_.precision, result_.recipe,
                                             result_.test_accuracy, to_vector(graph_.parameters()),
                                             to_vector(graph_.statistics())});
        }
        return result_;
    }

    void show_codes() {
        classify(graph_, test_set_, device_, options_.precision, callbacks_.on_codes);
    }

    void store(fold::FloatNetwork& network) const { graph_.store(network); }

  private:
    // What the last step leaves becomes the network.
    void settle() {
        if (optimizer_->average().defined()) {
            torch::NoGradGuard guard;
            graph_.parameters().copy_(optimizer_->average());
        }
        recalibrate(graph_, train_set_, device_, options_.precision, options_);
    }

    std::string recipe() const {
        if (!begun_with_) return recipe_text(options_, state_.epochs.size());
        if (last_step() == 0) return begun_with_->recipe;
        return begun_with_->recipe + "; then " + recipe_text(options_, state_.epochs.size());
    }

    Precision precision_in(int epoch) const {
        const bool first_part = epoch <= options_.progressive * state_.planned_epochs;
        return options_.precision == Precision::quantised && first_part ? Precision::float_weights
                                                                        : options_.precision;
    }

    std::int64_t last_step() const { return steps_per_epoch_ * state_.planned_epochs; }

    // How many epochs fit into the wanted time, from the speed of the first one's second half: in the first
    // half libraries still choose their algorithms. The warm-up's learning rates do not depend on it.
    void plan(double second_half_seconds, std::int64_t second_half_steps) {
        const double epoch_seconds = second_half_seconds / static_cast<double>(second_half_steps) *
                                     static_cast<double>(steps_per_epoch_);
        const double left = options_.seconds - seconds_since(started_);
        state_.planned_epochs = 1 + static_cast<int>(std::clamp(left / epoch_seconds, 0.0,
                                                                static_cast<double>(kMaxPlannedEpochs)));
    }

    std::vector<Tensor> state_tensors() const {
        std::vector<Tensor> tensors = optimizer_->state();
        tensors.push_back(graph_.parameters());
        tensors.push_back(graph_.statistics());
        return tensors;
    }

    void resume() {
        if (options_.checkpoint.empty()) return;
        auto state = read_checkpoint(options_.checkpoint, settings_, state_tensors());
        if (state) state_ = std::move(*state);
        result_.resumed_epochs = static_cast<int>(state_.epochs.size());
        resumed_step_ = state_.step;
    }

    void train_epochs() {
        if (state_.step == last_step()) return;
        auto slots =
            stepper_->make_slots(EpochBatches::batch_for(train_set_, options_.batch), train_set_.shape);
        Loader loader(train_set_,
                      {options_.augmentation, options_.seed, options_.batch, options_.workers, state_.step},
                      std::move(slots));
        while (state_.step < last_step()) train_epoch(loader);
    }

    void train_epoch(Loader& loader) {
        const auto start = Clock::now();
        auto half = start;
        const double seconds_before = state_.seconds;
        EpochRecord record;
        record.epoch = static_cast<int>(state_.step / steps_per_epoch_) + 1;
        stepper_->set_precision(precision_in(record.epoch));
        const std::int64_t look_every = device_.is_cuda() ? kGpuStepsBetweenLooks : 1;
        const std::int64_t first = steps_per_epoch_ * (record.epoch - 1);
        while (state_.step < first + steps_per_epoch_) {
            record.learning_rate =
                learning_rate_at(options_, state_.planned_epochs, state_.step, steps_per_epoch_);
            stepper_->run(loader, state_.step + 1, record.learning_rate);
            ++state_.step;
            const std::int64_t done = state_.step - first;
            if (done == steps_per_epoch_ / 2) half = Clock::now();
            if (done % look_every != 0 && done != steps_per_epoch_) continue;
            look(record.epoch, done);
            state_.seconds = seconds_before + seconds_since(start);
            if (done < steps_per_epoch_) save_now_and_then();
        }
        if (options_.seconds > 0 && record.epoch == 1)
            plan(seconds_since(half), steps_per_epoch_ - steps_per_epoch_ / 2);
        finish(record, seconds_before, start);
    }

    // Adds up what the steps found, and stops at numbers that are not finite.
    void look(int epoch, std::int64_t steps_done) {
        const StepSums sums = stepper_->take_sums();
        if (!sums.healthy) stop_not_finite(epoch, steps_done);
        state_.loss_sum += sums.loss;
        state_.correct += sums.correct;
        if (callbacks_.on_batch) callbacks_.on_batch(progress(epoch, steps_done));
    }

    BatchProgress progress(int epoch, std::int64_t steps_done) const {
        const bool planned = options_.seconds == 0 || epoch > 1;
        const std::int64_t batch = EpochBatches::batch_for(train_set_, options_.batch);
        return {epoch,
                planned ? state_.planned_epochs : 0,
                state_.step * batch,
                (planned ? last_step() : steps_per_epoch_) * batch,
                resumed_step_ * batch,
                state_.loss_sum / static_cast<double>(steps_done)};
    }

    [[noreturn]] void stop_not_finite(int epoch, std::int64_t batch) {
        const std::string place = graph_.first_not_finite(optimizer_->last_gradient());
        fail("training stopped in epoch {}, batch {}: {} is not finite; lower --lr or raise --adam-epsilon",
             epoch, batch, place.empty() ? "the loss" : place);
    }

    void finish(EpochRecord record, double seconds_before, Clock::time_point start) {
        const auto pictures =
            static_cast<double>(steps_per_epoch_ * EpochBatches::batch_for(train_set_, options_.batch));
        record.train_loss = state_.loss_sum / static_cast<double>(steps_per_epoch_);
        record.train_accuracy = static_cast<double>(state_.correct) / pictures;
        if (record.epoch % options_.test_every == 0 || record.epoch == state_.planned_epochs) {
            const Precision precision = precision_in(record.epoch);
            record.test_accuracy = accuracy(classify(graph_, test_set_, device_, precision), test_set_);
        }
        record.seconds = seconds_before + seconds_since(start);
        state_.epochs.push_back(record);
        state_.loss_sum = state_.seconds = 0;
        state_.correct = 0;
        if (record.epoch == state_.planned_epochs) save();
        else save_now_and_then();
        if (!options_.log.empty()) support::write_text(options_.log, epochs_as_csv(state_.epochs));
        if (!options_.curve.empty()) support::write_text(options_.curve, epochs_as_svg(state_.epochs, name_));
        if (callbacks_.on_epoch) callbacks_.on_epoch(record);
    }

    void save_now_and_then() {
        if (seconds_since(saved_) >= options_.checkpoint_seconds) save();
    }

    void save() {
        if (options_.checkpoint.empty()) return;
        write_checkpoint(options_.checkpoint, settings_, state_, state_tensors());
        saved_ = Clock::now();
    }

    const data::DataSet& train_set_;
    const data::DataSet& test_set_;
    const TrainOptions& options_;
    const TrainCallbacks& callbacks_;
    std::string settings_, name_;
    torch::Device device_;
    OwnStream stream_;
    std::int64_t steps_per_epoch_;
    int classes_;
    RunState state_;
    Graph graph_;
    Distillation distillation_;
    std::unique_ptr<Optimizer> optimizer_;
    std::unique_ptr<Stepper> stepper_;
    Clock::time_point started_ = Clock::now(), saved_ = started_;
    std::optional<Weights> begun_with_;
    std::int64_t resumed_step_ = 0;
    TrainResult result_;
};

}  // namespace

double learning_rate_at(const Recipe& recipe, int epochs, std::int64_t step, std::int64_t steps_per_epoch) {
    const double total = static_cast<double>(epochs) * static_cast<double>(steps_per_epoch);
    const double warmup = std::min(recipe.warmup_epochs * static_cast<double>(steps_per_epoch), total);
    const auto at = static_cast<double>(step);
    if (at < warmup) return recipe.learning_rate * (at + 1) / warmup;
    const double part = total > warmup ? (at - warmup) / (total - warmup) : 1;
    return recipe.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * part));
}

TrainResult train(fold::FloatNetwork& network, const data::DataSet& train_set, const data::DataSet& test_set,
                  const TrainOptions& options, const TrainCallbacks& callbacks) {
    check_data(network, train_set);
    check_data(network, test_set);
    if (options.seconds > 0 && options.warmup_epochs < 1)
        fail("--seconds wants a --warmup of 1 epoch or more");
    if (options.epochs == 0 && (options.from.empty() || options.seconds > 0))
        fail("--epochs 0 trains nothing: it wants --from WEIGHTS and no --seconds");
    torch::set_num_threads(options.threads);
    Run run(network, train_set, test_set, options, callbacks);
    TrainResult result = run.train();
    run.store(network);
    if (callbacks.on_trained) callbacks.on_trained(result);
    if (callbacks.on_codes) run.show_codes();
    return result;
}

}  // namespace ern::train

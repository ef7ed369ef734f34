// SPDX-License-Identifier: Apache-2.0
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>

#include "cli/agreement.h"
#include "cli/locations.h"
#include "cli/session.h"
#include "cli/trainer_module.h"
#include "data/data_set.h"
#include "fold/fold.h"
#include "model/architecture.h"
#include "model/file.h"
#include "onnx/export.h"
#include "support/error.h"
#include "support/file.h"
#include "support/parallel.h"
#include "train/trainer.h"

namespace ern::cli {

namespace {

using Json = nlohmann::ordered_json;

struct TrainArguments {
    std::string network, data, data_name, output, onnx;
    std::vector<std::string> notes;  // KEY=VALUE
    std::string precision = "bfloat16";
    std::string randaugment;
    bool float_network = false;
    bool restart = false;
    bool skip_golden = false;
    int jobs = support::default_jobs();
    train::TrainOptions options;
};

// The bar of a run: over all epochs, or over the first while --seconds has not decided on their number.
class TrainBar {
  public:
    explicit TrainBar(const Session& session) : session_(session) {}

    void update(const train::BatchProgress& p) {
        if (!bar_ || p.total != total_) {
            total_ = p.total;
            bar_.reset(new support::Progress(session_.bar("train", p.total, p.resumed)));
        }
        const std::string of = p.epochs > 0 ? fmt::format(" of {}", p.epochs) : "";
        bar_->update(p.done, fmt::format("epoch {}{}, loss {:.4f}", p.epoch, of, p.loss));
    }

    void clear() {
        if (bar_) bar_->clear();
    }

  private:
    const Session& session_;
    std::int64_t total_ = 0;
    std::unique_ptr<support::Progress> bar_;
};

void say_epoch(const Session& session, const train::EpochRecord& e) {
    session.say("epoch {:3}  lr {:.2e}  loss {:.4f}  train {:6.2f} %  test {}  {:.1f} s\n", e.epoch,
                e.learning_rate, e.train_loss, 100 * e.train_accuracy,
                e.test_accuracy ? fmt::format("{:6.2f} %", 100 * *e.test_accuracy) : "     - ", e.seconds);
}

void report_epochs(Session& session, const train::TrainResult& result) {
    auto& epochs = session.report["epochs"] = nlohmann::ordered_json::array();
    for (const train::EpochRecord& e : result.epochs) {
        epochs.push_back({{"epoch", e.epoch},
                          {"learning_rate", e.learning_rate},
                          {"train_loss", e.train_loss},
                          {"train_accuracy", e.train_accuracy},
                          {"test_accuracy", e.test_accuracy ? Json(*e.test_accuracy) : Json(nullptr)},
                          {"seconds", e.seconds}});
    }
    session.report["float_accuracy"] = result.test_accuracy;
    session.report["accuracy"] = result.test_accuracy;
    session.report["seconds"] = result.seconds;
    session.report["device"] = result.device;
}

void report_agreement(Session& session, model::Network& network, const Agreement& a) {
    session.say("golden  {:.2f} % of {} test pictures; it and the float graph disagree on {}; {}\n",
                100 * a.accuracy(), a.pictures, a.other_class, a.codes_text());
    for (const auto& [layer, count] : a.different_in) {
        if (session.verbose) session.say("  {:24} {} codes differ\n", layer, count);
    }
    session.report["accuracy"] = a.accuracy();
    session.report["disagreements"] = a.other_class;
    session.report["codes"] = a.codes;
    session.report["codes_different"] = a.different;
    network.notes["accuracy.golden"] = fmt::format("{:.2f} % of {} test pictures", 100 * a.accuracy(), a.pictures);
    network.notes["disagreements"] =
        fmt::format("{} pictures between golden and the float graph; {}", a.other_class, a.codes_text());
}

data::TrainingData load_data(const Session& session, const TrainArguments& arguments,
                             const model::Architecture& architecture) {
    const auto place = data_place(arguments.data, architecture.input);
    auto sets = data::load_training_data(place, {architecture.input, architecture.classes, architecture.labels});
    session.say("{}: {} train and {} test pictures from {}\n", architecture.name, sets.train_set.size(),
                sets.test_set.size(), place.string());
    if (sets.own) {
        session.say("pictures of your own: the classes are the folders {}; one picture in {} is held out to test\n",
                    fmt::join(sets.train_set.labels, ", "), data::kHeldOut);
    }
    return sets;
}

// A network for pictures of one's own has their classes.
void take_classes(model::Architecture& architecture, const data::TrainingData& sets, train::TrainOptions& options) {
    if (!sets.own || architecture.labels == sets.train_set.labels) return;
    architecture.labels = sets.train_set.labels;
    architecture.classes = static_cast<int>(architecture.labels.size());
    options.description = model::architecture_text(architecture);
}

// The integer network with its provenance.
model::Network fold_with_notes(Session& session, const fold::FloatNetwork& float_network, const data::TrainingData& sets,
                               const TrainArguments& arguments, const train::TrainResult& result) {
    fold::FoldReport report;
    model::Network network = fold::fold(float_network, &report);
    if (network.labels.empty()) network.labels = sets.train_set.labels;
    network.notes["data"] = arguments.data_name.empty() ? sets.train_set.name : arguments.data_name;
    if (!result.recipe.empty()) network.notes["recipe"] = result.recipe;
    for (const std::string& note : arguments.notes) {
        const std::size_t equals = note.find('=');
        network.notes[note.substr(0, equals)] = note.substr(equals + 1);
    }
    network.notes["accuracy.float"] =
        fmt::format("{:.2f} % of {} test pictures", 100 * result.test_accuracy, sets.test_set.size());
    network.notes["smallest_threshold_margin"] =
        fmt::format("{:.3g} in {}", report.smallest_margin, report.smallest_margin_layer);
    session.report["smallest_threshold_margin"] = report.smallest_margin;
    return network;
}

// "2,9": operations and magnitude.
void parse_randaugment(const std::string& text, train::Augmentation& augmentation) {
    if (text.empty()) return;
    int operations = 0, magnitude = 0, used = 0;
    const bool read = std::sscanf(text.c_str(), "%d,%d%n", &operations, &magnitude, &used) == 2 &&
                      static_cast<std::size_t>(used) == text.size();
    if (!read || operations < 0 || operations > 14 || magnitude < 0 || magnitude > 30) {
        fail("--randaugment {}: wanted OPERATIONS,MAGNITUDE, 0 to 14 and 0 to 30, for instance 2,9", text);
    }
    augmentation.randaugment_operations = operations;
    augmentation.randaugment_magnitude = magnitude;
}

void complete_options(TrainArguments& arguments, const std::filesystem::path& description) {
    train::TrainOptions& options = arguments.options;
    options.bfloat16 = arguments.precision == "bfloat16";
    options.description = support::read_text(description);
    parse_randaugment(arguments.randaugment, options.augmentation);
    if (options.checkpoint.empty()) options.checkpoint = arguments.output + ".checkpoint";
    if (arguments.restart) std::filesystem::remove(options.checkpoint);
    for (const std::string& note : arguments.notes) {
        if (note.find('=') == std::string::npos || note.front() == '=')
            fail("--note {}: wanted KEY=VALUE", note);
    }
    if (!arguments.float_network) return;
    if (!arguments.onnx.empty()) fail("--onnx is for networks that are quantised, not with --float");
    options.precision = train::Precision::float_network;
    options.weights = arguments.output;
}

// A run with its bars, and what is done with its result: the model is written as soon as there is one, in case the
// comparison with golden is cut short, and once more with what that found.
class Training {
  public:
    Training(Session& session, const TrainArguments& arguments, fold::FloatNetwork& network, const data::TrainingData& sets)
        : session_(session), arguments_(arguments), float_network_(network), sets_(sets), bar_(session) {}

    train::TrainResult run() {
        train::TrainCallbacks callbacks;
        callbacks.on_batch = [&](const train::BatchProgress& p) { bar_.update(p); };
        callbacks.on_epoch = [&](const train::EpochRecord& e) {
            bar_.clear();
            say_epoch(session_, e);
        };
        callbacks.on_trained = [&](const train::TrainResult& result) { write(result); };
        if (!arguments_.skip_golden && !arguments_.float_network)
            callbacks.on_codes = [&](const train::FloatCodes& codes) { add(codes); };
        auto result = train_in_module(float_network_, sets_.train_set, sets_.test_set, arguments_.options, callbacks);
        if (callbacks.on_codes) {
            golden_bar_.reset();
            report_agreement(session_, network_, agreement_);
            model::write_network(arguments_.output, network_);
        }
        session_.say("wrote {}\n", arguments_.output);
        return result;
    }

  private:
    void write(const train::TrainResult& result) {
        bar_.clear();
        if (result.resumed_epochs > 0) {
            session_.say("{} epochs came from {}\n", result.resumed_epochs, arguments_.options.checkpoint.string());
        }
        session_.say("float   {:.2f} % of {} test pictures, on {}\n", 100 * result.test_accuracy,
                     sets_.test_set.size(), result.device);
        report_epochs(session_, result);
        if (!arguments_.onnx.empty()) onnx_export::write_onnx(arguments_.onnx, float_network_);
        if (arguments_.float_network) return;
        network_ = fold_with_notes(session_, float_network_, sets_, arguments_, result);
        model::write_network(arguments_.output, network_);
    }

    void add(const train::FloatCodes& codes) {
        if (!golden_bar_) golden_bar_.reset(new support::Progress(session_.bar("golden", sets_.test_set.size())));
        compare(network_, sets_.test_set, codes, arguments_.jobs, agreement_);
        golden_bar_->update(agreement_.pictures);
    }

    Session& session_;
    const TrainArguments& arguments_;
    fold::FloatNetwork& float_network_;
    const data::TrainingData& sets_;
    TrainBar bar_;
    model::Network network_;
    Agreement agreement_;
    std::unique_ptr<support::Progress> golden_bar_;
};

void run_train(Session& session, TrainArguments& arguments) {
    const auto description = find_in_models(arguments.network, ".toml");
    auto architecture = model::read_architecture(description);
    complete_options(arguments, description);
    const data::TrainingData sets = load_data(session, arguments, architecture);
    take_classes(architecture, sets, arguments.options);
    fold::FloatNetwork float_network = fold::make_float_network(architecture);
    Training(session, arguments, float_network, sets).run();
}

void add_recipe_options(CLI::App& sub, train::TrainOptions& o) {
    sub.add_option("--epochs", o.epochs, "Passes over the training pictures; 0 with --from: only measure and write")
        ->check(CLI::Range(0, 10'000));
    sub.add_option("--seconds", o.seconds, "Instead: how long it takes, by the speed of the first epoch")
        ->check(CLI::PositiveNumber);
    sub.add_option("--batch", o.batch, "Pictures a step")->check(CLI::Range(1, 65'536));
    sub.add_option("--lr", o.learning_rate, "Adam's learning rate at its peak")->check(CLI::PositiveNumber);
    sub.add_option("--warmup", o.warmup_epochs, "Epochs of linear warm-up before the cosine")
        ->check(CLI::NonNegativeNumber);
    sub.add_option("--weight-decay", o.weight_decay, "L2 of every parameter")->check(CLI::NonNegativeNumber);
    sub.add_option("--adam-epsilon", o.adam_epsilon, "Adam's epsilon")->check(CLI::PositiveNumber);
    sub.add_option("--label-smoothing", o.label_smoothing, "Part of the target spread over all classes")
        ->check(CLI::Range(0.0, 0.9));
    sub.add_option("--latent-deviation", o.latent_deviation, "Deviation of the latent weights at the start")
        ->check(CLI::PositiveNumber);
    sub.add_option("--ewgs", o.ewgs, "Delta of the weights' gradient (EWGS), 0: straight-through")
        ->check(CLI::Range(0.0, 1.0));
    sub.add_option("--average", o.average_decay,
                   "Decay of the moving average of weights that becomes the network")
        ->check(CLI::Range(0.0, 0.999999));
    sub.add_option("--progressive", o.progressive, "First part of the epochs, with float weights")
        ->check(CLI::Range(0.0, 0.99));
    sub.add_option("--recalibration", o.recalibration_batches, "Batches that measure BatchNorm at the end")
        ->check(CLI::NonNegativeNumber);
    sub.add_option("--seed", o.seed, "Of the start, the order of pictures and their changes");
}

void add_augmentation_options(CLI::App& sub, TrainArguments& arguments) {
    train::Augmentation& a = arguments.options.augmentation;
    sub.add_option("--crop", a.crop_padding, "Pixels of padding before a random crop")
        ->check(CLI::Range(0, 64));
    sub.add_flag("--flip", a.flip, "Mirror half of the pictures left to right");
    sub.add_option("--randaugment", arguments.randaugment,
                   "RandAugment's operations and their magnitude of 30")
        ->type_name("N,M");
    sub.add_option("--mixup", a.mixup, "Lay pictures over each other; alpha of the shares")
        ->check(CLI::NonNegativeNumber);
    sub.add_option("--mix-share", a.mix_share, "Of the pictures that are mixed")->check(CLI::Range(0.0, 1.0));
    sub.add_option("--cutmix", a.cutmix, "Paste parts of other pictures; alpha of the shares")
        ->check(CLI::NonNegativeNumber);
}

void add_teacher_options(CLI::App& sub, TrainArguments& arguments) {
    train::TrainOptions& o = arguments.options;
    sub.add_flag("--float", arguments.float_network,
                 "Train a float network, a teacher; MODEL is then a file of weights for --teacher");
    sub.add_option("--from", o.from, "Float weights to begin with (a file that --weights wrote)");
    sub.add_option("--teacher", o.teacher, "Float weights to distil from");
    sub.add_option("--teacher-weight", o.teacher_weight, "Of the teacher's answer in the loss")
        ->check(CLI::Range(0.0, 1.0));
    sub.add_option("--temperature", o.teacher_temperature, "That softens the answers")
        ->check(CLI::PositiveNumber);
    sub.add_option("--weights", o.weights, "Also write the float parameters");
    sub.add_option("--onnx", arguments.onnx, "Also write the network as ONNX, for `import` and other readers");
    sub.add_option("--note", arguments.notes, "More notes for the model")->type_name("KEY=VALUE");
}

void add_run_options(CLI::App& sub, TrainArguments& arguments) {
    train::TrainOptions& o = arguments.options;
    sub.add_option("--precision", arguments.precision, "Of maps while training; evaluation is float32")
        ->check(CLI::IsMember({"bfloat16", "float32"}));
    sub.add_option("--device", o.device, "Where it trains (default: a GPU where there is one)")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
    sub.add_option("--threads", o.threads, "Of the training")->check(CLI::Range(1, 256));
    sub.add_option("--workers", o.workers, "Threads that change the pictures")->check(CLI::Range(1, 256));
    sub.add_option("--test-every", o.test_every, "Epochs between two looks at the test pictures")
        ->check(CLI::Range(1, 10'000));
    sub.add_option("--jobs", arguments.jobs, "Threads of the golden evaluation")->check(CLI::Range(1, 256));
    sub.add_option("--checkpoint", o.checkpoint, "State of the run (default: MODEL.checkpoint)");
    sub.add_option("--checkpoint-seconds", o.checkpoint_seconds, "At least between two")
        ->check(CLI::NonNegativeNumber);
    sub.add_option("--log", o.log, "CSV with one line an epoch");
    sub.add_option("--curve", o.curve, "The same as a picture, SVG");
    sub.add_flag("--restart", arguments.restart, "Start over although there is a checkpoint");
    sub.add_flag("--skip-golden", arguments.skip_golden, "Leave out the integer model's accuracy");
}

}  // namespace

void add_train(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<TrainArguments>();
    CLI::App* sub =
        add_subcommand(app, session, "train", "Train a network and write its integer model",
                       "Trains the float graph with quantised forward passes, folds it and measures both on "
                       "the test split.\n"
                       "Killed runs go on from their last checkpoint when the same command is given again.\n"
                       "  ernforge train models/ern-fashion.toml -o ern-fashion.ern --epochs 3");
    sub->add_option("network", arguments->network, "Description, NETWORK.toml or its name in models/")
        ->required();
    sub->add_option("--data", arguments->data,
                    "Data set (default: ERNFORGE_DATA, or Debian's Fashion-MNIST)");
    sub->add_option("--data-name", arguments->data_name,
                    "What the model's notes call the data (default: its format)");
    sub->add_option("-o,--output", arguments->output, "Model file to write")->required();
    add_recipe_options(*sub, arguments->options);
    add_augmentation_options(*sub, *arguments);
    add_teacher_options(*sub, *arguments);
    add_run_options(*sub, *arguments);
    sub->callback([&session, arguments] { run_train(session, *arguments); });
}

}  // namespace ern::cli

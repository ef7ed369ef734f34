// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/evaluation.h"
#include "cli/locations.h"
#include "cli/session.h"
#include "cli/trainer_module.h"
#include "data/data_set.h"
#include "fold/fold.h"
#include "model/architecture.h"
#include "model/file.h"
#include "support/error.h"
#include "support/file.h"
#include "train/trainer.h"

namespace ern::cli {

namespace {

using Json = nlohmann::ordered_json;

struct TrainArguments {
    std::string network, data, data_name, output;
    std::string precision = "bfloat16";
    std::string randaugment;
    bool float_network = false;
    bool restart = false;
    bool skip_golden = false;
    int jobs = 1;
    train::TrainOptions options;
};

train::TrainResult train_with_bars(const Session& session, fold::FloatNetwork& network,
                                   const data::DataSet& train_set, const data::DataSet& test_set,
                                   const train::TrainOptions& options) {
    std::unique_ptr<support::Progress> bar;
    train::TrainCallbacks callbacks;
    callbacks.on_batch = [&](int epoch, std::int64_t done, std::int64_t pictures, double loss) {
        if (!bar) {
            bar.reset(new support::Progress(session.bar(fmt::format("epoch {}", epoch), pictures)));
        }
        bar->update(done, fmt::format("loss {:.4f}", loss));
    };
    callbacks.on_epoch = [&](const train::EpochRecord& e) {
        bar.reset();
        session.say("epoch {:3}  lr {:.2e}  loss {:.4f}  train {:6.2f} %  test {}  {:.1f} s\n", e.epoch,
                    e.learning_rate, e.train_loss, 100 * e.train_accuracy,
                    e.test_accuracy ? fmt::format("{:6.2f} %", 100 * *e.test_accuracy) : "     - ",
                    e.seconds);
    };
    return train_in_module(network, train_set, test_set, options, callbacks);
}

std::string recipe(const train::TrainOptions& o, std::size_t epochs) {
    const train::Augmentation& a = o.augmentation;
    std::string text = fmt::format(
        "epochs {}, batch {}, Adam lr {} eps {} weight decay {}, warm-up {}, cosine, EWGS {}, label "
        "smoothing {}, "
        "crop {}, flip {}",
        epochs, o.batch, o.learning_rate, o.adam_epsilon, o.weight_decay, o.warmup_epochs, o.ewgs,
        o.label_smoothing, a.crop_padding, a.flip ? "yes" : "no");
    if (a.randaugment_operations > 0)
        text += fmt::format(", RandAugment {} x {}", a.randaugment_operations, a.randaugment_magnitude);
    if (a.mixup > 0) text += fmt::format(", mixup {}", a.mixup);
    if (a.cutmix > 0) text += fmt::format(", cutmix {}", a.cutmix);
    if (a.mixup > 0 || a.cutmix > 0) text += fmt::format(" of {} of the pictures", a.mix_share);
    if (!o.teacher.empty())
        text += fmt::format(", distilled {} at temperature {}", o.teacher_weight, o.teacher_temperature);
    if (o.average_decay > 0) text += fmt::format(", average {}", o.average_decay);
    if (o.progressive > 0) text += fmt::format(", float weights for {} of the epochs", o.progressive);
    return text + fmt::format(", {}, recalibration {} batches, seed {}", o.bfloat16 ? "bfloat16" : "float32",
                              o.recalibration_batches, o.seed);
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

// The integer network over the whole test split, beside what the float graph said of the same pictures.
void compare_with_golden(Session& session, model::Network& network, const data::DataSet& test_set,
                         const train::TrainResult& result, int jobs) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(test_set.size()));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
    support::Progress bar = session.bar("golden", test_set.size());
    const Evaluation golden =
        evaluate(network, test_set, order, {.name = "golden", .simd = ""}, jobs, [&](std::int64_t done) { bar.update(done); });
    std::int64_t different = 0;
    for (std::size_t i = 0; i < order.size(); ++i) different += golden.classes[i] != result.test_classes[i];
    session.say("golden  {:.2f} % of {} test pictures; it and the float graph disagree on {}\n",
                100 * golden.accuracy(), test_set.size(), different);
    session.report["accuracy"] = golden.accuracy();
    session.report["disagreements"] = different;
    network.notes["accuracy.golden"] =
        fmt::format("{:.2f} % of {} test pictures", 100 * golden.accuracy(), test_set.size());
    network.notes["disagreements"] = fmt::format("{} pictures between golden and the float graph", different);
}

struct Data {
    data::DataSet train_set, test_set;
};

Data load_data(const Session& session, const TrainArguments& arguments,
               const model::Architecture& architecture) {
    const data::Expected expected{architecture.input, architecture.classes, architecture.labels};
    const auto place = data_place(arguments.data, architecture.input);
    Data sets{data::load_data_set(place, data::Split::train, expected),
              data::load_data_set(place, data::Split::test, expected)};
    session.say("{}: {} train and {} test pictures from {}\n", architecture.name, sets.train_set.size(),
                sets.test_set.size(), place.string());
    return sets;
}

// The integer network with its provenance.
model::Network fold_with_notes(Session& session, const fold::FloatNetwork& float_network, const Data& sets,
                               const TrainArguments& arguments, const train::TrainResult& result) {
    fold::FoldReport report;
    model::Network network = fold::fold(float_network, &report);
    if (network.labels.empty()) network.labels = sets.train_set.labels;
    network.notes["data"] = arguments.data_name.empty() ? sets.train_set.name : arguments.data_name;
    network.notes["recipe"] = recipe(arguments.options, result.epochs.size());
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
    if (!arguments.float_network) return;
    options.precision = train::Precision::float_network;
    options.weights = arguments.output;
}

void write_model(Session& session, const TrainArguments& arguments, const fold::FloatNetwork& float_network,
                 const Data& sets, const train::TrainResult& result) {
    model::Network network = fold_with_notes(session, float_network, sets, arguments, result);
    model::write_network(arguments.output, network);  // already here, in case the comparison is cut short
    if (arguments.skip_golden) return;
    compare_with_golden(session, network, sets.test_set, result, arguments.jobs);
    model::write_network(arguments.output, network);
}

void run_train(Session& session, TrainArguments& arguments) {
    const auto description = find_in_models(arguments.network, ".toml");
    const auto architecture = model::read_architecture(description);
    fold::FloatNetwork float_network = fold::make_float_network(architecture);
    complete_options(arguments, description);
    const train::TrainOptions& options = arguments.options;

    const Data sets = load_data(session, arguments, architecture);
    const auto result = train_with_bars(session, float_network, sets.train_set, sets.test_set, options);
    if (result.resumed_epochs > 0) {
        session.say("{} epochs came from {}\n", result.resumed_epochs, options.checkpoint.string());
    }
    session.say("float   {:.2f} % of {} test pictures, on {}\n", 100 * result.test_accuracy,
                sets.test_set.size(), result.device);
    report_epochs(session, result);
    if (!arguments.float_network) write_model(session, arguments, float_network, sets, result);
    session.say("wrote {}\n", arguments.output);
}

void add_recipe_options(CLI::App& sub, train::TrainOptions& o) {
    sub.add_option("--epochs", o.epochs, "Passes over the training pictures")->check(CLI::Range(1, 10'000));
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
    sub.add_option("--teacher", o.teacher, "Float weights to distil from");
    sub.add_option("--teacher-weight", o.teacher_weight, "Of the teacher's answer in the loss")
        ->check(CLI::Range(0.0, 1.0));
    sub.add_option("--temperature", o.teacher_temperature, "That softens the answers")
        ->check(CLI::PositiveNumber);
    sub.add_option("--weights", o.weights, "Also write the float parameters");
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

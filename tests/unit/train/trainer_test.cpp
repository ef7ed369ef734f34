// SPDX-License-Identifier: Apache-2.0
#include "train/trainer.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <limits>

#include "fold/fold.h"
#include "golden/golden.h"
#include "model/architecture.h"
#include "support/error.h"
#include "support/file.h"
#include "train/weights.h"

namespace ern::train {

namespace {

namespace fs = std::filesystem;

model::Architecture small_architecture(model::BlockKind block) {
    return {"small", {8, 8, 1}, 3, {}, 4, {{8, 3, 1}, {8, 1, 1}}, block, {{2, 8, 1}, {1, 16, 2}}};
}

// Three classes that differ in where they are bright, with noise.
data::DataSet stripes(int count, std::uint64_t seed) {
    data::DataSet set{"stripes", {8, 8, 1}, {}, {}, {}};
    std::uint64_t state = seed;
    for (int i = 0; i < count; ++i) {
        const int label = i % 3;
        set.classes.push_back(static_cast<std::uint16_t>(label));
        for (int pixel = 0; pixel < 64; ++pixel) {
            state = state * 6364136223846793005ull + 1442695040888963407ull;
            const int y = pixel / 8, x = pixel % 8;
            const bool bright = label == 0 ? y % 2 == 0 : label == 1 ? x % 2 == 0 : (x + y) % 2 == 0;
            set.pixels.push_back(static_cast<std::uint8_t>((bright ? 90 : 30) + (state >> 33) % 100));
        }
    }
    return set;
}

struct Setting {
    data::DataSet train_set = stripes(240, 1), test_set = stripes(60, 2);
    fs::path folder = fs::temp_directory_path() / fmt::format("ern_train_{}", ::getpid());
    TrainOptions options;

    Setting() {
        options.epochs = 4;
        options.batch = 16;
        options.learning_rate = 5e-3;
        options.recalibration_batches = 4;
        options.checkpoint = folder / "checkpoint";
        options.checkpoint_seconds = 0;
        options.log = folder / "log.csv";
    }
    ~Setting() { fs::remove_all(folder); }

    std::string error() {
        auto network = fold::make_float_network(small_architecture(model::BlockKind::basic));
        try {
            train(network, train_set, test_set, options);
        } catch (const Error& caught) {
            return caught.what();
        }
        return {};
    }
};

struct Stop {};

}  // namespace

TEST_CASE("a trained network is right, and golden says what its float graph says") {
    const auto block = GENERATE(model::BlockKind::basic, model::BlockKind::bottleneck);
    const bool bfloat16 = GENERATE(false, true);
    Setting setting;
    setting.options.bfloat16 = bfloat16;
    auto network = fold::make_float_network(small_architecture(block));
    const TrainResult result = train(network, setting.train_set, setting.test_set, setting.options);
    CHECK(result.test_accuracy > 0.9);
    CHECK(result.epochs.front().train_loss > 2 * result.epochs.back().train_loss);

    const model::Network integers = fold::fold(network);
    int different = 0;
    for (std::size_t i = 0; i < result.test_classes.size(); ++i) {
        const auto picture = setting.test_set.picture(static_cast<std::int64_t>(i));
        different += golden::best_class(golden::run(integers, picture).logits) != result.test_classes[i];
    }
    CHECK(different == 0);
}

TEST_CASE("a killed run goes on to the same network") {
    Setting setting;
    setting.options.augmentation.crop_padding = 1;
    setting.options.augmentation.flip = true;
    const auto architecture = small_architecture(model::BlockKind::basic);
    auto whole = fold::make_float_network(architecture);
    const TrainResult expected = train(whole, setting.train_set, setting.test_set, setting.options);
    fs::remove(setting.options.checkpoint);

    auto resumed = fold::make_float_network(architecture);
    TrainCallbacks callbacks;
    callbacks.on_batch = [](const BatchProgress& p) {
        if (p.epoch == 3 && p.done > 2 * 240 + 100) throw Stop{};
    };
    REQUIRE_THROWS_AS(train(resumed, setting.train_set, setting.test_set, setting.options, callbacks), Stop);
    const TrainResult result = train(resumed, setting.train_set, setting.test_set, setting.options);
    CHECK(result.resumed_epochs == 2);
    CHECK(result.epochs.size() == 4);
    CHECK(result.test_classes == expected.test_classes);
    CHECK(fold::fold(resumed) == fold::fold(whole));

    const std::string log = support::read_text(setting.options.log);
    CHECK(log.starts_with("epoch,learning_rate,train_loss,train_accuracy,test_accuracy,seconds\n1,"));
    CHECK(std::count(log.begin(), log.end(), '\n') == 5);
}

TEST_CASE("a checkpoint of other settings is refused, and so is a damaged one") {
    Setting setting;
    setting.options.epochs = 1;
    REQUIRE(setting.error().empty());
    setting.options.seed = 2;
    CHECK(setting.error() ==
          setting.options.checkpoint.string() +
              ": the checkpoint is of a run with other settings (seed=2 instead of seed=1); name "
              "another file or start over with --restart");
    support::write_text(setting.options.checkpoint, "no checkpoint");
    CHECK(setting.error() ==
          setting.options.checkpoint.string() +
              ": not a checkpoint of ernforge, it does not begin with \"ERNCHECK\"; give a "
              "*.checkpoint file");
}

TEST_CASE("a number that is not finite stops the run with its place") {
    Setting setting;
    setting.options.learning_rate = 3e36;
    setting.options.warmup_epochs = 0;
    const std::string error = setting.error();
    CHECK(error.starts_with("training stopped in epoch 1, batch "));
    CHECK(error.ends_with(" is not finite; lower --lr or raise --adam-epsilon"));
}

TEST_CASE("the first parameter that is not finite is named") {
    Setting setting;
    setting.options.epochs = 1;
    setting.options.weights = setting.folder / "x.weights";
    REQUIRE(setting.error().empty());
    Weights weights = read_weights(setting.options.weights);
    weights.parameters[3] = std::numeric_limits<float>::quiet_NaN();
    write_weights(setting.folder / "bad.weights", weights);
    setting.options.from = setting.folder / "bad.weights";
    setting.options.checkpoint.clear();
    CHECK(setting.error() == "training stopped in epoch 1, batch 1: parameter conv1/latent is not finite; lower --lr or "
                             "raise --adam-epsilon");
}

TEST_CASE("written weights are the network: measured again, and code by code what golden computes") {
    Setting setting;
    setting.options.epochs = 2;
    setting.options.average_decay = 0.9;
    setting.options.weights = setting.folder / "x.weights";
    const auto architecture = small_architecture(model::BlockKind::basic);
    auto trained = fold::make_float_network(architecture), again = trained;
    const TrainResult first = train(trained, setting.train_set, setting.test_set, setting.options);

    TrainOptions only_measure = setting.options;
    only_measure.from = setting.options.weights;
    only_measure.epochs = 0;
    only_measure.weights.clear();
    only_measure.checkpoint.clear();
    model::Network integers;
    std::int64_t pictures = 0, codes = 0, different = 0;
    TrainCallbacks callbacks;
    callbacks.on_trained = [&](const TrainResult&) { integers = fold::fold(again); };
    callbacks.on_codes = [&](const FloatCodes& found) {
        CHECK(found.first == pictures);
        CHECK(found.layers.size() == 8);
        for (std::size_t i = 0; i < found.classes.size(); ++i, ++pictures) {
            const auto golden = golden::run(integers, setting.test_set.picture(pictures));
            for (const auto& layer : found.layers) {
                std::size_t at = 0;
                while (integers.layers.at(at).name != layer.name) ++at;
                const auto& map = std::get<golden::Codes>(golden.maps[at]);
                REQUIRE(layer.codes.size() == found.classes.size() * map.size());
                for (std::size_t p = 0; p < map.size(); ++p) different += map[p] != layer.codes[i * map.size() + p];
                codes += static_cast<std::int64_t>(map.size());
            }
        }
    };
    const TrainResult result = train(again, setting.train_set, setting.test_set, only_measure, callbacks);
    CHECK(pictures == setting.test_set.size());
    CHECK(codes > 100'000);
    CHECK(different == 0);
    CHECK(fold::fold(trained) == integers);
    CHECK(result.test_classes == first.test_classes);
    CHECK(result.epochs.empty());
    CHECK(result.recipe == first.recipe);
    CHECK(first.recipe.starts_with("epochs 2, batch 16, Adam lr 0.005"));
}

TEST_CASE("weights to begin with must be the network's, and nothing to train needs them") {
    Setting setting;
    setting.options.epochs = 0;
    CHECK(setting.error() == "--epochs 0 trains nothing: it wants --from WEIGHTS and no --seconds");
    setting.options.from = setting.folder / "other.weights";
    write_weights(setting.options.from, {"", Precision::quantised, "", 0, {1, 2}, {3}});
    CHECK(setting.error().starts_with(setting.options.from.string() + ": float weights of another network: 2 numbers, but "));
    write_weights(setting.options.from, {"", Precision::float_network, "", 0, {1, 2}, {3}});
    CHECK(setting.error() == setting.options.from.string() +
                                 ": these weights were trained as a float network; train them further, or give --float");
}

TEST_CASE("data that the network cannot take is refused") {
    Setting setting;
    setting.test_set.classes.clear();
    CHECK(setting.error() == "stripes: no pictures");
    Setting other;
    other.train_set.shape = {4, 16, 1};
    CHECK(other.error() == "stripes: the pictures have another size than the network's input");
}

}  // namespace ern::train

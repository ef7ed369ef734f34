// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/data_set.h"
#include "fold/float_network.h"
#include "train/augment.h"
#include "train/precision.h"

namespace ern::train {

// Everything that decides the result. Two runs with equal options, data and machine give equal networks.
struct Recipe {
    int epochs = 20;  // 0 with `from`: nothing is trained, the weights are only measured and written
    double seconds = 0;  // 0, or how long it takes: as many epochs as fit by the speed of the first one
    int batch = 128;     // pictures a step
    double learning_rate = 5e-3;  // at its peak; cosine to 0 after the warm-up
    double warmup_epochs = 1;
    double weight_decay = 1e-5;  // L2, of Adam
    double adam_epsilon = 1e-8;
    double label_smoothing = 0;     // 0..1
    double latent_deviation = 0.1;  // of the normal latents at the start
    double ewgs = 1e-2;             // delta of the weights' gradient, 0: straight-through
    double average_decay = 0;       // of the moving average that becomes the network, 0: none
    Precision precision = Precision::quantised;
    double progressive = 0;  // the first part of the epochs, 0..1, has float weights behind 2-bit activations
    Augmentation augmentation;
    std::filesystem::path from;  // float weights to begin with instead of a fresh start. Empty: none
    std::filesystem::path teacher;   // float weights to distil from, see weights.h. Empty: none
    double teacher_weight = 0.7;     // of its answer in the loss, 0..1
    double teacher_temperature = 4;  // that softens both answers
    bool bfloat16 = true;  // maps and gradients in bfloat16 while training; evaluation is float32 always
    int recalibration_batches = 200;  // to measure BatchNorm in float32 at the end; 0: the running statistics
    std::uint64_t seed = 1;
};

// Where and how it runs, which decides nothing.
struct TrainOptions : Recipe {
    std::string device = "auto";  // "cpu", "cuda", or "auto": a GPU where there is one
    int threads = 1;              // of the CPU's tensor operations
    int workers = 1;              // threads that make batches
    int test_every = 1;  // epochs from one look at the test pictures to the next; the last one has one always
    std::filesystem::path checkpoint;  // a run goes on from it. Empty: none
    double checkpoint_seconds = 30;    // at least between two; one at the end in any case
    std::filesystem::path log;         // CSV, one line an epoch. Empty: none
    std::filesystem::path curve;       // SVG. Empty: none
    std::filesystem::path weights;     // float parameters, see weights.h. Empty: none
    std::string description;           // text of the network's *.toml, for `weights`
};

struct EpochRecord {
    int epoch = 0;  // 1 for the first
    double learning_rate = 0;
    double train_loss = 0;
    double train_accuracy = 0;            // 0..1, on the augmented pictures, while the weights move
    std::optional<double> test_accuracy;  // 0..1, float32, running statistics
    double seconds = 0;
};

struct TrainResult {
    std::vector<EpochRecord> epochs;
    int resumed_epochs = 0;         // of those, how many came from the checkpoint
    double test_accuracy = 0;       // 0..1, of the float graph after recalibration
    std::vector<int> test_classes;  // what that graph says, one a test picture
    double seconds = 0;             // over all epochs
    std::string device;             // that it ran on
    std::string recipe;             // for people: how the parameters came about
};

// The codes that the float graph makes of some test pictures, in float32.
struct FloatCodes {
    struct Layer {
        std::string name;                 // of the activation
        std::vector<std::uint8_t> codes;  // [picture][y][x][channel]
    };
    std::int64_t first = 0;    // picture
    std::vector<int> classes;  // found, one a picture
    std::vector<Layer> layers;
};

// How far a run is.
struct BatchProgress {
    int epoch = 0, epochs = 0;  // epochs: 0 while Recipe::seconds has not decided that
    std::int64_t done = 0;      // pictures, of `total` of all epochs, or of the first while epochs is 0
    std::int64_t total = 0;
    std::int64_t resumed = 0;  // of those done, before this process went on
    double loss = 0;           // mean of the epoch so far
};

// Called while training; each may be empty.
struct TrainCallbacks {
    std::function<void(const BatchProgress&)> on_batch;
    std::function<void(const EpochRecord&)> on_epoch;
    std::function<void(const TrainResult&)> on_trained;  // the network has its parameters
    std::function<void(const FloatCodes&)> on_codes;     // after it, some pictures at a time, all test pictures
};

// Trains every parameter of the network from a fresh, seeded start (or from the checkpoint) and writes them
// back into it. The test pictures are measured after epochs, never used to choose anything. Throws Error
// when a number stops being finite (with the layer), when the checkpoint belongs to other options, and for
// data that the network cannot take.
TrainResult train(fold::FloatNetwork& network, const data::DataSet& train_set, const data::DataSet& test_set,
                  const TrainOptions& options, const TrainCallbacks& callbacks = {});

// Learning rate of step `step` of `steps_per_epoch` * epochs.
double learning_rate_at(const Recipe& recipe, int epochs, std::int64_t step, std::int64_t steps_per_epoch);

}  // namespace ern::train

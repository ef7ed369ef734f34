// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "data/data_set.h"
#include "fold/float_network.h"

namespace ern::train {

// Everything that decides the result. Two runs with equal options, data and machine give equal networks.
struct TrainOptions {
    int epochs = 20;
    int batch = 128;              // pictures a step
    double learning_rate = 2e-3;  // at its peak; cosine to 0 after the warm-up
    double warmup_epochs = 1;
    double weight_decay = 1e-5;  // L2, of Adam
    double adam_epsilon = 1e-8;
    double label_smoothing = 0;     // 0..1
    double latent_deviation = 0.1;  // of the normal latents at the start
    int crop_padding = 0;           // pixels of zeros around a picture before a random crop of its size
    bool flip = false;              // mirror half of the pictures left to right
    bool bfloat16 = true;  // maps and gradients in bfloat16 while training; evaluation is float32 always
    int recalibration_batches = 200;  // to measure BatchNorm in float32 at the end; 0: the running statistics
    std::uint64_t seed = 1;
    int threads = 1;
    std::filesystem::path checkpoint;  // written after every epoch; a run goes on from it. Empty: none
    std::filesystem::path log;         // CSV, one line an epoch. Empty: none
};

struct EpochRecord {
    int epoch = 0;  // 1 for the first
    double learning_rate = 0;
    double train_loss = 0;
    double train_accuracy = 0;  // 0..1, on the augmented pictures, while the weights move
    double test_accuracy = 0;   // 0..1, float32, running statistics
    double seconds = 0;
};

struct TrainResult {
    std::vector<EpochRecord> epochs;
    int resumed_epochs = 0;         // of those, how many came from the checkpoint
    double test_accuracy = 0;       // 0..1, of the quantised float graph after recalibration
    std::vector<int> test_classes;  // what that graph says, one a test picture
    double seconds = 0;             // over all epochs
};

// Called while training; each may be empty.
struct TrainCallbacks {
    std::function<void(int epoch, std::int64_t pictures_done, std::int64_t pictures, double loss)> on_batch;
    std::function<void(const EpochRecord&)> on_epoch;
};

// Trains every parameter of the network from a fresh, seeded start (or from the checkpoint) and writes them
// back into it. The test pictures are measured after each epoch, never used to choose anything. Throws Error
// when a number stops being finite (with the layer), when the checkpoint belongs to other options, and for
// data that the network cannot take.
TrainResult train(fold::FloatNetwork& network, const data::DataSet& train_set, const data::DataSet& test_set,
                  const TrainOptions& options, const TrainCallbacks& callbacks = {});

// Learning rate of step `step` of `steps_per_epoch` * epochs.
double learning_rate_at(const TrainOptions& options, std::int64_t step, std::int64_t steps_per_epoch);

}  // namespace ern::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "train/device.h"
#include "train/graph.h"
#include "train/loader.h"
#include "train/optimizer.h"

namespace ern::train {

// A float network whose answers a network is trained towards.
struct Distillation {
    std::unique_ptr<Graph> teacher;  // null: none
    double weight = 0;               // of the teacher's answer in the loss, 0..1; the label has the rest
    double temperature = 1;
};

// The loss of a batch: cross entropy with the smoothed targets and, where there is a teacher, the divergence
// from its softened answer, https://arxiv.org/abs/1503.02531. A scalar.
torch::Tensor batch_loss(const torch::Tensor& logits, const torch::Tensor& targets, double label_smoothing,
                         const torch::Tensor& teacher_logits, const Distillation& distillation);

// What steps found since the last time it was asked for.
struct StepSums {
    double loss = 0;           // summed over steps
    std::int64_t correct = 0;  // pictures
    std::int64_t steps = 0;    // that were finite
    bool healthy = true;
};

// Training steps on one device: batches go in, parameters move. Keeps the host one step ahead of a GPU.
class Stepper {
  public:
    struct Settings {
        Graph::Mode mode;
        double label_smoothing = 0;
        int classes = 0;
    };
    Stepper(Graph& graph, Optimizer& optimizer, const Distillation& distillation, torch::Device device,
            const Settings& settings);

    // The slots that a Loader writes into: memory that the device can fetch from.
    static constexpr int kSlots = 8;
    std::vector<Loader::Slot> make_slots(std::int64_t pictures, const model::Shape& shape);

    // One step with the loader's next batch. `number` counts from 1.
    void run(Loader& loader, std::int64_t number, double learning_rate);

    // From now on with another precision.
    void set_precision(Precision precision);

    // Waits for all steps so far.
    StepSums take_sums();

  private:
    void compute();

    Graph& graph_;
    Optimizer& optimizer_;
    const Distillation& distillation_;
    torch::Device device_;
    Settings settings_;
    struct HostBatch {
        torch::Tensor pixels, targets, controls;
    };
    std::vector<HostBatch> host_;
    HostBatch batch_;  // on the device, always the same memory there
    torch::Tensor sums_;
    Fence fence_;
    Recording recording_;
    bool waiting_ = false;  // for the step before, before its slot is released
};

}  // namespace ern::train

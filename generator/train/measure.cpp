// SPDX-License-Identifier: Apache-2.0
#include "train/measure.h"

#include "train/batches.h"

namespace ern::train {

namespace {

using torch::Tensor;

constexpr std::int64_t kCpuBatch = 250, kGpuBatch = 1000;

}  // namespace

std::vector<int> classify(Graph& graph, const data::DataSet& set, torch::Device device, Precision precision) {
    torch::NoGradGuard guard;
    const std::int64_t batch = device.is_cuda() ? kGpuBatch : kCpuBatch;
    std::vector<Tensor> found;
    for (std::int64_t first = 0; first < set.size(); first += batch) {
        const std::int64_t n = std::min(batch, set.size() - first);
        auto* pixels = const_cast<std::uint8_t*>(set.picture(first).data());  // from_blob only reads it here
        const Tensor bytes =
            torch::from_blob(pixels, {n, set.shape.height, set.shape.width, set.shape.channels},
                             torch::kUInt8)
                .to(device);
        found.push_back(graph.forward(bytes, {false, torch::kFloat32, precision, 0}).argmax(1));
    }
    const Tensor classes = torch::cat(found).to(torch::kCPU, torch::kInt32);
    return {classes.data_ptr<std::int32_t>(), classes.data_ptr<std::int32_t>() + classes.numel()};
}

double accuracy(const std::vector<int>& found, const data::DataSet& set) {
    std::int64_t correct = 0;
    for (std::size_t i = 0; i < found.size(); ++i) correct += found[i] == set.classes[i];
    return static_cast<double>(correct) / static_cast<double>(found.size());
}

void recalibrate(Graph& graph, const data::DataSet& set, torch::Device device, Precision precision,
                 const Recipe& recipe) {
    torch::NoGradGuard guard;
    const EpochBatches batches(set, recipe.augmentation, recipe.seed, 0, recipe.batch);
    const std::int64_t n = batches.batch_size();
    const Tensor bytes =
        torch::empty({n, set.shape.height, set.shape.width, set.shape.channels}, torch::kUInt8);
    std::vector<float> targets(static_cast<std::size_t>(n) *
                               (1 + *std::max_element(set.classes.begin(), set.classes.end())));
    const std::int64_t count = std::min<std::int64_t>(recipe.recalibration_batches, batches.count());
    for (std::int64_t i = 0; i < count; ++i) {
        batches.fill(i, {bytes.data_ptr<std::uint8_t>(), static_cast<std::size_t>(bytes.numel())}, targets);
        graph.set_momentum(1.0 / static_cast<double>(i + 1));
        graph.forward(bytes.to(device), {true, torch::kFloat32, precision, 0});
    }
}

}  // namespace ern::train

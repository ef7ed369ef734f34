// SPDX-License-Identifier: Apache-2.0
#include "train/measure.h"

#include "train/batches.h"

namespace ern::train {

namespace {

using torch::Tensor;

constexpr std::int64_t kCpuBatch = 250, kGpuBatch = 1000;

// uint8 [n,H,W,colours] on the device.
Tensor pictures(const data::DataSet& set, std::int64_t first, std::int64_t n, torch::Device device) {
    auto* pixels = const_cast<std::uint8_t*>(set.picture(first).data());  // from_blob only reads it here
    return torch::from_blob(pixels, {n, set.shape.height, set.shape.width, set.shape.channels}, torch::kUInt8)
        .to(device);
}

std::vector<int> classes_of(const Tensor& logits) {
    const Tensor classes = logits.argmax(1).to(torch::kCPU, torch::kInt32).contiguous();
    return {classes.data_ptr<std::int32_t>(), classes.data_ptr<std::int32_t>() + classes.numel()};
}

FloatCodes to_plain(const Graph::Codes& found, std::int64_t first) {
    FloatCodes result{first, classes_of(found.logits), {}};
    for (const auto& [name, codes] : found.layers) {
        const auto* data = codes.data_ptr<std::uint8_t>();
        result.layers.push_back({name, {data, data + codes.numel()}});
    }
    return result;
}

}  // namespace

std::vector<int> classify(Graph& graph, const data::DataSet& set, torch::Device device, Precision precision,
                          const std::function<void(const FloatCodes&)>& on_codes) {
    torch::NoGradGuard guard;
    const std::int64_t batch = device.is_cuda() ? kGpuBatch : kCpuBatch;
    const Graph::Mode mode{false, torch::kFloat32, precision, 0};
    std::vector<int> found;
    for (std::int64_t first = 0; first < set.size(); first += batch) {
        const Tensor bytes = pictures(set, first, std::min(batch, set.size() - first), device);
        std::vector<int> some;
        if (on_codes) {
            const FloatCodes codes = to_plain(graph.codes(bytes, mode), first);
            on_codes(codes);
            some = codes.classes;
        } else {
            some = classes_of(graph.forward(bytes, mode));
        }
        found.insert(found.end(), some.begin(), some.end());
    }
    return found;
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

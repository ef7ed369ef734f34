// SPDX-License-Identifier: Apache-2.0
#include "train/start.h"

#include "model/architecture.h"
#include "support/error.h"

namespace ern::train {

namespace {

void load(torch::Tensor& target, const std::vector<float>& numbers, const std::filesystem::path& path) {
    if (target.numel() != static_cast<std::int64_t>(numbers.size()))
        fail("{}: float weights of another network: {} numbers, but this one has {}", path.string(),
             numbers.size(), target.numel());
    target.copy_(torch::tensor(numbers));
}

}  // namespace

void load_weights(Graph& graph, const Weights& weights, const std::filesystem::path& path) {
    torch::NoGradGuard guard;
    load(graph.parameters(), weights.parameters, path);
    load(graph.statistics(), weights.statistics, path);
}

Weights weights_to_begin_with(const Recipe& recipe) {
    Weights weights = read_weights(recipe.from);
    if (recipe.epochs == 0 && weights.precision != recipe.precision)
        fail("{}: these weights were trained as a {} network; train them further, or {} --float",
             recipe.from.string(), weights.precision == Precision::quantised ? "quantised" : "float",
             weights.precision == Precision::float_network ? "give" : "leave out");
    return weights;
}

Distillation make_distillation(const Recipe& recipe, const model::Shape& input, int classes,
                               torch::Device device) {
    Distillation result{nullptr, recipe.teacher_weight, recipe.teacher_temperature};
    if (recipe.teacher.empty()) return result;
    const Weights weights = read_weights(recipe.teacher);
    if (weights.precision != Precision::float_network)
        fail("{}: these weights are not of a float network; train the teacher with --float",
             recipe.teacher.string());
    const auto architecture = model::parse_architecture(weights.description, recipe.teacher.string());
    if (!(architecture.input == input) || architecture.classes != classes)
        fail("{}: the teacher takes other pictures or has other classes", recipe.teacher.string());
    result.teacher = std::make_unique<Graph>(fold::make_float_network(architecture), device);
    load_weights(*result.teacher, weights, recipe.teacher);
    return result;
}

}  // namespace ern::train

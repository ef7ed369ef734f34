// SPDX-License-Identifier: Apache-2.0
#include "train/graph.h"

#include "support/error.h"

namespace ern::train {

namespace {

using torch::Tensor;

// One alternative of std::visit a kind of layer.
template <typename... Bodies>
struct Overloaded : Bodies... {
    using Bodies::operator()...;
};

void copy_to(std::vector<float>& target, const Tensor& source, const std::string& name) {
    const Tensor flat = source.detach().to(torch::kFloat32).contiguous();
    ensure(flat.numel() == static_cast<std::int64_t>(target.size()), "layer " + name + " keeps its size");
    std::copy_n(flat.data_ptr<float>(), target.size(), target.begin());
}

// The mean over the window, rounded to the nearest code, halves up; zeros outside count. Straight-through.
Tensor average_pool(const Tensor& codes, const model::Pool& pool) {
    const Tensor mean = torch::avg_pool2d(codes, pool.kernel, pool.stride, pool.pad, false, true);
    return mean + (mean.add(0.5).floor_() - mean).detach();
}

}  // namespace

Graph::Graph(const fold::FloatNetwork& network) {
    for (const fold::FloatLayer& layer : network.layers) {
        Node node{layer.name, layer.inputs, layer.operation, {}, {}};
        std::string name = layer.name;
        std::replace(name.begin(), name.end(), '.', '/');  // torch's own separator
        if (auto* conv = std::get_if<fold::FloatConv>(&node.operation)) {
            node.latent = register_parameter(name + "/latent",
                                             torch::ones({conv->out, conv->in, conv->kernel, conv->kernel}));
            conv->latent.clear();
        } else if (const auto* activation = std::get_if<fold::FloatActivation>(&node.operation)) {
            const auto channels = static_cast<std::int64_t>(activation->gamma.size());
            node.norm.gamma = register_parameter(name + "/gamma", torch::ones({channels}));
            node.norm.beta = register_parameter(name + "/beta", torch::zeros({channels}));
            node.norm.mean = register_buffer(name + "/mean", torch::zeros({channels}));
            node.norm.variance = register_buffer(name + "/variance", torch::ones({channels}));
            node.norm.epsilon = activation->epsilon;
        }
        nodes_.push_back(std::move(node));
    }
}

void Graph::initialize(double latent_deviation, std::uint64_t seed) {
    torch::NoGradGuard guard;
    auto generator = at::detail::createCPUGenerator(seed);
    for (Node& node : nodes_) {
        if (node.latent.defined()) node.latent.normal_(0, latent_deviation, generator);
        if (!node.norm.gamma.defined()) continue;
        node.norm.gamma.fill_(1);
        node.norm.beta.zero_();
        node.norm.mean.zero_();
        node.norm.variance.fill_(1);
    }
}

Tensor Graph::conv_unit(const Node& node, const Tensor& input_unit) const {
    const auto& conv = std::get<fold::FloatConv>(node.operation);
    if (conv.scale == fold::WeightScale::shared) return input_unit * fold::kSharedScale;
    return node.latent.abs().mean({1, 2, 3}) * input_unit;
}

Graph::Map Graph::evaluate(Node& node, const std::vector<Map>& maps, const Tensor& bytes, const Mode& mode) {
    const auto input = [&](std::size_t which) -> const Map& {
        const int index = node.inputs[which];
        if (index < 0) fail("layer '{}': only the pixel embedding reads the picture", node.name);
        return maps[static_cast<std::size_t>(index)];
    };
    return std::visit(
        Overloaded{
            [&](const model::PixelEmbedding& embedding) -> Map {
                return {pixel_embedding(bytes, embedding.codes_per_channel, mode.type), torch::ones({1})};
            },
            [&](const fold::FloatConv& conv) -> Map {
                const Tensor weights = binarize(node.latent, mode.type);
                return {torch::conv2d(input(0).values, weights, {}, conv.stride, conv.pad),
                        conv_unit(node, input(0).unit)};
            },
            [&](const fold::FloatActivation& activation_layer) -> Map {
                return {activation(input(0).values, input(0).unit, node.norm, mode.training),
                        torch::full({1}, activation_layer.post_scale ? 2.0 / 3.0 : 1.0)};
            },
            [&](const fold::FloatAdd&) -> Map {
                return {input(0).values + input(1).values, input(0).unit};
            },
            [&](const model::Pool& pool) -> Map {
                const Map& in = input(0);
                if (pool.kind == model::PoolKind::average) return {average_pool(in.values, pool), in.unit};
                return {torch::max_pool2d(in.values, pool.kernel, pool.stride, pool.pad), in.unit};
            },
            [&](const fold::FloatGlobalAverage&) -> Map {
                return {input(0).values.to(torch::kFloat32).mean({2, 3}) * input(0).unit, Tensor()};
            },
        },
        node.operation);
}

Tensor Graph::forward(const Tensor& bytes, const Mode& mode) {
    std::vector<Map> maps;
    for (Node& node : nodes_) maps.push_back(evaluate(node, maps, bytes, mode));
    return maps.back().values;
}

void Graph::set_momentum(double momentum) {
    for (Node& node : nodes_) node.norm.momentum = momentum;
}

void Graph::store(fold::FloatNetwork& network) const {
    torch::NoGradGuard guard;
    ensure(network.layers.size() == nodes_.size(), "the graph is stored into the network it was made from");
    std::vector<Tensor> units;  // of each map, float64
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const Node& node = nodes_[i];
        Tensor unit = node.inputs[0] < 0 ? Tensor() : units[static_cast<std::size_t>(node.inputs[0])];
        if (auto* conv = std::get_if<fold::FloatConv>(&network.layers[i].operation)) {
            copy_to(conv->latent, node.latent, node.name);
            unit = conv->scale == fold::WeightScale::shared
                       ? unit * fold::kSharedScale
                       : node.latent.to(torch::kFloat64).abs().mean({1, 2, 3}) * unit;
        } else if (auto* activation = std::get_if<fold::FloatActivation>(&network.layers[i].operation)) {
            copy_to(activation->gamma, node.norm.gamma, node.name);
            copy_to(activation->beta, node.norm.beta, node.name);
            copy_to(activation->mean, node.norm.mean * unit, node.name);
            copy_to(activation->variance, node.norm.variance * unit * unit, node.name);
            unit = torch::full({1}, activation->post_scale ? 2.0 / 3.0 : 1.0, torch::kFloat64);
        } else if (std::holds_alternative<model::PixelEmbedding>(node.operation)) {
            unit = torch::ones({1}, torch::kFloat64);
        }
        units.push_back(unit);
    }
}

std::string Graph::first_not_finite() const {
    torch::NoGradGuard guard;
    for (const auto& item : named_parameters()) {
        if (!item.value().isfinite().all().item<bool>()) return "parameter " + item.key();
        if (item.value().grad().defined() && !item.value().grad().isfinite().all().item<bool>()) {
            return "gradient of " + item.key();
        }
    }
    for (const auto& item : named_buffers()) {
        if (!item.value().isfinite().all().item<bool>()) return "statistics " + item.key();
    }
    return {};
}

}  // namespace ern::train

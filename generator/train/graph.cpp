// SPDX-License-Identifier: Apache-2.0
#include "train/graph.h"

#include "support/error.h"

namespace ern::train {

namespace {

using torch::Tensor;

constexpr auto kLast = torch::MemoryFormat::ChannelsLast;

// One alternative of std::visit a kind of layer.
template <typename... Bodies>
struct Overloaded : Bodies... {
    using Bodies::operator()...;
};

void copy_to(std::vector<float>& target, const Tensor& source, const std::string& name) {
    const Tensor flat = source.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    ensure(flat.numel() == static_cast<std::int64_t>(target.size()), "layer " + name + " keeps its size");
    std::copy_n(flat.data_ptr<float>(), target.size(), target.begin());
}

// The mean over the window, rounded to the nearest code, halves up; zeros outside count. Straight-through.
Tensor average_pool(const Tensor& codes, const model::Pool& pool) {
    const Tensor mean = torch::avg_pool2d(codes, pool.kernel, pool.stride, pool.pad, false, true);
    return mean + (mean.add(0.5).floor_() - mean).detach();
}

}  // namespace

Graph::Graph(const fold::FloatNetwork& network, torch::Device device) : device_(device) {
    for (const fold::FloatLayer& layer : network.layers) {
        Node node{layer.name, layer.inputs, layer.operation, {}, {}};
        if (auto* conv = std::get_if<fold::FloatConv>(&node.operation)) {
            conv->latent.clear();
        } else if (const auto* activation = std::get_if<fold::FloatActivation>(&node.operation)) {
            node.norm.epsilon = activation->epsilon;
        }
        nodes_.push_back(std::move(node));
    }
    place_parameters();
}

void Graph::place_parameters() {
    std::vector<std::pair<Tensor*, std::vector<std::int64_t>>> trained, measured;
    for (Node& node : nodes_) {
        if (const auto* conv = std::get_if<fold::FloatConv>(&node.operation)) {
            trained.push_back({&node.latent, {conv->out, conv->in, conv->kernel, conv->kernel}});
            leaf_names_.push_back(node.name + "/latent");
        } else if (const auto* activation = std::get_if<fold::FloatActivation>(&node.operation)) {
            const auto channels = static_cast<std::int64_t>(activation->gamma.size());
            trained.push_back({&node.norm.gamma, {channels}});
            trained.push_back({&node.norm.beta, {channels}});
            measured.push_back({&node.norm.mean, {channels}});
            measured.push_back({&node.norm.variance, {channels}});
            leaf_names_.push_back(node.name + "/gamma");
            leaf_names_.push_back(node.name + "/beta");
        }
    }
    const auto place = [&](const auto& list) {
        std::int64_t size = 0;
        for (const auto& [tensor, shape] : list) size += c10::multiply_integers(shape);
        const Tensor whole = torch::zeros({size}, torch::TensorOptions().device(device_));
        std::int64_t at = 0;
        for (const auto& [tensor, shape] : list) {
            const std::int64_t count = c10::multiply_integers(shape);
            *tensor = whole.narrow(0, at, count).view(shape);
            at += count;
        }
        return whole;
    };
    parameters_ = place(trained);
    statistics_ = place(measured);
    for (const auto& [tensor, shape] : trained) {
        *tensor = tensor->detach().requires_grad_();
        leaves_.push_back(*tensor);
    }
}

void Graph::initialize(double latent_deviation, std::uint64_t seed) {
    torch::NoGradGuard guard;
    auto generator = at::detail::createCPUGenerator(seed);
    for (Node& node : nodes_) {
        if (node.latent.defined()) {
            node.latent.copy_(torch::empty(node.latent.sizes()).normal_(0, latent_deviation, generator));
        }
        if (!node.norm.gamma.defined()) continue;
        node.norm.gamma.fill_(1);
        node.norm.beta.zero_();
        node.norm.mean.zero_();
        node.norm.variance.fill_(1);
    }
}

Tensor Graph::constant(double value) const {
    return torch::full({1}, value, torch::TensorOptions().dtype(torch::kFloat32).device(device_));
}

// Float weights are normalised by the mean magnitude as well, so a unit means the same in every precision;
// only the classifier's has a gradient, because BatchNorm divides every other one out.
Graph::Map Graph::convolve(const Node& node, const fold::FloatConv& conv, const Map& input,
                           const Mode& mode) const {
    const bool binary = mode.precision == Precision::quantised;
    Tensor weights =
        binary ? binarize(node.latent, mode.type, mode.ewgs) : normalize_latent(node.latent, mode.type);
    const std::int64_t filled = input.values.size(1) - conv.in;  // channels of zeros, see pixel_embedding()
    if (filled > 0) weights = torch::constant_pad_nd(weights, {0, 0, 0, 0, 0, filled}).contiguous(kLast);
    Tensor values = torch::conv2d(input.values, weights, {}, conv.stride, conv.pad);
    // A GPU may choose an algorithm that is not exact in integers.
    if (binary && mode.type == torch::kFloat32 && values.is_cuda() && !values.requires_grad())
        values.round_();
    if (conv.scale == fold::WeightScale::shared) return {values, input.unit * fold::kSharedScale};
    const Tensor scale = (binary ? node.latent : node.latent.detach()).abs().mean({1, 2, 3});
    return {values, scale * input.unit};
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
                return {pixel_embedding(bytes, embedding.codes_per_channel, mode.type), constant(1)};
            },
            [&](const fold::FloatConv& conv) -> Map { return convolve(node, conv, input(0), mode); },
            [&](const fold::FloatActivation& activation_layer) -> Map {
                const bool relu = mode.precision == Precision::float_network;
                return {activation(input(0).values, input(0).unit, node.norm, mode.training,
                                   relu ? Nonlinearity::relu : Nonlinearity::codes),
                        constant(activation_layer.post_scale && !relu ? 2.0 / 3.0 : 1.0)};
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

std::vector<Graph::Map> Graph::evaluate_all(const Tensor& bytes, const Mode& mode) {
    std::vector<Map> maps;
    for (Node& node : nodes_) maps.push_back(evaluate(node, maps, bytes, mode));
    return maps;
}

Tensor Graph::forward(const Tensor& bytes, const Mode& mode) {
    return evaluate_all(bytes, mode).back().values;
}

Graph::Codes Graph::codes(const Tensor& bytes, const Mode& mode) {
    const std::vector<Map> maps = evaluate_all(bytes, mode);
    Codes result{{}, maps.back().values};
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (!std::holds_alternative<fold::FloatActivation>(nodes_[i].operation)) continue;
        const Tensor codes = maps[i].values.permute({0, 2, 3, 1}).to(torch::kCPU, torch::kUInt8);
        result.layers.emplace_back(nodes_[i].name, codes.contiguous());
    }
    return result;
}

void Graph::set_momentum(double momentum) {
    for (Node& node : nodes_) node.norm.momentum = momentum;
}

void Graph::store(fold::FloatNetwork& network) const {
    torch::NoGradGuard guard;
    ensure(network.layers.size() == nodes_.size(), "the graph is stored into the network it was made from");
    const auto exact = [](const Tensor& tensor) { return tensor.detach().to(torch::kCPU, torch::kFloat64); };
    std::vector<Tensor> units;  // of each map, float64
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const Node& node = nodes_[i];
        Tensor unit = node.inputs[0] < 0 ? Tensor() : units[static_cast<std::size_t>(node.inputs[0])];
        if (auto* conv = std::get_if<fold::FloatConv>(&network.layers[i].operation)) {
            copy_to(conv->latent, node.latent, node.name);
            unit = conv->scale == fold::WeightScale::shared ? unit * fold::kSharedScale
                                                            : exact(node.latent).abs().mean({1, 2, 3}) * unit;
        } else if (auto* activation = std::get_if<fold::FloatActivation>(&network.layers[i].operation)) {
            copy_to(activation->gamma, node.norm.gamma, node.name);
            copy_to(activation->beta, node.norm.beta, node.name);
            copy_to(activation->mean, exact(node.norm.mean) * unit, node.name);
            copy_to(activation->variance, exact(node.norm.variance) * unit * unit, node.name);
            unit = torch::full({1}, activation->post_scale ? 2.0 / 3.0 : 1.0, torch::kFloat64);
        } else if (std::holds_alternative<model::PixelEmbedding>(node.operation)) {
            unit = torch::ones({1}, torch::kFloat64);
        }
        units.push_back(unit);
    }
}

std::string Graph::first_not_finite(const Tensor& gradient) const {
    torch::NoGradGuard guard;
    const auto finite = [](const Tensor& values) { return values.isfinite().all().item<bool>(); };
    std::int64_t at = 0;
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
        const std::int64_t count = leaves_[i].numel();
        if (!finite(leaves_[i])) return "parameter " + leaf_names_[i];
        if (!finite(gradient.narrow(0, at, count))) return "gradient of " + leaf_names_[i];
        at += count;
    }
    for (const Node& node : nodes_) {
        if (node.norm.mean.defined() && !(finite(node.norm.mean) && finite(node.norm.variance))) {
            return "statistics " + node.name;
        }
    }
    return {};
}

}  // namespace ern::train

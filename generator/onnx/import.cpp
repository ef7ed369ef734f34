// SPDX-License-Identifier: Apache-2.0
// Every node becomes a layer, or a note for the node that reads it: a weight quantizer for its convolution, BatchNorm for
// its activation. Constants go by input position; their names and order mean nothing.
#include "onnx/import.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "onnx/graph.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::onnx_import {

namespace {

constexpr const char* kSupported =
    "PixelEmbeddingV3, BinaryChannelWiseMeanScalingQuantizer, BinaryPower2ScalingQuantizer, LinearMidTreadHalfV2, "
    "BatchNormalization, Conv, Add, GlobalAveragePool, Flatten, Identity, Constant";

const onnx::AttributeProto* attribute(const Node& node, std::string_view name) {
    for (const auto& a : node.proto->attribute()) {
        if (a.name() == name) return &a;
    }
    return nullptr;
}

class Importer {
  public:
    Importer(std::span<const std::uint8_t> bytes, const std::string& name) : graph_(bytes) { network_.name = name; }

    fold::FloatNetwork run() {
        refuse_unsupported();
        for (const Node& node : graph_.nodes()) {
            node_ = &node;
            (this->*kinds().at(node.type()))(node);
        }
        if (layer_of_.count(graph_.output()) == 0 || network_.layers.empty() ||
            !std::holds_alternative<fold::FloatGlobalAverage>(network_.layers.back().operation)) {
            fail("output '{}': it is not the average over the classifier's map", graph_.output());
        }
        take_labels();
        return std::move(network_);
    }

  private:
    void take_labels() {
        network_.labels = graph_.labels();
        const int input = network_.layers.back().inputs[0];
        const auto* classifier = std::get_if<fold::FloatConv>(&network_.layers[static_cast<std::size_t>(input)].operation);
        if (network_.labels.empty() || classifier == nullptr) return;  // fold() refuses a network without a classifier
        if (static_cast<int>(network_.labels.size()) != classifier->out) {
            fail("its metadata has {} labels, but the network {} classes", network_.labels.size(), classifier->out);
        }
    }

    using Kind = void (Importer::*)(const Node&);
    struct Weights {
        const Tensor* latent = nullptr;
        fold::WeightScale scale = fold::WeightScale::channel_mean;
    };
    struct Norm {
        int input = -1;
        fold::FloatActivation values;
    };

    static const std::map<std::string, Kind>& kinds() {
        static const std::map<std::string, Kind> table{
            {"PixelEmbeddingV3", &Importer::pixel_embedding},
            {"BinaryChannelWiseMeanScalingQuantizer", &Importer::mean_quantizer},
            {"BinaryPower2ScalingQuantizer", &Importer::power_quantizer},
            {"LinearMidTreadHalfV2", &Importer::activation},
            {"BatchNormalization", &Importer::batch_norm},
            {"Conv", &Importer::conv},
            {"Add", &Importer::add},
            {"GlobalAveragePool", &Importer::average},
            {"Flatten", &Importer::flatten},
        };
        return table;
    }

    void refuse_unsupported() const {
        std::string list;
        int count = 0;
        constexpr int kMost = 20;
        for (const Node& node : graph_.nodes()) {
            const bool own = node.proto->domain() == "lm";
            const bool known = kinds().count(node.type()) != 0 && (own || node.proto->domain().empty() || node.proto->domain() == "ai.onnx");
            const bool own_type = node.type().starts_with("Binary") || node.type() == "PixelEmbeddingV3" || node.type() == "LinearMidTreadHalfV2";
            if (known && own == own_type) continue;
            if (++count <= kMost) list += fmt::format("{}'{}' ({}{})", list.empty() ? "" : ", ", node.name, own ? "lm." : "", node.type());
        }
        if (count > kMost) list += fmt::format(" and {} more", count - kMost);
        if (count > 0) fail("{} not supported: {}; supported are {}", count == 1 ? "one node is" : fmt::format("{} nodes are", count), list, kSupported);
    }

    [[noreturn]] void refuse(const std::string& reason) const { fail("node '{}' ({}): {}", node_->name, node_->type(), reason); }
    void need(bool right, const std::string& reason) const {
        if (!right) refuse(reason);
    }
    void need_inputs(std::size_t count) const {
        need(node_->inputs.size() == count, fmt::format("it has {} inputs, {} are needed", node_->inputs.size(), count));
    }

    std::int64_t integer(std::string_view name) const {
        const auto* a = attribute(*node_, name);
        need(a && a->type() == onnx::AttributeProto::INT, fmt::format("attribute {} is missing or no integer", name));
        return a->i();
    }
    std::vector<std::int64_t> integers(std::string_view name) const {
        const auto* a = attribute(*node_, name);
        need(a && a->type() == onnx::AttributeProto::INTS, fmt::format("attribute {} is missing or no list of integers", name));
        return {a->ints().begin(), a->ints().end()};
    }
    void need_integers(std::string_view name, const std::vector<std::int64_t>& wanted, const std::string& reason) const {
        if (attribute(*node_, name)) need(integers(name) == wanted, reason);
    }

    const Tensor& tensor(std::size_t input, const char* what) {
        need(input < node_->inputs.size(), fmt::format("its {} (input {}) is missing", what, input));
        const Tensor* t = graph_.constant(node_->inputs[input]);
        need(t != nullptr, fmt::format("its {} (input {}) is no constant", what, input));
        for (double v : t->values) need(std::isfinite(v), fmt::format("its {} holds {}", what, v));
        return *t;
    }
    double scalar(std::size_t input, const char* what) {
        const Tensor& t = tensor(input, what);
        need(t.size() == 1, fmt::format("its {} has {} values instead of one", what, t.size()));
        return t.values[0];
    }

    int layer(std::size_t input) const {
        need(input < node_->inputs.size(), fmt::format("input {} is missing", input));
        const auto found = layer_of_.find(node_->inputs[input]);
        need(found != layer_of_.end(), fmt::format("it cannot read '{}', which is no map of codes or accumulators", node_->inputs[input]));
        return found->second;
    }

    void add_layer(std::vector<int> inputs, fold::FloatOperation operation) {
        std::string name = node_->name;
        for (int n = 2; !names_.insert(name).second; ++n) name = fmt::format("{}_{}", node_->name, n);
        network_.layers.push_back({name, std::move(inputs), std::move(operation)});
        layer_of_[node_->proto->output(0)] = static_cast<int>(network_.layers.size()) - 1;
    }

    // code = clamp(floor(v * w - b), 0, 3) for every byte v; the integer model has one such embedding, compared here.
    void pixel_embedding(const Node& node) {
        need_inputs(3);
        need(node.inputs[0] == graph_.picture(), "it does not read the picture");
        const auto& dims = graph_.picture_dims();
        need(dims.size() == 4 && dims[1] >= 1 && dims[1] <= 3 && std::min(dims[2], dims[3]) >= 1 && std::max(dims[2], dims[3]) <= model::kMaxSide,
             "the picture's shape is not [1, 1 to 3 colours, height, width] with fixed sizes");
        need(integer("k") == 2 && integer("max_val") == 255, "only k = 2 and max_val = 255 are supported");
        const auto channels = integers("out_channels_list");
        const bool same = static_cast<std::int64_t>(channels.size()) == dims[1] &&
                          std::all_of(channels.begin(), channels.end(), [&](std::int64_t c) { return c == channels[0]; });
        need(same && channels[0] >= 1 && channels[0] <= model::kMaxCodesPerColour, "out_channels_list must have one equal number of codes a colour");
        check_embedding(channels[0], dims[1]);
        network_.input = {static_cast<int>(dims[2]), static_cast<int>(dims[3]), static_cast<int>(dims[1])};
        add_layer({model::kPicture}, model::PixelEmbedding{static_cast<int>(channels[0])});
    }

    void check_embedding(std::int64_t codes, std::int64_t colours) {
        const Tensor &w = tensor(1, "w"), &b = tensor(2, "b");
        const std::vector<std::int64_t> shape{1, colours, codes, 1, 1};
        need(w.dims == shape && b.dims == shape, fmt::format("w and b must be of shape [1,{},{},1,1]", colours, codes));
        for (std::int64_t i = 0; i < colours * codes; ++i) {
            const auto at = static_cast<std::size_t>(i);
            for (int v = 0; v < 256; ++v) {
                const int code = static_cast<int>(std::clamp(std::floor(v * w.values[at] - b.values[at]), 0.0, 3.0));
                const int x = v - 8 * (static_cast<int>(i % codes) + 1) + 79;
                const int wanted = x < 0 ? 0 : std::min(3, x / 80);
                need(code == wanted, fmt::format("its code {} of byte {} is {}, the supported embedding has {}", i % codes, v, code, wanted));
            }
        }
    }

    void mean_quantizer(const Node& node) {
        need_inputs(1);
        weights_[node.proto->output(0)] = {&tensor(0, "weights"), fold::WeightScale::channel_mean};
    }

    void power_quantizer(const Node& node) {
        need_inputs(2);
        const double p = scalar(1, "p");
        need(p == 32, fmt::format("p is {}; only 32 is supported", p));
        weights_[node.proto->output(0)] = {&tensor(0, "weights"), fold::WeightScale::shared};
    }

    void conv(const Node& node) {
        need(node.inputs.size() != 3, "it has a bias, which is not supported");
        need_inputs(2);
        const auto found = weights_.find(node.inputs[1]);
        need(found != weights_.end(), "its weights do not come from a binary quantizer");
        const Tensor& w = *found->second.latent;
        need(w.dims.size() == 4, fmt::format("its weights have rank {}, 4 is needed (OIHW)", w.dims.size()));
        need(w.dims[2] == w.dims[3] && w.dims[2] <= model::kMaxKernel, fmt::format("its kernel is {} x {}, square ones are supported", w.dims[2], w.dims[3]));
        need(std::max(w.dims[0], w.dims[1]) <= model::kMaxChannels, fmt::format("{} to {} channels are too many", w.dims[1], w.dims[0]));
        need_integers("kernel_shape", {w.dims[2], w.dims[3]}, "kernel_shape is not that of its weights");
        need_integers("dilations", {1, 1}, "dilations are not supported");
        need(!attribute(node, "group") || integer("group") == 1, "groups are not supported");
        const auto* pad_kind = attribute(node, "auto_pad");
        need(!pad_kind || pad_kind->s() == "NOTSET", "auto_pad is not supported; export pads");
        const auto pads = attribute(node, "pads") ? integers("pads") : std::vector<std::int64_t>(4, 0);
        const auto strides = attribute(node, "strides") ? integers("strides") : std::vector<std::int64_t>(2, 1);
        const bool even = pads.size() == 4 && std::all_of(pads.begin(), pads.end(), [&](std::int64_t p) { return p == pads[0]; });
        need(even && pads[0] >= 0 && pads[0] < w.dims[2], "pads must be four equal numbers below the kernel's size");
        need(strides.size() == 2 && strides[0] == strides[1] && strides[0] >= 1 && strides[0] <= 15, "strides must be two equal numbers from 1 to 15");
        fold::FloatConv c{static_cast<int>(w.dims[0]), static_cast<int>(w.dims[1]), static_cast<int>(w.dims[2]),
                          static_cast<int>(strides[0]), static_cast<int>(pads[0]), found->second.scale, {}};
        for (double v : w.values) c.latent.push_back(static_cast<float>(v));
        add_layer({layer(0)}, std::move(c));
    }

    void batch_norm(const Node& node) {
        need_inputs(5);
        Norm norm;
        norm.input = layer(0);
        const auto values = [&](std::size_t input, const char* what) {
            const Tensor& t = tensor(input, what);
            need(t.dims.size() == 1, fmt::format("its {} has rank {}, 1 is needed", what, t.dims.size()));
            return std::vector<float>(t.values.begin(), t.values.end());
        };
        norm.values.gamma = values(1, "gamma");
        norm.values.beta = values(2, "beta");
        norm.values.mean = values(3, "mean");
        norm.values.variance = values(4, "variance");
        const auto* epsilon = attribute(node, "epsilon");
        need(!epsilon || epsilon->type() == onnx::AttributeProto::FLOAT, "attribute epsilon is no number");
        norm.values.epsilon = epsilon ? static_cast<double>(epsilon->f()) : 1e-5;
        norms_[node.proto->output(0)] = std::move(norm);
    }

    // code = clamp(floor(x * scale1 + beta1 + 0.5), min, max), value = code * scale2 + beta2
    void activation(const Node& node) {
        need_inputs(7);
        const auto found = norms_.find(node.inputs[0]);
        need(found != norms_.end(), "it does not follow a BatchNormalization");
        const double low = scalar(1, "min"), high = scalar(2, "max"), scale1 = scalar(3, "scale1"), scale2 = scalar(4, "scale2");
        need(low == 0 && high == 3, fmt::format("codes {}..{}; 0..3 are supported", low, high));
        need(std::abs(scale1 - 1.5) < 1e-6, fmt::format("scale1 is {}; 1.5 is supported", scale1));
        need(scalar(5, "beta1") == 0 && scalar(6, "beta2") == 0, "beta1 and beta2 must be 0");
        const bool post = std::abs(scale2 - 2.0 / 3.0) < 1e-6;
        need(post || scale2 == 1, fmt::format("scale2 is {}; 2/3 and 1 are supported", scale2));
        fold::FloatActivation a = found->second.values;
        a.post_scale = post;
        add_layer({found->second.input}, std::move(a));
    }

    void add(const Node&) {
        need_inputs(2);
        const int left = layer(0), right = layer(1);
        add_layer({std::min(left, right), std::max(left, right)}, fold::FloatAdd{});  // the shortcut first
    }

    void average(const Node&) {
        need_inputs(1);
        add_layer({layer(0)}, fold::FloatGlobalAverage{});
    }

    void flatten(const Node& node) {
        need_inputs(1);
        const int input = layer(0);
        need(std::holds_alternative<fold::FloatGlobalAverage>(network_.layers[static_cast<std::size_t>(input)].operation), "only behind GlobalAveragePool");
        layer_of_[node.proto->output(0)] = input;
    }

    Graph graph_;
    fold::FloatNetwork network_;
    const Node* node_ = nullptr;           // the one that is read
    std::map<std::string, int> layer_of_;  // by output
    std::map<std::string, Weights> weights_;
    std::map<std::string, Norm> norms_;
    std::set<std::string> names_;
};

}  // namespace

fold::FloatNetwork import_network(std::span<const std::uint8_t> bytes, const std::string& name) { return Importer(bytes, name).run(); }

fold::FloatNetwork read_onnx(const std::filesystem::path& path) {
    try {
        return import_network(support::read_file(path), path.stem().string());
    } catch (const Error& error) {
        const std::string text = error.what();
        if (text.starts_with(path.string())) throw;
        fail("{}: {}", path.string(), text);
    }
}

}  // namespace ern::onnx_import

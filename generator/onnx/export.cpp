// SPDX-License-Identifier: Apache-2.0
// Names and the order of inputs are those of the original library's files, e.g. "/layer1.0.act1/LinearMidTreadHalfV2".
#include "onnx/export.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/network.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::onnx_export {

namespace {

// One alternative of std::visit a kind of layer.
template <typename... Bodies>
struct Overloaded : Bodies... {
    using Bodies::operator()...;
};
template <typename... Bodies>
Overloaded(Bodies...) -> Overloaded<Bodies...>;  // clang 14 does not deduce it

class Exporter {
  public:
    explicit Exporter(const fold::FloatNetwork& network) : network_(network) {}

    std::vector<std::uint8_t> run() {
        begin();
        for (const fold::FloatLayer& layer : network_.layers) {
            layer_ = &layer;
            std::visit(Overloaded{[&](const model::PixelEmbedding& e) { pixel_embedding(e); },
                                  [&](const fold::FloatConv& c) { conv(c); },
                                  [&](const fold::FloatActivation& a) { activation(a); },
                                  [&](const fold::FloatAdd&) { add(); },
                                  [&](const fold::FloatGlobalAverage&) { average(); },
                                  [&](const model::Pool&) {
                                      fail("layer '{}': the lm dialect has no pooling between layers", layer.name);
                                  }},
                       layer.operation);
        }
        const std::string text = model_.SerializeAsString();
        return {text.begin(), text.end()};
    }

  private:
    void begin() {
        model_.set_ir_version(6);
        model_.set_producer_name("ernforge");
        for (const auto& [domain, version] : {std::pair{"", 11}, std::pair{"lm", 2}}) {
            auto* import = model_.add_opset_import();
            import->set_domain(domain);
            import->set_version(version);
        }
        graph().set_name(network_.name);
        describe(*graph().add_input(), "picture", onnx::TensorProto::UINT8,
                 {1, network_.input.channels, network_.input.height, network_.input.width});
        const auto* classifier = std::get_if<fold::FloatConv>(&network_.layers[network_.layers.size() - 2].operation);
        describe(*graph().add_output(), "logits", onnx::TensorProto::FLOAT, {1, classifier ? classifier->out : 0});
        if (network_.labels.empty()) return;
        auto* labels = model_.add_metadata_props();
        labels->set_key("labels");
        labels->set_value(nlohmann::json(network_.labels).dump());
    }

    onnx::GraphProto& graph() { return *model_.mutable_graph(); }

    static void describe(onnx::ValueInfoProto& value, const std::string& name, int type, std::initializer_list<int> dims) {
        value.set_name(name);
        auto* tensor = value.mutable_type()->mutable_tensor_type();
        tensor->set_elem_type(type);
        for (const int dim : dims) tensor->mutable_shape()->add_dim()->set_dim_value(dim);
    }

    // The tensor that a layer makes, as nodes name it.
    std::string output_of(int layer) const {
        return layer == model::kPicture ? "picture" : network_.layers[static_cast<std::size_t>(layer)].name + ".out";
    }
    std::string input(std::size_t which = 0) const { return output_of(layer_->inputs[which]); }
    std::string output() const { return layer_ == &network_.layers.back() ? "averaged" : layer_->name + ".out"; }

    onnx::NodeProto& node(const std::string& type, const std::string& name, const std::vector<std::string>& inputs,
                          const std::string& output, bool own = false) {
        auto* n = graph().add_node();
        n->set_op_type(type);
        n->set_name("/" + name + "/" + type);
        n->set_domain(own ? "lm" : "");
        for (const auto& i : inputs) n->add_input(i);
        n->add_output(output);
        return *n;
    }

    static onnx::AttributeProto& attribute(onnx::NodeProto& node, const char* name, onnx::AttributeProto::AttributeType type) {
        auto* a = node.add_attribute();
        a->set_name(name);
        a->set_type(type);
        return *a;
    }
    static void integers(onnx::NodeProto& node, const char* name, const std::vector<int>& values) {
        auto& a = attribute(node, name, onnx::AttributeProto::INTS);
        for (const int v : values) a.add_ints(v);
    }
    static void integer(onnx::NodeProto& node, const char* name, int value) {
        attribute(node, name, onnx::AttributeProto::INT).set_i(value);
    }

    std::string tensor(const std::string& name, const std::vector<int>& dims, const std::vector<float>& values) {
        auto* t = graph().add_initializer();
        t->set_name(name);
        t->set_data_type(onnx::TensorProto::FLOAT);
        for (const int d : dims) t->add_dims(d);
        t->set_raw_data(values.data(), values.size() * sizeof(float));
        return name;
    }

    // A Constant node: an int32 without dimensions, or a float32 of one.
    std::string constant(const std::string& name, float value, bool whole) {
        auto* n = graph().add_node();
        n->set_op_type("Constant");
        n->set_name("/" + name);
        n->add_output(name);
        auto* t = attribute(*n, "value", onnx::AttributeProto::TENSOR).mutable_t();
        const auto integer_value = static_cast<std::int32_t>(value);
        t->set_data_type(whole ? onnx::TensorProto::INT32 : onnx::TensorProto::FLOAT);
        if (!whole) t->add_dims(1);
        t->set_raw_data(whole ? static_cast<const void*>(&integer_value) : &value, 4);
        return name;
    }

    // code = clamp(floor(v * w - b), 0, 3); the half of a step that b is short of the model's 79 keeps floor exact.
    void pixel_embedding(const model::PixelEmbedding& embedding) {
        const int codes = embedding.codes_per_channel, colours = network_.input.channels;
        const auto count = static_cast<std::size_t>(codes * colours);
        std::vector<float> w(count, 1.0f / 80), b(count);
        for (std::size_t i = 0; i < count; ++i) {
            const int e = static_cast<int>(i) % codes;
            b[i] = (8.0f * static_cast<float>(e + 1) - 79.5f) / 80;
        }
        const std::vector<int> shape{1, colours, codes, 1, 1};
        auto& n = node("PixelEmbeddingV3", layer_->name,
                       {input(), tensor(layer_->name + ".w", shape, w), tensor(layer_->name + ".b", shape, b)}, output(), true);
        integer(n, "k", 2);
        integer(n, "max_val", 255);
        integers(n, "out_channels_list", std::vector<int>(static_cast<std::size_t>(colours), codes));
    }

    void conv(const fold::FloatConv& c) {
        const std::string& name = layer_->name;
        std::vector<std::string> inputs{tensor(name + ".weight", {c.out, c.in, c.kernel, c.kernel}, c.latent)};
        const bool shared = c.scale == fold::WeightScale::shared;
        if (shared) inputs.push_back(constant(name + ".weight_quantizer.p", 32, true));
        node(shared ? "BinaryPower2ScalingQuantizer" : "BinaryChannelWiseMeanScalingQuantizer", name + "/weight_quantizer", inputs,
             name + ".binary", true);
        auto& n = node("Conv", name, {input(), name + ".binary"}, output());
        integers(n, "dilations", {1, 1});
        integer(n, "group", 1);
        integers(n, "kernel_shape", {c.kernel, c.kernel});
        integers(n, "pads", {c.pad, c.pad, c.pad, c.pad});
        integers(n, "strides", {c.stride, c.stride});
    }

    void activation(const fold::FloatActivation& a) {
        const std::string& name = layer_->name;
        const int channels = static_cast<int>(a.gamma.size());
        auto& bn = node("BatchNormalization", name + ".bn",
                        {input(), tensor(name + ".bn.weight", {channels}, a.gamma), tensor(name + ".bn.bias", {channels}, a.beta),
                         tensor(name + ".bn.running_mean", {channels}, a.mean),
                         tensor(name + ".bn.running_var", {channels}, a.variance)},
                        name + ".bn.out");
        attribute(bn, "epsilon", onnx::AttributeProto::FLOAT).set_f(static_cast<float>(a.epsilon));
        node("LinearMidTreadHalfV2", name,
             {name + ".bn.out", constant(name + ".min", 0, true), constant(name + ".max", 3, true),
              constant(name + ".scale1", 1.5f, false), constant(name + ".scale2", a.post_scale ? 2.0f / 3.0f : 1.0f, false),
              constant(name + ".beta1", 0, false), constant(name + ".beta2", 0, false)},
             output(), true);
    }

    // The body stands before the shortcut, which is the earlier layer. The node is named after its block.
    void add() {
        const auto [shortcut, body] = std::minmax(layer_->inputs[0], layer_->inputs[1]);
        std::string name = layer_->name;
        if (name.ends_with(".add")) name.resize(name.size() - 4);
        node("Add", name, {output_of(body), output_of(shortcut)}, output());
    }

    void average() {
        node("GlobalAveragePool", layer_->name, {input()}, output());
        integer(node("Flatten", "flatten", {output()}, "logits"), "axis", 1);
    }

    const fold::FloatNetwork& network_;
    const fold::FloatLayer* layer_ = nullptr;  // the one that is written
    onnx::ModelProto model_;
};

}  // namespace

std::vector<std::uint8_t> export_network(const fold::FloatNetwork& network) {
    ensure(network.layers.size() >= 2, "a network has a classifier and its average");
    return Exporter(network).run();
}

void write_onnx(const std::filesystem::path& path, const fold::FloatNetwork& network) {
    support::write_file(path, export_network(network));
}

}  // namespace ern::onnx_export

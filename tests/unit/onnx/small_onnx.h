// SPDX-License-Identifier: Apache-2.0
// A small network of the family as an ONNX model, made with the protobuf classes: what an exporter writes, to be spoilt.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstring>
#include <string>
#include <vector>

namespace ern::test {

class SmallOnnx {
  public:
    SmallOnnx() {
        model.set_ir_version(6);
        version("", 11);
        version("lm", 2);
        auto* input = graph().add_input();
        input->set_name("picture");
        auto* type = input->mutable_type()->mutable_tensor_type();
        type->set_elem_type(onnx::TensorProto::UINT8);
        for (int dim : {1, 3, 6, 8}) type->mutable_shape()->add_dim()->set_dim_value(dim);
        graph().add_output()->set_name("logits");

        std::vector<float> w(30, 0.0125f), b(30);
        for (std::size_t i = 0; i < 30; ++i) b[i] = -0.8999f + 0.1f * static_cast<float>(i % 10);
        tensor("embed.w", {1, 3, 10, 1, 1}, w);
        tensor("embed.b", {1, 3, 10, 1, 1}, b);
        auto& embed = node("PixelEmbeddingV3", "/embed/PixelEmbeddingV3", {"picture", "embed.w", "embed.b"}, "embedded", "lm");
        integer(embed, "k", 2);
        integer(embed, "max_val", 255);
        integers(embed, "out_channels_list", {10, 10, 10});
        conv("stem", "embedded", 8, 30, 3, 2, "BinaryChannelWiseMeanScalingQuantizer");
        activation("act1", "stem.out", 8, 1.0f);
        conv("down", "act1.out", 4, 8, 1, 1, "BinaryPower2ScalingQuantizer");
        conv("body", "act1.out", 4, 8, 3, 1, "BinaryPower2ScalingQuantizer");
        node("Add", "/block/Add", {"body.out", "down.out"}, "sum");
        activation("act2", "sum", 4, 2.0f / 3.0f);
        conv("classifier", "act2.out", 5, 4, 1, 1, "BinaryChannelWiseMeanScalingQuantizer");
        node("GlobalAveragePool", "/avg_pool/GlobalAveragePool", {"classifier.out"}, "averaged");
        integer(node("Flatten", "/flatten/Flatten", {"averaged"}, "logits"), "axis", 1);
    }

    onnx::GraphProto& graph() { return *model.mutable_graph(); }
    void version(const std::string& domain, int number) {
        auto* import = model.add_opset_import();
        import->set_domain(domain);
        import->set_version(number);
    }
    onnx::NodeProto& node(const std::string& type, const std::string& name, const std::vector<std::string>& inputs,
                          const std::string& output, const std::string& domain = "") {
        auto* n = graph().add_node();
        n->set_op_type(type);
        n->set_name(name);
        n->set_domain(domain);
        for (const auto& input : inputs) n->add_input(input);
        n->add_output(output);
        return *n;
    }
    onnx::NodeProto& find(const std::string& name) {
        for (auto& n : *graph().mutable_node()) {
            if (n.name() == name) return n;
        }
        throw std::logic_error(name);
    }
    onnx::TensorProto& initializer(const std::string& name) {
        for (auto& t : *graph().mutable_initializer()) {
            if (t.name() == name) return t;
        }
        throw std::logic_error(name);
    }
    static void integer(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
        auto* a = node.add_attribute();
        a->set_name(name);
        a->set_type(onnx::AttributeProto::INT);
        a->set_i(value);
    }
    static void integers(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values) {
        auto* a = node.add_attribute();
        a->set_name(name);
        a->set_type(onnx::AttributeProto::INTS);
        for (auto v : values) a->add_ints(v);
    }
    void tensor(const std::string& name, const std::vector<std::int64_t>& dims, const std::vector<float>& values) {
        fill(*graph().add_initializer(), name, dims, values);
    }
    static void fill(onnx::TensorProto& t, const std::string& name, const std::vector<std::int64_t>& dims, const std::vector<float>& values) {
        t.set_name(name);
        t.set_data_type(onnx::TensorProto::FLOAT);
        for (auto d : dims) t.add_dims(d);
        t.set_raw_data(values.data(), values.size() * sizeof(float));
    }
    // A Constant node with one number.
    template <typename Value>
    void constant(const std::string& output, Value value, onnx::TensorProto::DataType type) {
        auto* a = node("Constant", "/" + output, {}, output).add_attribute();
        a->set_name("value");
        a->set_type(onnx::AttributeProto::TENSOR);
        a->mutable_t()->set_data_type(type);
        a->mutable_t()->set_raw_data(&value, sizeof(value));
    }

    std::vector<std::uint8_t> bytes() const {
        const std::string text = model.SerializeAsString();
        return {text.begin(), text.end()};
    }

    onnx::ModelProto model;

  private:
    void conv(const std::string& name, const std::string& input, int out, int in, int kernel, int stride, const std::string& quantizer) {
        std::vector<float> w(static_cast<std::size_t>(out * in * kernel * kernel));
        for (float& v : w) v = static_cast<float>((random_ = random_ * 1103515245 + 12345) >> 16 & 1023) / 512.0f - 1.0f;
        tensor(name + ".weight", {out, in, kernel, kernel}, w);
        std::vector<std::string> inputs{name + ".weight"};
        if (quantizer == "BinaryPower2ScalingQuantizer") {
            constant(name + ".p", std::int32_t{32}, onnx::TensorProto::INT32);
            inputs.push_back(name + ".p");
        }
        node(quantizer, "/" + name + "/quantizer", inputs, name + ".binary", "lm");
        auto& c = node("Conv", "/" + name + "/Conv", {input, name + ".binary"}, name + ".out");
        const int pad = kernel / 2;
        integers(c, "dilations", {1, 1});
        integer(c, "group", 1);
        integers(c, "kernel_shape", {kernel, kernel});
        integers(c, "pads", {pad, pad, pad, pad});
        integers(c, "strides", {stride, stride});
    }
    void activation(const std::string& name, const std::string& input, int channels, float scale2) {
        const std::vector<std::string> what{"gamma", "beta", "mean", "variance"};
        for (std::size_t i = 0; i < 4; ++i) {
            std::vector<float> values;
            for (int c = 0; c < channels; ++c) values.push_back(i == 3 ? 1.0f + static_cast<float>(c) : 0.25f * static_cast<float>(c - 2));
            tensor(name + "." + what[i], {channels}, values);
        }
        auto& bn = node("BatchNormalization", "/" + name + "/bn", {input, name + ".gamma", name + ".beta", name + ".mean", name + ".variance"}, name + ".bn");
        auto* epsilon = bn.add_attribute();
        epsilon->set_name("epsilon");
        epsilon->set_type(onnx::AttributeProto::FLOAT);
        epsilon->set_f(1e-5f);
        constant(name + ".min", std::int32_t{0}, onnx::TensorProto::INT32);
        constant(name + ".max", std::int32_t{3}, onnx::TensorProto::INT32);
        constant(name + ".scale1", 1.5f, onnx::TensorProto::FLOAT);
        constant(name + ".scale2", scale2, onnx::TensorProto::FLOAT);
        constant(name + ".beta1", 0.0f, onnx::TensorProto::FLOAT);
        constant(name + ".beta2", 0.0f, onnx::TensorProto::FLOAT);
        node("LinearMidTreadHalfV2", "/" + name + "/act", {name + ".bn", name + ".min", name + ".max", name + ".scale1", name + ".scale2", name + ".beta1", name + ".beta2"},
             name + ".out", "lm");
    }
    std::uint32_t random_ = 1;
};

}  // namespace ern::test

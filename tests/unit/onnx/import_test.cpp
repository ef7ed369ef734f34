// SPDX-License-Identifier: Apache-2.0
// Small ONNX models: what an exporter may write differently makes no difference; what is wrong gets one line that says
// which node and why.
#include "onnx/import.h"

#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <random>

#include "fold/fold.h"
#include "small_onnx.h"
#include "support/error.h"

namespace ern::onnx_import {

namespace {

using test::SmallOnnx;

model::Network network_of(const SmallOnnx& small) { return fold::fold(import_network(small.bytes(), "small")); }

std::string refusal(const std::vector<std::uint8_t>& bytes) {
    try {
        fold::fold(import_network(bytes, "small"));
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

std::string refusal(const std::function<void(SmallOnnx&)>& spoil) {
    SmallOnnx small;
    spoil(small);
    return refusal(small.bytes());
}

// Layers without their names.
std::vector<model::Operation> operations(const model::Network& network) {
    std::vector<model::Operation> list;
    for (const auto& layer : network.layers) list.push_back(layer.operation);
    return list;
}

void set_attribute(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values) {
    for (auto& a : *node.mutable_attribute()) {
        if (a.name() != name) continue;
        a.clear_ints();
        for (auto v : values) a.add_ints(v);
    }
}

void set_value(onnx::TensorProto& tensor, std::size_t at, float value) {
    std::string raw = tensor.raw_data();
    std::memcpy(raw.data() + 4 * at, &value, 4);
    tensor.set_raw_data(raw);
}

void remove_attributes(onnx::NodeProto& node) { node.clear_attribute(); }

}  // namespace

TEST_CASE("a model becomes its layers, with names that people know") {
    const model::Network n = network_of(SmallOnnx());
    std::vector<std::string> names;
    for (const auto& layer : n.layers) names.push_back(layer.name);
    CHECK(names == std::vector<std::string>{"embed", "stem", "act1.act", "down", "body", "block.add", "act2.act", "classifier", "avg_pool"});
    CHECK((n.input == model::Shape{6, 8, 3}));
    CHECK(n.classes() == 5);
    const auto& stem = std::get<model::Conv>(n.layers[1].operation);
    CHECK((stem.stride == 2 && stem.pad == 1 && stem.weights.kernel() == 3 && stem.weights.in() == 30 && stem.weights.out() == 8));
}

TEST_CASE("weights are the signs of float32 latents in the order OIHW, both zeros positive") {
    SmallOnnx small;
    auto& w = small.initializer("stem.weight");
    set_value(w, 0, -0.5f);
    set_value(w, 1, 0.0f);
    set_value(w, 2, -0.0f);
    const auto n = network_of(small);
    const auto& weights = std::get<model::Conv>(n.layers[1].operation).weights;
    CHECK_FALSE(weights.positive(0, 0, 0, 0));
    CHECK(weights.positive(0, 0, 1, 0));
    CHECK(weights.positive(0, 0, 2, 0));
    std::size_t different = 0;
    const float* latent = reinterpret_cast<const float*>(w.raw_data().data());
    for (int o = 0; o < 8; ++o) {
        for (int i = 0; i < 30; ++i) {
            for (int k = 0; k < 9; ++k) different += weights.positive(o, k / 3, k % 3, i) != (*latent++ >= 0.0f);
        }
    }
    CHECK(different == 0);
}

TEST_CASE("names, the order of nodes, prefixes and shared tensors make no difference") {
    const auto expected = operations(network_of(SmallOnnx()));
    SECTION("nodes in a random order") {
        SmallOnnx small;
        std::mt19937 random(3);
        auto* nodes = small.graph().mutable_node();
        for (int i = nodes->size() - 1; i > 0; --i) nodes->SwapElements(i, static_cast<int>(random() % static_cast<unsigned>(i + 1)));
        auto sorted = [](std::vector<model::Operation> list) {   // the two branches may change places
            std::swap(list[3], list[4]);
            return list;
        };
        const auto got = operations(network_of(small));
        CHECK((got == expected || got == sorted(expected)));
    }
    SECTION("every name with a prefix, also of tensors") {
        SmallOnnx small;
        for (auto& n : *small.graph().mutable_node()) {
            n.set_name("prefix/" + n.name());
            for (auto& i : *n.mutable_input()) i = "x::" + i;
            for (auto& o : *n.mutable_output()) o = "x::" + o;
        }
        for (auto& t : *small.graph().mutable_initializer()) t.set_name("x::" + t.name());
        small.graph().mutable_input(0)->set_name("x::picture");
        small.graph().mutable_output(0)->set_name("x::logits");
        CHECK(operations(network_of(small)) == expected);
    }
    SECTION("no names of nodes") {
        SmallOnnx small;
        for (auto& n : *small.graph().mutable_node()) n.clear_name();
        CHECK(operations(network_of(small)) == expected);
    }
    SECTION("a BatchNorm tensor behind Identity nodes") {
        SmallOnnx small;
        small.node("Identity", "/i1", {"act1.gamma"}, "shared1");
        small.node("Identity", "/i2", {"shared1"}, "shared2");
        *small.find("/act1/bn").mutable_input(1) = "shared2";
        CHECK(operations(network_of(small)) == expected);
    }
    SECTION("values as lists instead of bytes") {
        SmallOnnx small;
        for (auto& t : *small.graph().mutable_initializer()) {
            const std::string raw = t.raw_data();
            t.clear_raw_data();
            for (std::size_t at = 0; at < raw.size(); at += 4) {
                float value;
                std::memcpy(&value, raw.data() + at, 4);
                t.add_float_data(value);
            }
        }
        CHECK(operations(network_of(small)) == expected);
    }
    SECTION("a dead branch") {
        SmallOnnx small;
        small.node("Relu", "/dead", {"stem.out"}, "nowhere");
        CHECK(operations(network_of(small)) == expected);
    }
}

TEST_CASE("gamma may be zero, tiny or negative") {
    SmallOnnx small;
    auto& gamma = small.initializer("act1.gamma");
    set_value(gamma, 0, 0.0f);
    set_value(gamma, 1, 1e-30f);
    set_value(gamma, 2, -1.0f);
    const auto n = network_of(small);
    const auto& channels = std::get<model::Thresholds>(n.layers[2].operation).channels;
    CHECK_FALSE(channels[0].inverted);
    CHECK(channels[1].at[0] == model::ChannelThresholds::kNever);
    CHECK(channels[2].inverted);
}

TEST_CASE("what is no ONNX file, or of another version, is refused") {
    const auto whole = SmallOnnx().bytes();
    CHECK(refusal(std::vector<std::uint8_t>{}) == "it is no ONNX file: it has no graph and versions; export it again");
    CHECK(refusal(std::vector<std::uint8_t>(100, 0xff)) == "it is no ONNX file, or cut short; export or copy it again");
    for (std::size_t length : {whole.size() - 1, whole.size() / 2, std::size_t{30}}) {
        CHECK(refusal(std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<long>(length))).find("it is no ONNX file") == 0);
    }
    CHECK(refusal([](SmallOnnx& s) { s.model.mutable_opset_import(1)->set_version(3); }) ==
          "version 3 of domain lm; version 2 is supported: export with it");
    CHECK(refusal([](SmallOnnx& s) { s.model.mutable_opset_import(0)->set_version(17); }) == "opset 17; opset 11 is supported: export with it");
    CHECK(refusal([](SmallOnnx& s) { s.model.mutable_opset_import()->RemoveLast(); }) ==
          "it does not import opset 11 and domain lm version 2, whose operators are supported");
}

TEST_CASE("damaged bytes give a message or a network, never anything else") {
    const auto whole = SmallOnnx().bytes();
    std::mt19937 random(5);
    int refused = 0;
    for (int i = 0; i < 2000; ++i) {
        auto damaged = whole;
        for (int k = 0; k < 3; ++k) damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
        refused += refusal(damaged) != "accepted";
    }
    CHECK(refused > 100);
}

TEST_CASE("all unsupported nodes are listed at once, with what is supported") {
    const std::string message = refusal([](SmallOnnx& s) {
        s.find("/block/Add").set_op_type("Mul");
        s.find("/avg_pool/GlobalAveragePool").set_op_type("ReduceMean");
        s.find("/stem/Conv").set_domain("lm");
    });
    CHECK(message == "3 nodes are not supported: 'stem' (lm.Conv), 'block.Add' (Mul), 'avg_pool.GlobalAveragePool' (ReduceMean); supported are "
                     "PixelEmbeddingV3, BinaryChannelWiseMeanScalingQuantizer, BinaryPower2ScalingQuantizer, LinearMidTreadHalfV2, "
                     "BatchNormalization, Conv, Add, GlobalAveragePool, Flatten, Identity, Constant");
}

TEST_CASE("a node that cannot be read is named, with the reason") {
    struct Case {
        std::string message;
        std::function<void(SmallOnnx&)> spoil;
    };
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    const std::vector<Case> cases{
        {"node 'embed' (PixelEmbeddingV3): attribute k is missing or no integer", [](SmallOnnx& s) { remove_attributes(s.find("/embed/PixelEmbeddingV3")); }},
        {"node 'embed' (PixelEmbeddingV3): its code 3 of byte 33 is 0, the supported embedding has 1", [](SmallOnnx& s) { set_value(s.initializer("embed.b"), 3, -0.55f); }},
        {"node 'embed' (PixelEmbeddingV3): the picture's shape is not [1, 1 to 3 colours, height, width] with fixed sizes",
         [](SmallOnnx& s) { s.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(3)->set_dim_value(0); }},
        {"input 'picture': its values are no bytes (uint8)", [](SmallOnnx& s) { s.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(1); }},
        {"node 'stem' (Conv): attribute strides is missing or no list of integers", [](SmallOnnx& s) {
             for (auto& a : *s.find("/stem/Conv").mutable_attribute()) if (a.name() == "strides") a.set_type(onnx::AttributeProto::INT);
         }},
        {"node 'stem' (Conv): pads must be four equal numbers below the kernel's size", [](SmallOnnx& s) { set_attribute(s.find("/stem/Conv"), "pads", {1, 1, 2, 1}); }},
        {"node 'stem' (Conv): dilations are not supported", [](SmallOnnx& s) { set_attribute(s.find("/stem/Conv"), "dilations", {2, 2}); }},
        {"node 'stem' (Conv): it has a bias, which is not supported", [](SmallOnnx& s) { s.find("/stem/Conv").add_input("act1.beta"); }},
        {"node 'stem' (Conv): its weights do not come from a binary quantizer", [](SmallOnnx& s) { *s.find("/stem/Conv").mutable_input(1) = "stem.weight"; }},
        {"node 'stem' (Conv): its weights have rank 3, 4 is needed (OIHW)", [](SmallOnnx& s) {
             auto& t = s.initializer("stem.weight");
             t.clear_dims();
             for (int d : {8, 30, 9}) t.add_dims(d);
         }},
        {"tensor 'stem.weight': it holds 2160 values, its sizes ask for 1080", [](SmallOnnx& s) { s.initializer("stem.weight").set_dims(0, 4); }},
        {"tensor 'stem.weight': one of its sizes is 0; every size must be 1 or more", [](SmallOnnx& s) { s.initializer("stem.weight").set_dims(0, 0); }},
        {"tensor 'stem.weight': it declares more than 268435456 values", [](SmallOnnx& s) { s.initializer("stem.weight").set_dims(0, std::int64_t{1} << 40); }},
        {"tensor 'stem.weight': its data lie in another file; export the model with its data inside",
         [](SmallOnnx& s) { s.initializer("stem.weight").set_data_location(onnx::TensorProto::EXTERNAL); }},
        {"tensor 'stem.weight': data type 11 is none of float, int32 and int64", [](SmallOnnx& s) { s.initializer("stem.weight").set_data_type(11); }},
        {"node 'stem.quantizer' (BinaryChannelWiseMeanScalingQuantizer): its weights holds nan", [&](SmallOnnx& s) { set_value(s.initializer("stem.weight"), 7, nan); }},
        {"node 'act1.bn' (BatchNormalization): its mean holds inf", [&](SmallOnnx& s) { set_value(s.initializer("act1.mean"), 1, infinity); }},
        {"node 'act1.bn' (BatchNormalization): it has 4 inputs, 5 are needed", [](SmallOnnx& s) { s.find("/act1/bn").mutable_input()->RemoveLast(); }},
        {"node 'act1.act' (LinearMidTreadHalfV2): it does not follow a BatchNormalization", [](SmallOnnx& s) { *s.find("/act1/act").mutable_input(0) = "stem.out"; }},
        {"node 'act1.act' (LinearMidTreadHalfV2): codes 3..0; 0..3 are supported", [](SmallOnnx& s) { s.find("/act1/act").mutable_input()->SwapElements(1, 2); }},
        {"node 'body.quantizer' (BinaryPower2ScalingQuantizer): p is 3; only 32 is supported", [](SmallOnnx& s) { *s.find("/body/quantizer").mutable_input(1) = "act1.max"; }},
        {"node 'body' (Conv): nothing makes its input 'nowhere'", [](SmallOnnx& s) { *s.find("/body/Conv").mutable_input(0) = "nowhere"; }},
        {"node 'stem' (Conv): it reads, in a cycle, what is made from it", [](SmallOnnx& s) { *s.find("/stem/Conv").mutable_input(0) = "act1.out"; }},
        {"'act1.gamma2': its Identity nodes form a cycle", [](SmallOnnx& s) {
             s.node("Identity", "/i", {"act1.gamma3"}, "act1.gamma2");
             s.node("Identity", "/j", {"act1.gamma2"}, "act1.gamma3");
             *s.find("/act1/bn").mutable_input(1) = "act1.gamma2";
         }},
        {"node 'again' (Conv): 'stem.out' is made twice", [](SmallOnnx& s) { s.node("Conv", "/again/Conv", {"embedded"}, "stem.out"); }},
        {"node 'x' (Constant): it has no attribute value", [](SmallOnnx& s) { s.node("Constant", "/x/Constant", {}, "x"); }},
        {"it must have one input, the picture, and one output, the logits", [](SmallOnnx& s) { s.graph().add_output()->set_name("stem.out"); }},
        {"output 'stem.out': it is not the average over the classifier's map", [](SmallOnnx& s) { s.graph().mutable_output(0)->set_name("stem.out"); }},
        {"layer 'block.add': the residual add reads 'stem', which is not in units of 1/32", [](SmallOnnx& s) { *s.find("/block/Add").mutable_input(0) = "stem.out"; }},
    };
    for (const Case& c : cases) CHECK(refusal(c.spoil) == c.message);
}

}  // namespace ern::onnx_import

// SPDX-License-Identifier: Apache-2.0
// What is exported and imported again is the same network: parameters, labels, integers.
#include "onnx/export.h"

#include <catch2/catch.hpp>

#include "fold/fold.h"
#include "onnx/graph.h"
#include "onnx/import.h"
#include "small_onnx.h"
#include "support/error.h"

namespace ern::test {

namespace {

model::Architecture architecture(model::BlockKind block) {
    return {"small", {10, 12, 3}, 4, {"a", "b/c", "d \"e\"", "\xc3\xa9"}, 7, {{8, 3, 2}, {12, 1, 1}}, block, {{2, 8, 1}, {2, 16, 2}}};
}

fold::FloatNetwork random_network(const model::Architecture& architecture, std::uint64_t seed) {
    auto network = fold::make_float_network(architecture);
    fold::randomize(network, seed);
    return network;
}

fold::FloatNetwork through_file(const fold::FloatNetwork& network) {
    return onnx_import::import_network(onnx_export::export_network(network), network.name);
}

}  // namespace

TEST_CASE("export and import give the identical model, names and labels too") {
    const auto block = GENERATE(model::BlockKind::basic, model::BlockKind::bottleneck);
    const std::uint64_t seed = GENERATE(1, 2, 3, 4, 5);
    const auto network = random_network(architecture(block), seed);
    const auto again = through_file(network);
    const model::Network a = fold::fold(network), b = fold::fold(again);
    REQUIRE(a.layers.size() == b.layers.size());
    for (std::size_t i = 0; i < a.layers.size(); ++i) {
        INFO(a.layers[i].name << " and " << b.layers[i].name);
        CHECK(a.layers[i] == b.layers[i]);
    }
    CHECK(a == b);
    CHECK(b.labels == architecture(block).labels);
}

TEST_CASE("every size of the family survives") {
    const int colours = GENERATE(1, 3), codes = GENERATE(1, 10, 31);
    auto sizes = architecture(model::BlockKind::basic);
    sizes.input = {9, 14, colours};
    sizes.embedding_codes = codes;
    sizes.labels.clear();
    const auto network = random_network(sizes, 9);
    CHECK(fold::fold(through_file(network)) == fold::fold(network));
}

TEST_CASE("a changed weight or statistic is another file and another model") {
    auto network = random_network(architecture(model::BlockKind::basic), 3);
    const auto before = onnx_export::export_network(network);
    const auto folded = fold::fold(through_file(network));
    auto& conv = std::get<fold::FloatConv>(network.layers[1].operation);
    conv.latent[5] = -conv.latent[5];
    CHECK(onnx_export::export_network(network) != before);
    CHECK_FALSE(fold::fold(through_file(network)) == folded);
}

TEST_CASE("the file is of the dialect of the original library") {
    const auto bytes = onnx_export::export_network(random_network(architecture(model::BlockKind::basic), 3));
    onnx::ModelProto model;
    REQUIRE(model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    CHECK(model.ir_version() == 6);
    CHECK(model.opset_import(0).version() == 11);
    CHECK(model.opset_import(1).domain() == "lm");
    CHECK(model.graph().input(0).type().tensor_type().elem_type() == onnx::TensorProto::UINT8);
    int adds = 0;
    for (const auto& node : model.graph().node()) {
        const bool own = node.op_type().starts_with("Binary") || node.op_type() == "PixelEmbeddingV3" ||
                         node.op_type() == "LinearMidTreadHalfV2";
        CHECK(node.domain() == (own ? "lm" : ""));
        if (node.op_type() != "Add") continue;
        ++adds;
        CHECK(node.input(0).find("conv2") != std::string::npos);  // the body first
    }
    CHECK(adds == 4);
}

TEST_CASE("what the dialect cannot say is refused") {
    auto network = random_network(architecture(model::BlockKind::basic), 3);
    network.layers[2].operation = model::Pool{};
    CHECK_THROWS_WITH(onnx_export::export_network(network), "layer 'act1': the lm dialect has no pooling between layers");
}

TEST_CASE("labels in the metadata must fit the classes") {
    SmallOnnx small;
    auto* labels = small.model.add_metadata_props();
    labels->set_key("labels");
    labels->set_value("[\"one\", \"two\"]");
    CHECK_THROWS_WITH(onnx_import::import_network(small.bytes(), "x"), "its metadata has 2 labels, but the network 5 classes");
    labels->set_value("no list");
    CHECK_THROWS_WITH(onnx_import::import_network(small.bytes(), "x"), "its metadata 'labels' is no list of texts");
}

}  // namespace ern::test

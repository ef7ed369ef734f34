// SPDX-License-Identifier: Apache-2.0
// The layers that a description becomes: sizes against the published figures of the family, structure layer
// by layer.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "fold/float_network.h"
#include "fold/fold.h"
#include "support/error.h"

using namespace ern;
using namespace ern::fold;

namespace {

model::Architecture described(const std::string& name) {
    const char* source = std::getenv("ERNFORGE_SOURCE_DIR");
    REQUIRE(source != nullptr);
    return model::read_architecture(std::filesystem::path(source) / "models" / (name + ".toml"));
}

// One line a layer: name(inputs) and what the structure decides.
std::string text(const FloatNetwork& network) {
    std::string result;
    for (const FloatLayer& layer : network.layers) {
        result += fmt::format("{}({})", layer.name, fmt::join(layer.inputs, ","));
        if (const auto* conv = std::get_if<FloatConv>(&layer.operation)) {
            result +=
                fmt::format(" {}x{} {}->{} /{} pad {}{}", conv->kernel, conv->kernel, conv->in, conv->out,
                            conv->stride, conv->pad, conv->scale == WeightScale::shared ? " shared" : "");
        }
        if (const auto* activation = std::get_if<FloatActivation>(&layer.operation)) {
            result += fmt::format(" {}{}", activation->gamma.size(), activation->post_scale ? " scaled" : "");
        }
        result += "\n";
    }
    return result;
}

model::Architecture small(model::BlockKind block) {
    model::Architecture result;
    result.name = "small";
    result.input = {12, 10, 3};
    result.classes = 5;
    result.stem = {{8, 3, 2}, {12, 1, 1}};
    result.block = block;
    result.stages = {{2, 8, 1}, {1, 16, 2}};
    return result;
}

}  // namespace

TEST_CASE("weights and MAC of the family are the published ones") {
    struct Row {
        std::string name;
        std::int64_t weights, macs;
    };
    const Row row =
        GENERATE(Row{"ern18x0.75", 8'216'448, 3'091'660'800}, Row{"ern18", 11'768'704, 3'319'005'184},
                 Row{"ern34", 21'869'440, 5'734'924'288}, Row{"ern50", 25'588'608, 6'370'099'200},
                 Row{"ern101", 44'528'512, 11'218'714'624}, Row{"ern-fashion", 605'248, 15'596'800},
                 Row{"ern-cifar", 1'318'272, 72'622'080}, Row{"ern-cifar-large", 1'318'272, 290'488'320},
                 Row{"ern-cifar-small", 703'168, 28'708'864});
    CAPTURE(row.name);
    const model::Network network = fold::fold(make_float_network(described(row.name)));
    CHECK(model::weight_bits(network) == row.weights);
    CHECK(model::total_macs(network) == row.macs);
    CHECK(network.name == row.name);
}

TEST_CASE("basic blocks: every stage restarts the residual stream with a down-sampling convolution") {
    CHECK(text(make_float_network(small(model::BlockKind::basic))) == R"(pixel_embedding(-1)
conv1(0) 3x3 30->8 /2 pad 1
act1(1) 8 scaled
conv2(2) 1x1 8->12 /1 pad 0
layer1.0.act1(3) 12
layer1.0.downsample(4) 1x1 12->8 /1 pad 0 shared
layer1.0.conv1(4) 3x3 12->8 /1 pad 1
layer1.0.act2(6) 8
layer1.0.conv2(7) 3x3 8->8 /1 pad 1 shared
layer1.0.add(5,8)
layer1.1.act1(9) 8 scaled
layer1.1.conv1(10) 3x3 8->8 /1 pad 1
layer1.1.act2(11) 8
layer1.1.conv2(12) 3x3 8->8 /1 pad 1 shared
layer1.1.add(9,13)
layer2.0.act1(14) 8
layer2.0.downsample(15) 1x1 8->16 /2 pad 0 shared
layer2.0.conv1(15) 3x3 8->16 /2 pad 1
layer2.0.act2(17) 16
layer2.0.conv2(18) 3x3 16->16 /1 pad 1 shared
layer2.0.add(16,19)
last_act(20) 16 scaled
conv(21) 1x1 16->5 /1 pad 0
avg_pool(22)
)");
}

TEST_CASE("bottlenecks: the middle convolution has the stride, the last one four times the channels") {
    CHECK(text(make_float_network(small(model::BlockKind::bottleneck))) == R"(pixel_embedding(-1)
conv1(0) 3x3 30->8 /2 pad 1
act1(1) 8 scaled
conv2(2) 1x1 8->12 /1 pad 0
layer1.0.act1(3) 12
layer1.0.downsample(4) 1x1 12->32 /1 pad 0 shared
layer1.0.conv1(4) 1x1 12->8 /1 pad 0
layer1.0.act2(6) 8 scaled
layer1.0.conv2(7) 3x3 8->8 /1 pad 1
layer1.0.act3(8) 8
layer1.0.conv3(9) 1x1 8->32 /1 pad 0 shared
layer1.0.add(5,10)
layer1.1.act1(11) 32 scaled
layer1.1.conv1(12) 1x1 32->8 /1 pad 0
layer1.1.act2(13) 8 scaled
layer1.1.conv2(14) 3x3 8->8 /1 pad 1
layer1.1.act3(15) 8
layer1.1.conv3(16) 1x1 8->32 /1 pad 0 shared
layer1.1.add(11,17)
layer2.0.act1(18) 32
layer2.0.downsample(19) 1x1 32->64 /2 pad 0 shared
layer2.0.conv1(19) 1x1 32->16 /1 pad 0
layer2.0.act2(21) 16 scaled
layer2.0.conv2(22) 3x3 16->16 /2 pad 1
layer2.0.act3(23) 16
layer2.0.conv3(24) 1x1 16->64 /1 pad 0 shared
layer2.0.add(20,25)
last_act(26) 64 scaled
conv(27) 1x1 64->5 /1 pad 0
avg_pool(28)
)");
}

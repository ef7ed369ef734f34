// SPDX-License-Identifier: Apache-2.0
// Graphs that the accelerator cannot compute are refused, with the layer's name; the others become steps.
#include <catch2/catch.hpp>

#include "configurations.h"
#include "schedule/fuse.h"
#include "support/error.h"

namespace ern::schedule {

namespace {

using model::kPicture;

constexpr model::Shape kMap{4, 4, 10};

model::Conv conv() { return {1, 0, model::WeightBits(10, 1, 10)}; }
model::Thresholds thresholds(int offset = 0) { return {offset, std::vector<model::ChannelThresholds>(10)}; }

struct Entry {
    std::string name;
    std::vector<int> inputs;
    model::Operation operation;
};

// embed, the entries (indices from 1 on), and a classifier of the last one.
model::Network network_of(const std::vector<Entry>& entries, int codes_per_colour = 10) {
    model::Network network;
    network.name = "graph";
    network.input = {4, 4, 1};
    network.layers.push_back({"embed", {kPicture}, model::PixelEmbedding{codes_per_colour}, {4, 4, codes_per_colour}});
    for (const Entry& e : entries) network.layers.push_back({e.name, e.inputs, e.operation, kMap});
    const int last = static_cast<int>(network.layers.size()) - 1;
    network.layers.push_back({"sum", {last}, model::GlobalSum{std::vector<double>(10, 1.0)}, {1, 1, 10}});
    return network;
}

std::string refusal(const std::vector<Entry>& entries, int codes_per_colour = 10) {
    const auto network = network_of(entries, codes_per_colour);
    if (codes_per_colour == 10) model::check(network);  // a good network, only not for this hardware
    try {
        make_plan(network, test::test_accelerators().front());
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("a convolution takes its residual add and its activation with it") {
    const auto steps = fuse(network_of({{"left", {0}, conv()},
                                        {"a", {0}, conv()},
                                        {"act", {2}, thresholds()},
                                        {"b", {3}, conv()},
                                        {"add", {1, 4}, model::ResidualAdd{}},
                                        {"tail", {5}, thresholds()},
                                        {"pool", {6}, model::Pool{model::PoolKind::max, 1, 1, 0}},
                                        {"last", {7}, conv()}}));
    REQUIRE(steps.size() == 6);
    CHECK((steps[0].source == 2 && steps[0].codes_layer == 3));
    CHECK((steps[1].source == 1 && steps[1].codes_layer == -1 && steps[1].sums_layer == 1));  // not before it is added onto
    CHECK((steps[2].source == 4 && steps[2].adds_residual && steps[2].sums_layer == 5 && steps[2].codes_layer == 6));
    CHECK((steps[3].kind == StepKind::pool && steps[3].source == 7 && steps[3].codes_layer == 7));
    CHECK((steps[4].source == 8 && steps[4].codes_layer == -1));
    CHECK((steps[5].kind == StepKind::reduce && steps[5].sums_layer == 8));
}

TEST_CASE("graphs that the accelerator cannot compute") {
    const auto add = [](const std::string& name, int a, int b) { return Entry{name, {a, b}, model::ResidualAdd{}}; };
    CHECK(refusal({{"a", {0}, conv()}}) == "accepted");
    CHECK(refusal({{"a", {0}, conv()}, add("twice", 1, 1)}) ==
          "layer twice: adds a map to itself, which the accelerator cannot do");
    CHECK(refusal({{"a", {0}, conv()},
                   {"act1", {1}, thresholds()},
                   {"act2", {1}, thresholds()},
                   {"b", {2}, conv()},
                   {"c", {3}, conv()},
                   add("add", 4, 5)}) == "layer a: two activations (act1 and act2) read it; the accelerator computes one");
    CHECK(refusal({{"a", {0}, conv()},
                   {"b", {0}, conv()},
                   {"c", {0}, conv()},
                   add("first", 1, 2),
                   add("second", 1, 3),
                   add("both", 4, 5)}) ==
          "layer a: two residual adds (first and second) read it; the accelerator adds in place");
    CHECK(refusal({{"a", {0}, conv()},
                   {"b", {0}, conv()},
                   add("add", 1, 2),
                   {"act", {2}, thresholds()},
                   {"c", {4}, conv()},
                   add("second", 3, 5)}) ==
          "layer b: read by 1 layers besides the residual add add; the accelerator keeps only the sum");
    CHECK(refusal({{"a", {0}, conv()}, {"act", {1}, thresholds(-1)}, {"b", {2}, conv()}}) ==
          "layer act: codes with offset -1; the accelerator computes with codes 0..3 (offset 0)");
    CHECK(refusal({{"a", {0}, conv()},
                   {"b", {0}, conv()},
                   {"c", {0}, conv()},
                   {"d", {0}, conv()},
                   add("ab", 1, 2),
                   add("cd", 3, 4),
                   add("abcd", 5, 6)}) ==
          "layer abcd: no operand of this residual add is a convolution that comes last; the accelerator adds a convolution "
          "onto a map that is already there");
    CHECK(refusal({{"a", {0}, model::Conv{1, 0, model::WeightBits(10, 1, 7)}}}, 7) ==
          "layer embed: 7 codes for each of 1 colours; the accelerator makes 10 codes for 1 to 3 colours");
}

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
// Random networks on the accelerators of tests/accelerators: what the hardware relies on, worked out again from the
// network and the finished program.
#include <catch2/catch.hpp>

#include <bit>
#include <functional>
#include <map>
#include <set>

#include "configurations.h"
#include "fuzz/random_network.h"
#include "schedule/plan.h"
#include "support/error.h"

namespace ern::schedule {

namespace {

constexpr std::uint32_t kSeeds = 60;

const model::Layer& layer(const model::Network& network, int index) { return network.layers[static_cast<std::size_t>(index)]; }

template <typename Operation>
bool is(const model::Layer& layer) {
    return std::holds_alternative<Operation>(layer.operation);
}

bool is_conv(const Descriptor& d) { return get(d, "opcode") == static_cast<int>(Opcode::conv); }

// Calls use(network, plan) for each pair that fits. Returns how many do.
int for_each_plan(const std::function<void(const model::Network&, const Plan&)>& use) {
    int fitting = 0;
    for (const Accelerator& accelerator : test::test_accelerators()) {
        for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
            const auto network = fuzz::random_network(seed);
            INFO("seed " << seed << " on " << accelerator.name);
            Plan plan;
            try {
                plan = make_plan(network, accelerator);
            } catch (const Error& error) {
                CHECK(std::string(error.what()).find(" short (") != std::string::npos);
                continue;
            }
            ++fitting;
            use(network, plan);
        }
    }
    CHECK(fitting > 100);
    return fitting;
}

struct Life {
    int first, last;  // steps
    int base, end;    // words
    bool meets(const Life& other) const {
        return first <= other.last && other.first <= last && base < other.end && other.base < end;
    }
};

// The step that writes a layer's codes and the last one that reads them.
Life life_of_codes(const model::Network& network, const Plan& plan, const ActivationBuffer& b) {
    Life life{b.layer == 0 ? 0 : -1, -1, b.base, b.base + b.words};
    for (int s = 0; s < static_cast<int>(plan.steps.size()); ++s) {
        const Step& step = plan.steps[static_cast<std::size_t>(s)];
        if (step.codes_layer == b.layer) life.first = s;
        const auto& inputs = layer(network, step.source).inputs;
        if (step.kind != StepKind::reduce && inputs[0] == b.layer) life.last = s;
    }
    life.last = std::max(life.first, life.last);
    // The next picture is written while this one is computed.
    return b.layer == 0 ? Life{0, static_cast<int>(plan.steps.size()) - 1, life.base, life.end} : life;
}

void no_two_meet(const std::vector<Life>& lives, int words) {
    for (std::size_t i = 0; i < lives.size(); ++i) {
        CHECK(lives[i].base >= 0);
        CHECK(lives[i].base < lives[i].end);
        CHECK(lives[i].end <= words);
        CHECK(lives[i].first >= 0);
        for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(lives[i].meets(lives[j]));
    }
}

}  // namespace

TEST_CASE("maps of codes that live together lie apart, each with room for all of its words") {
    for_each_plan([](const model::Network& network, const Plan& plan) {
        std::vector<Life> lives;
        for (const ActivationBuffer& b : plan.activations) {
            lives.push_back(life_of_codes(network, plan, b));
            const model::Shape& shape = layer(network, b.layer).shape;
            const Accelerator& a = plan.accelerator;
            CHECK(b.block_step * a.taps >= shape.width);
            CHECK(b.blocks * a.channels >= shape.channels);
            CHECK(b.row_step >= b.blocks * b.block_step);
            CHECK(b.words >= shape.height * b.row_step);
        }
        no_two_meet(lives, plan.accelerator.activation_words);
    });
}

TEST_CASE("partial sums that live together lie apart, and a kept map has a word for each pixel that is read") {
    for_each_plan([](const model::Network& network, const Plan& plan) {
        std::vector<Life> lives;
        for (std::size_t i = 0; i < plan.sums.size(); ++i) {
            const SumBuffer& b = plan.sums[i];
            Life life{static_cast<int>(plan.steps.size()), -1, b.base, b.base + b.words};
            for (int s = 0; s < static_cast<int>(plan.steps.size()); ++s) {
                const Step& step = plan.steps[static_cast<std::size_t>(s)];
                if (step.sums != static_cast<int>(i)) continue;
                life.first = std::min(life.first, s);
                life.last = s;
                const model::Shape& shape = layer(network, step.source).shape;
                const bool later = step.adds_residual || life.first < s;
                if (b.kept && later && step.kind == StepKind::conv) CHECK(b.ring == shape.pixels());
                if (!b.kept) CHECK((b.ring >= shape.width && b.ring % shape.width == 0));
                if (step.kind == StepKind::conv) CHECK(b.blocks * plan.accelerator.outputs >= shape.channels);
            }
            CHECK(b.words >= (b.kept ? b.ring * b.blocks : b.ring));
            lives.push_back(life);
        }
        no_two_meet(lives, plan.accelerator.sum_words);
    });
}

TEST_CASE("every layer is computed by one step, after the maps that it reads") {
    for_each_plan([](const model::Network& network, const Plan& plan) {
        std::set<int> there{0};
        std::set<int> computed{0};
        for (const Step& step : plan.steps) {
            INFO(step.name);
            const int source_input = layer(network, step.source).inputs[0];
            CHECK(there.count(source_input) == 1);
            if (step.adds_residual) {
                const auto& operands = layer(network, step.sums_layer).inputs;
                CHECK(there.count(operands[0] == step.source ? operands[1] : operands[0]) == 1);
                there.erase(operands[0] == step.source ? operands[1] : operands[0]);  // added in place
            }
            for (int made : {step.source, step.sums_layer, step.codes_layer}) {
                if (made >= 0 && !(step.kind == StepKind::reduce && made == step.sums_layer)) computed.insert(made);
            }
            if (step.sums_layer >= 0) there.insert(step.sums_layer);
            if (step.codes_layer >= 0) there.insert(step.codes_layer);
        }
        CHECK(computed.size() == network.layers.size());
    });
}

// The descriptors of a step.
std::vector<std::size_t> tiles_of(const Plan& plan, const Step& step) {
    std::vector<std::size_t> tiles;
    for (std::size_t i = 0; i < plan.tiles.size(); ++i) {
        if (plan.tiles[i].step == &step - plan.steps.data()) tiles.push_back(i);
    }
    return tiles;
}

TEST_CASE("the tiles of a step cover its output once and stay within its maps") {
    for_each_plan([](const model::Network& network, const Plan& plan) {
        for (const Step& step : plan.steps) {
            if (step.kind == StepKind::reduce) continue;
            INFO(step.name);
            const model::Shape& out = layer(network, step.source).shape;
            const ActivationBuffer& in = plan.activations[static_cast<std::size_t>(step.input)];
            std::int64_t rows = 0, passes = 0;
            for (const std::size_t i : tiles_of(plan, step)) {
                const Descriptor& d = plan.program[i];
                REQUIRE(is_conv(d));
                CHECK(get(d, "out_width") == out.width);
                CHECK((get(d, "in_end") == in.base + in.words && get(d, "in_ring") == in.words));
                CHECK((get(d, "in_row") >= in.base && get(d, "in_row") < in.base + in.words));
                CHECK(get(d, "codes") == (step.codes_layer >= 0));
                if (step.codes_layer >= 0) {
                    const ActivationBuffer& to = plan.activations[static_cast<std::size_t>(step.output)];
                    CHECK(get(d, "out_row") == to.base + rows * to.row_step);
                    CHECK(get(d, "out_end") == to.base + to.words);
                }
                const SumBuffer& sums = plan.sums[static_cast<std::size_t>(step.sums)];
                CHECK((get(d, "sum_base") == sums.base && get(d, "sum_ring") == sums.ring));
                CHECK((get(d, "sum_start") >= 0 && get(d, "sum_start") < sums.ring));
                rows += get(d, "out_rows");
                passes += get(d, "passes");
            }
            CHECK(rows == out.height);
            CHECK(passes == step.passes);
        }
    });
}

TEST_CASE("weight and threshold rows follow each other without gaps and hold the network's") {
    for_each_plan([](const model::Network& network, const Plan& plan) {
        std::int64_t positive = 0, set_bits = 0;
        for (const model::Layer& l : network.layers) {
            if (!is<model::Conv>(l)) continue;
            for (std::uint64_t word : std::get<model::Conv>(l.operation).weights.words()) positive += std::popcount(word);
        }
        for (const auto& row : plan.weights) {
            for (std::uint64_t word : row) set_bits += std::popcount(word);
        }
        CHECK(set_bits == positive);
        std::int64_t weight_row = 0, threshold_row = 0;
        for (const Step& step : plan.steps) {
            if (step.kind == StepKind::reduce) continue;
            const Descriptor& d = plan.program[tiles_of(plan, step).front()];
            CHECK(get(d, "weight_row") == weight_row);
            CHECK(get(d, "threshold_row") == threshold_row);
            if (step.kind == StepKind::conv) weight_row += get(d, "passes") * plan.accelerator.outputs;
            if (step.codes_layer >= 0) threshold_row += get(d, "blocks") * plan.accelerator.outputs;
        }
        CHECK(weight_row == std::ssize(plan.weights));
        CHECK(threshold_row == std::ssize(plan.thresholds));
    });
}

TEST_CASE("a program ends once, releases the picture once after its last use, and its cycles add up") {
    for_each_plan([](const model::Network&, const Plan& plan) {
        int releases = 0, ends = 0;
        std::int64_t released_at = -1, last_read = -1;
        for (std::size_t i = 0; i < plan.program.size(); ++i) {
            const Descriptor& d = plan.program[i];
            ends += get(d, "opcode") == static_cast<int>(Opcode::end);
            if (!is_conv(d)) continue;
            const ActivationBuffer& picture = plan.activations.front();
            if (get(d, "in_end") == picture.base + picture.words && get(d, "in_ring") == picture.words) last_read = static_cast<std::int64_t>(i);
            if (get(d, "release_input") == 1) {
                ++releases;
                released_at = static_cast<std::int64_t>(i);
            }
        }
        CHECK(ends == 1);
        CHECK(get(plan.program.back(), "opcode") == static_cast<int>(Opcode::end));
        CHECK(releases == 1);
        CHECK(released_at == last_read);
        const auto done = predict_done(plan);
        REQUIRE(done.size() == plan.program.size());
        for (std::size_t i = 1; i < done.size(); ++i) CHECK(done[i] > done[i - 1]);
        std::int64_t cycles = 0;
        for (const Step& step : plan.steps) cycles += step.predicted_cycles;
        CHECK(done.back() == plan.predicted_cycles);
        CHECK(cycles == done[done.size() - 2]);
    });
}

TEST_CASE("the same network and accelerator give the same program") {
    const auto accelerator = test::test_accelerators().front();
    const auto network = fuzz::random_network(3);
    const Plan a = make_plan(network, accelerator), b = make_plan(network, accelerator);
    CHECK(a.program == b.program);
    CHECK(a.weights == b.weights);
    CHECK(a.thresholds == b.thresholds);
}

TEST_CASE("a plan that was tampered with does not pass its check") {
    const auto network = fuzz::random_network(1);
    const Plan good = make_plan(network, test::test_accelerators().back());
    CHECK_NOTHROW(check(good));
    Plan plan = good;
    plan.activations.back().base = good.accelerator.activation_words;
    CHECK_THROWS_AS(check(plan), std::logic_error);
    plan = good;
    plan.activations[1].base = plan.activations[0].base;
    CHECK_THROWS_AS(check(plan), std::logic_error);
    plan = good;
    plan.weights.pop_back();
    CHECK_THROWS_AS(check(plan), std::logic_error);
    plan = good;
    plan.thresholds.pop_back();
    CHECK_THROWS_AS(check(plan), std::logic_error);
    plan = good;
    plan.accelerator.program_words = static_cast<int>(plan.program.size()) * kDescriptorWords - 1;
    CHECK_THROWS_AS(check(plan), std::logic_error);
}

}  // namespace ern::schedule

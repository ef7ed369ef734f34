// SPDX-License-Identifier: Apache-2.0
// Random networks on the accelerators of tests/accelerators: what the hardware relies on, worked out again from the
// network and the finished program.
#include <set>

#include "plans.h"
#include "schedule/loops.h"
#include "schedule/order.h"

namespace ern::schedule {

using namespace plans;

TEST_CASE("tall tiles take all rows that are asked for, up to the tile's depth, and the planner uses them") {
    int chosen = 0, fewer = 0;
    for_each_plan([&](const model::Network& network, const Plan& plan) {
        const Flow flow = flow_of(network, plan.steps);
        const int depth = plan.accelerator.tile_depth;
        for (Segment segment : plan.segments) {
            if (segment.first == segment.last || segment.in_two) continue;
            chosen += segment.tall;
            segment.tall = false;
            const auto low = order_strips(network, plan.steps, flow, segment, depth);
            segment.tall = true;
            const auto tall = order_strips(network, plan.steps, flow, segment, depth);
            CHECK(tall.size() <= low.size());
            fewer += tall.size() < low.size();
            for (const Strip& strip : tall) {
                const int width = layer(network, plan.steps[static_cast<std::size_t>(strip.step)].source).shape.width;
                CHECK(strip.rows <= std::max({1, depth / width, segment.tile_pixels / width}));
            }
        }
    });
    INFO(chosen << " chosen, " << fewer << " with fewer strips");
    CHECK(chosen > 0);
    CHECK(fewer > 0);
}

TEST_CASE("a map of codes has room for all of its words, and a tile for a row") {
    for_each_plan([](const model::Network& network, const Plan& plan) {
        const Accelerator& a = plan.accelerator;
        for (const ActivationBuffer& b : plan.activations) {
            const model::Shape& shape = layer(network, b.layer).shape;
            CHECK((b.base >= 0 && b.base + b.words <= a.activation_words));
            CHECK(b.block_step * a.taps >= shape.width);
            CHECK(b.blocks * a.channels >= shape.channels);
            CHECK(b.row_step >= b.blocks * b.block_step);
            CHECK((b.rows >= 1 && b.rows <= shape.height && b.words >= b.rows * b.row_step));
        }
        for (const Step& step : plan.steps) {
            if (step.kind == StepKind::reduce) continue;
            const SumBuffer& b = plan.sums[static_cast<std::size_t>(step.sums)];
            const model::Shape& shape = layer(network, step.source).shape;
            CHECK((b.base >= 0 && b.base + b.words <= a.sum_words));
            if (!b.kept) CHECK((b.ring >= shape.width && b.ring % shape.width == 0));
            if (step.kind == StepKind::conv) CHECK(b.blocks * a.outputs >= shape.channels);
            CHECK(b.words >= (b.kept ? b.ring * b.blocks : b.ring));
        }
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

// Goes over a tile's input rows as the hardware does, by adding and wrapping: each row of the map lies where it comes by, for
// each of the rows that a window's taps lie in.
void check_walk(const model::Network& network, const Plan& plan, const Step& step, const Descriptor& d, const ActivationBuffer& in) {
    const Accelerator& a = plan.accelerator;
    const int height = layer(network, layer(network, step.source).inputs[0]).shape.height;
    const auto next = [&](std::int64_t word, const char* by) {
        word += get(d, by);
        return word >= get(d, "in_end") ? word - get(d, "in_ring") : word;
    };
    CHECK(get(d, "in_bank") == ((a.tap_columns() * get(d, "start_row")) % a.taps + a.taps) % a.taps);
    const std::int64_t last_rows = a.tap_rows == 1 ? 1 : get(d, "last_rows");
    CHECK((last_rows >= 1 && last_rows <= a.tap_rows));
    const std::int64_t rows = (get(d, "row_groups") - 1) * a.tap_rows + last_rows;
    std::int64_t first = get(d, "in_row");
    for (std::int64_t ky = 0; ky < rows; ++ky, first = next(first, "in_row_step")) {
        std::int64_t word = first, y = get(d, "start_row") + ky;
        for (std::int64_t row = 0; row < get(d, "out_rows"); ++row, word = next(word, "in_stride_step"), y += get(d, "stride")) {
            if (y >= 0 && y < height) CHECK(word == in.base + in.word(static_cast<int>(y)));
        }
    }
}

TEST_CASE("the tiles of a step cover its output once and stay within its maps") {
    for_each_plan([](const model::Network& network, const Plan& plan) {
        for (const Step& step : plan.steps) {
            if (step.kind == StepKind::reduce) continue;
            INFO(step.name);
            const model::Shape& out = layer(network, step.source).shape;
            const ActivationBuffer& in = plan.activations[static_cast<std::size_t>(step.input)];
            const Loops loops = loops_of(network, plan.accelerator, step);
            std::int64_t rows = 0, passes = 0;
            for (const std::size_t i : tiles_of(plan, step)) {
                const Strip& tile = plan.tiles[i];  // or one row group of one output block of it
                const bool whole = tile.pieces == 1;
                const int block = whole ? 0 : tile.piece / loops.row_groups;
                const Descriptor& d = plan.program[i];
                REQUIRE(is_conv(d));
                CHECK(get(d, "out_width") == out.width);
                check_walk(network, plan, step, d, in);
                const bool ends = whole || (tile.piece + 1) % loops.row_groups == 0;
                CHECK(get(d, "codes") == (step.codes_layer >= 0 && ends));
                if (get(d, "codes") == 1) {
                    const ActivationBuffer& to = plan.activations[static_cast<std::size_t>(step.output)];
                    const int parts = std::max(1, plan.accelerator.channels / loops.block_channels);
                    const std::int64_t before = block / parts * get(d, "out_words");   // channel blocks
                    std::int64_t word = get(d, "out_row") - before * to.block_step;
                    CHECK(get(d, "results") == block % parts);
                    const std::int64_t first = tile.first_row, columns = plan.accelerator.tap_columns();
                    CHECK(get(d, "out_bank") == (before + columns * first) % plan.accelerator.taps);
                    for (std::int64_t y = first; y < first + get(d, "out_rows"); ++y) {
                        CHECK(word == to.base + to.word(static_cast<int>(y)));
                        word += get(d, "out_row_step");
                        if (word >= get(d, "out_end")) word -= get(d, "out_ring");
                    }
                }
                const SumBuffer& sums = plan.sums[static_cast<std::size_t>(step.sums)];
                CHECK((get(d, "sum_base") == sums.base + block * sums.block_step && get(d, "sum_ring") == sums.ring));
                CHECK((get(d, "sum_start") >= 0 && get(d, "sum_start") < sums.ring));
                if (tile.piece == 0) rows += get(d, "out_rows");
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
        // On the chip all tiles of a step share its rows; streamed, each brings its own, and its fields say nothing.
        std::vector<std::int64_t> tiles(plan.steps.size(), 0);
        std::int64_t weight_row = 0, threshold_row = 0;
        for (std::size_t i = 0; i < plan.program.size(); ++i) {
            const Descriptor& d = plan.program[i];
            if (!is_conv(d)) continue;
            const auto s = static_cast<std::size_t>(plan.tiles[i].step);
            const Step& step = plan.steps[s];
            if (tiles[s]++ > 0 && !plan.external()) continue;
            CHECK(get(d, "weight_row") == (plan.external() ? std::max(0, step.kept_weights) : weight_row));
            CHECK(get(d, "threshold_row") == (plan.external() ? std::max(0, step.kept_thresholds) : threshold_row));
            const bool streams = get(d, "kept_weights") == 0;
            const std::int64_t rows = step.kind == StepKind::conv && streams ? get(d, "passes") * plan.accelerator.outputs : 0;
            REQUIRE(weight_row + rows <= std::ssize(plan.weights));
            for (std::int64_t row = weight_row; row < weight_row + rows && (tiles[s] == 1 || plan.tiles[i].pieces > 1); ++row) {
                for (std::uint64_t word : plan.weights[static_cast<std::size_t>(row)]) set_bits += std::popcount(word);
            }
            weight_row += rows;
            if (get(d, "codes") == 1 && get(d, "kept_thresholds") == 0) threshold_row += get(d, "blocks") * plan.accelerator.outputs;
        }
        CHECK(set_bits == positive);
        CHECK(weight_row == std::ssize(plan.weights));
        CHECK(threshold_row == std::ssize(plan.thresholds));
    });
}

bool reads_picture(const Plan& plan, const Descriptor& d) {
    const ActivationBuffer& picture = plan.activations.front();
    return is_conv(d) && get(d, "in_end") == picture.base + picture.words && get(d, "in_ring") == picture.words;
}

TEST_CASE("a program ends once, releases the picture once after its last use, and its cycles add up") {
    for_each_plan([](const model::Network&, const Plan& plan) {
        int releases = 0, ends = 0;
        std::int64_t released_at = -1, last_use = -1;  // of the picture's room: read, or with external memory filled
        for (std::size_t i = 0; i < plan.program.size(); ++i) {
            const Descriptor& d = plan.program[i];
            ends += get(d, "opcode") == static_cast<int>(Opcode::end);
            if (plan.external() ? plan.tiles[i].step == Strip::kPicture : reads_picture(plan, d)) last_use = static_cast<std::int64_t>(i);
            if (get(d, "release_input") == 1 && i + 1 < plan.program.size()) {
                ++releases;
                released_at = static_cast<std::int64_t>(i);
            }
        }
        CHECK(ends == 1);
        CHECK(get(plan.program.back(), "opcode") == static_cast<int>(Opcode::end));
        CHECK(get(plan.program.back(), "release_input") == overlaps(plan));
        CHECK(releases == 1);
        CHECK(released_at == last_use);
        const auto done = predict_done(plan);
        REQUIRE(done.size() == plan.program.size());
        std::int64_t before = 0;
        for (std::size_t i = 0; i < done.size(); ++i) {
            if (plan.tiles[i].step == Strip::kPicture) continue;  // done beside the others
            CHECK(done[i] > before);
            before = done[i];
        }
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

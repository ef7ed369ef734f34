// SPDX-License-Identifier: Apache-2.0
// Random plans replayed: what a tile reads is in the memories, and is still there when it is done.
#include <map>
#include <set>

#include "plans.h"
#include "schedule/order.h"

namespace ern::schedule {

namespace {

using namespace plans;

// Replays the program's tiles on memories that know which row of which map lies in each word: every row that a tile
// reads must be there, whole, and must still be there when the tile is done. Rows come from the network's layers alone.
class Replay {
  public:
    Replay(const model::Network& network, const Plan& plan)
        : network_(network), plan_(plan), codes_(words(plan.accelerator.activation_words)),
          sums_(words(plan.accelerator.sum_words)) {
        if (!plan.external()) write_codes(plan.activations.front(), 0, network.input.height);
    }

    // Where frames overlap, the late tiles work on what the run before left behind: checked in a second run.
    void run() {
        checks_ = !overlaps(plan_);
        run_once();
        if (!overlaps(plan_)) return;
        overlapping = checks_ = true;
        spilled = 0;
        arriving_.clear();
        in_use_.clear();
        run_once();
    }

    int spilled = 0;  // words
    bool overlapping = false;

  private:
    void run_once() {
        for (std::size_t i = 0; i < plan_.tiles.size(); ++i) {
            const Strip& tile = plan_.tiles[i];
            if (tile.step == Strip::kPicture) {
                arrive(tile);
            } else if (tile.step == Strip::kSpill || tile.step == Strip::kFill) {
                exchange(plan_.program[i]);
            } else if (tile.step >= 0 && plan_.steps[words(tile.step)].kind != StepKind::reduce) {
                if (get(plan_.program[i], "wait_picture")) arriving_.clear();
                run_tile(plan_.steps[words(tile.step)], tile);
            }
        }
    }

    using Row = std::pair<int, int>;  // map and row, or map and pixel
    static std::size_t words(int count) { return static_cast<std::size_t>(count); }

    // Rows of the input that output rows first..end-1 see.
    std::pair<int, int> window(const Step& step, int first, int end) const {
        const model::Layer& l = layer(network_, step.source);
        const int height = layer(network_, l.inputs[0]).shape.height;
        int kernel = 1, stride = 1, pad = 0;
        if (const auto* conv = std::get_if<model::Conv>(&l.operation)) {
            kernel = conv->weights.kernel(), stride = conv->stride, pad = conv->pad;
        } else if (const auto* pool = std::get_if<model::Pool>(&l.operation)) {
            kernel = pool->kernel, stride = pool->stride, pad = pool->pad;
        }
        return {std::max(0, first * stride - pad), std::min(height, (end - 1) * stride - pad + kernel)};
    }

    std::vector<std::size_t> code_words(const ActivationBuffer& b, int first, int rows) const {
        std::vector<std::size_t> list;
        for (int y = first; y < first + rows; ++y) {
            for (int w = 0; w < b.row_step; ++w) list.push_back(words(b.base + b.word(y) + w));
        }
        return list;
    }

    void write_codes(const ActivationBuffer& b, int first, int rows) {
        const auto list = code_words(b, first, rows);
        for (std::size_t i = 0; i < list.size(); ++i) {
            REQUIRE(list[i] < codes_.size());
            codes_[list[i]] = {b.layer, first + static_cast<int>(i) / b.row_step};
        }
    }

    // Rows of the picture come in beside the tile before them and all later ones, up to one that waits for them.
    void arrive(const Strip& strip) {
        const ActivationBuffer& b = plan_.activations.front();
        write_codes(b, strip.first_row, strip.rows);
        for (std::size_t word : code_words(b, strip.first_row, strip.rows)) {
            CHECK(in_use_.count(word) == 0);
            arriving_.insert(word);
        }
    }

    void use(const std::vector<std::size_t>& list) {
        for (std::size_t word : list) {
            CHECK(arriving_.count(word) == 0);
            in_use_.insert(word);
        }
    }

    void run_tile(const Step& step, const Strip& tile) {
        in_use_.clear();
        const ActivationBuffer& in = plan_.activations[words(step.input)];
        const auto [first, end] = window(step, tile.first_row, tile.first_row + tile.rows);
        const int rows = std::max(0, end - first);
        use(code_words(in, first, rows));
        if (checks_) CHECK(codes_there(in, first, rows));
        run_sums(step, tile);
        if (step.codes_layer < 0) return;
        const ActivationBuffer& out = plan_.activations[words(step.output)];
        use(code_words(out, tile.first_row, tile.rows));
        if (checks_ && tile.piece > 0) CHECK(codes_there(out, tile.first_row, tile.rows));
        write_codes(out, tile.first_row, tile.rows);
        if (checks_) CHECK(codes_there(in, first, rows));
    }

    bool codes_there(const ActivationBuffer& b, int first, int rows) const {
        const auto list = code_words(b, first, rows);
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (codes_[list[i]] != Row{b.layer, first + static_cast<int>(i) / b.row_step}) return false;
        }
        return true;
    }

    // Kept maps: one word a pixel and block, which later steps of the chain find again.
    void run_sums(const Step& step, const Strip& tile) {
        const SumBuffer& b = plan_.sums[static_cast<std::size_t>(step.sums)];
        const model::Shape& shape = layer(network_, step.source).shape;
        const int id = static_cast<int>(&b - plan_.sums.data());
        const bool continues = step.adds_residual || tile.piece > 0;
        int missing = 0;
        for (int block = 0; block < (b.kept ? b.blocks : 1); ++block) {
            for (int pixel = tile.first_row * shape.width; pixel < (tile.first_row + tile.rows) * shape.width; ++pixel) {
                const auto word = words(b.base + block * b.block_step + pixel % b.ring);
                REQUIRE(word < sums_.size());
                missing += continues && sums_[word] != Row{id, pixel};
                sums_[word] = {id, pixel};
            }
        }
        if (checks_) CHECK(missing == 0);
    }

    // Words of partial sums to external memory and back, in the order that the descriptor's loops give.
    void exchange(const Descriptor& d) {
        const auto columns = plan_.accelerator.columns();
        std::int64_t beat = get(d, "weight_row");
        const std::int64_t end = beat + get(d, "threshold_row");
        for (std::int64_t block = 0; beat < end; ++block) {
            for (std::int64_t pixel = 0; pixel < get(d, "passes"); ++pixel, beat += columns) {
                const auto word = static_cast<std::size_t>(get(d, "sum_base") + block * get(d, "sum_block_step") +
                                                           (get(d, "sum_start") + pixel) % get(d, "sum_ring"));
                REQUIRE(word < sums_.size());
                if (get(d, "opcode") == static_cast<int>(Opcode::spill)) outside_[beat] = sums_[word], ++spilled;
                else sums_[word] = outside_.at(beat);
            }
        }
        CHECK((beat == end && end <= plan_.spilled_beats));
    }

    const model::Network& network_;
    const Plan& plan_;
    std::vector<Row> codes_, sums_;
    std::map<std::int64_t, Row> outside_;  // by beat
    bool checks_ = true;                   // what tiles find is there
    std::set<std::size_t> in_use_;    // by the latest tile
    std::set<std::size_t> arriving_;  // rows of the picture that nobody waited for yet
};

}  // namespace

TEST_CASE("every row of codes and sums is there when a tile reads it, and is not lost meanwhile") {
    int rings = 0, parted = 0, spilled = 0, upward = 0, overlapping = 0;
    for_each_plan([&](const model::Network& network, const Plan& plan) {
        for (const ActivationBuffer& b : plan.activations) rings += b.rows < layer(network, b.layer).shape.height;
        for (const ActivationBuffer& b : plan.activations) parted += b.parts.size() > 1;
        for (const Segment& segment : plan.segments) upward += segment.upward;
        Replay replay(network, plan);
        replay.run();
        spilled += replay.spilled;
        overlapping += replay.overlapping;
    });
    INFO(rings << " rings, " << parted << " maps in parts");
    CHECK(rings > 100);
    CHECK(parted > 0);
    CHECK(spilled > 0);
    CHECK(upward > 0);
    CHECK(overlapping > 0);
}

}  // namespace ern::schedule

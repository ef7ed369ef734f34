// SPDX-License-Identifier: Apache-2.0
// Partial sums out and back: every accumulator of every word that a descriptor names lies in its beat, in
// order, and comes back to its place; no other word is written. The peek path takes any fixed number of
// cycles; bursts wait for both sides; the beats of a write burst follow without a gap.
#include <deque>
#include <map>
#include <set>

#include "Vtop.h"
#include "descriptor_port.h"

namespace {

using namespace ern::rtl;

constexpr int kColumns = N_OUTPUTS / N_COLUMN;

struct Job {
    int pixels, blocks, ring, start, base, step;
    unsigned first;        // beat
    int latency;           // of the peek path, cycles
    unsigned stall, late;  // eighths: questions held back, memory idle
    int beats() const { return pixels * blocks * kColumns; }
};

Job random_job(std::mt19937& random) {
    Job job{};
    const int room = 1 << W_SUM;
    job.blocks = between(random, 1, 4);
    job.ring = between(random, 1, room / job.blocks);
    job.pixels = between(random, 1, std::min(job.ring, 9));
    job.start = between(random, 0, job.ring - 1);
    job.step = between(random, job.ring, room / job.blocks);
    job.base = between(random, 0, room - (job.blocks - 1) * job.step - job.ring);
    job.first = between(random, 0u, (1u << W_BEAT) - 1 - static_cast<unsigned>(job.beats()));
    job.latency = between(random, 1, 20);
    job.stall = between(random, 0u, 6u);
    job.late = between(random, 0u, 6u);
    return job;
}

// The words in the order that the descriptor's loops give.
std::vector<int> words_of(const Job& job) {
    std::vector<int> words;
    for (int b = 0; b < job.blocks; ++b) {
        for (int p = 0; p < job.pixels; ++p)
            words.push_back(job.base + b * job.step + (job.start + p) % job.ring);
    }
    return words;
}

using Column = std::vector<std::uint32_t>;  // its accumulators

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)) {
        bench_->go = bench_->stall = bench_->in_valid = bench_->write_ready = bench_->wdata_ready = 0;
        bench_->req_ready = bench_->data_valid = 0;
        reset(bench_);
        for (int w = 0; w < 1 << W_SUM; ++w) {
            for (int c = 0; c < kColumns; ++c) sums_[{w, c}] = random_column();
        }
    }

    std::mt19937& random() { return random_; }

    // A spill, other sums in these words, a fill: what was there is there again.
    void there_and_back(const Job& job) {
        const auto before = sums_;
        run(job, true);
        std::size_t beat = job.first;
        for (const int word : words_of(job)) {
            for (int c = 0; c < kColumns; ++c, ++beat) {
                REQUIRE(memory_.count(static_cast<unsigned>(beat)) == 1);
                REQUIRE(memory_[static_cast<unsigned>(beat)] == before.at({word, c}));
            }
        }
        REQUIRE(memory_.size() == static_cast<std::size_t>(job.beats()));
        REQUIRE(sums_ == before);
        for (const int word : words_of(job)) {
            for (int c = 0; c < kColumns; ++c) sums_[{word, c}] = random_column();
        }
        run(job, false);
        REQUIRE(sums_ == before);
        REQUIRE(filled_ == job.beats());
        memory_.clear();
    }

    // Gives a job up after that many cycles.
    void give_up(const Job& job, bool spill, int after) {
        begin(job, spill);
        bool ended = false;
        for (int i = 0; i < after && !ended; ++i) ended = cycle(job);
        bench_->rst = 1;
        for (int i = 0; i < 24;
             ++i) {  // answers of before may still come, as in the array, whose valid bits are reset too
            cycle_idle();
            REQUIRE_FALSE(bench_->busy);
        }
        bench_->rst = 0;
        path_.clear(), reads_.clear(), memory_.clear();
        open_ = 0;
    }

  private:
    Column random_column() {
        Column column(N_COLUMN);
        for (auto& value : column) value = static_cast<std::uint32_t>(random_()) & ((1u << W_ACC) - 1);
        return column;
    }

    void begin(const Job& job, bool spill) {
        auto& d = bench_->d;
        set_bits(d, random_bits(random_, ern::schedule::kDescriptorBits, 4));
        const auto field = [&](const char* name, unsigned value) { set_descriptor_field(d, name, value); };
        field("opcode",
              static_cast<unsigned>(spill ? ern::schedule::Opcode::spill : ern::schedule::Opcode::fill));
        field("sum_base", static_cast<unsigned>(job.base));
        field("sum_start", static_cast<unsigned>(job.start));
        field("sum_ring", static_cast<unsigned>(job.ring));
        field("sum_block_step", static_cast<unsigned>(job.step));
        field("passes", static_cast<unsigned>(job.pixels));
        field("weight_row", job.first);
        field("threshold_row", static_cast<unsigned>(job.beats()));
        bench_->go = 1;
        bench_->in_valid = bench_->data_valid = 0;
        bench_.cycle();
        bench_->go = 0;
        path_.assign(static_cast<std::size_t>(job.latency), std::nullopt);
        reads_.clear();
        open_ = filled_ = 0;
        spill_ = spill;
    }

    void run(const Job& job, bool spill) {
        begin(job, spill);
        for (int cycles = 0; cycles < 100000; ++cycles) {
            if (!cycle(job)) continue;
            bench_->data_valid = bench_->in_valid = 0;
            for (int i = 0; i < 3; ++i) land();  // the last word is on its way to the array
            REQUIRE((open_ == 0 && reads_.empty()));
            return;
        }
        FAIL("it never ends");
    }

    // One cycle; true when it was the one of `done`.
    bool cycle(const Job& job) {
        bench_->stall = chance(random_, job.stall);
        const auto answered = path_.front();
        path_.pop_front();
        bench_->in_valid = answered.has_value();
        set_column(bench_->in_sums, answered ? sums_.at(*answered) : random_column(), W_ACC);
        const bool moves = !chance(random_, job.late);
        bench_->write_ready = open_ == 0 && !chance(random_, job.late);
        bench_->wdata_ready = open_ > 0 && moves;
        bench_->req_ready = reads_.size() < 64 && !chance(random_, job.late);
        bench_->data_valid = !reads_.empty() && moves;
        if (bench_->data_valid) set_column(bench_->data, memory_.at(reads_.front()), 16);
        settle(bench_);
        std::optional<std::pair<int, int>> asked;
        if (bench_->out_peek) {
            REQUIRE((spill_ && !bench_->stall && bench_->out_row % N_COLUMN == 0));
            asked = {bench_->out_address, bench_->out_row / N_COLUMN};
        }
        path_.push_back(asked);
        take_write();
        take_read();
        const bool done = bench_->done;
        land();
        return done;
    }

    void take_write() {
        if (open_ > 0) {
            REQUIRE(bench_->wdata_valid);
            if (!bench_->wdata_ready) return;
            memory_[write_at_++] = column_of(bench_->wdata);
            --open_;
            return;
        }
        if (!bench_->write_valid || !bench_->write_ready) return;
        REQUIRE((spill_ && bench_->write_length >= 1 && bench_->write_length <= N_BURST));
        open_ = bench_->write_length;
        write_at_ = bench_->write_address;
    }

    void take_read() {
        if (bench_->data_valid) reads_.pop_front();
        if (!bench_->req_valid || !bench_->req_ready) return;
        REQUIRE((!spill_ && bench_->req_length >= 1 && bench_->req_length <= N_BURST));
        for (unsigned i = 0; i < bench_->req_length; ++i) reads_.push_back(bench_->req_address + i);
    }

    // Ends the cycle; a word that is offered to the array is written.
    void land() {
        if (bench_->fill_valid) {
            Column column(N_COLUMN);
            for (std::size_t o = 0; o < column.size(); ++o)
                column[o] = static_cast<std::uint32_t>(get_field(bench_->fill_sums, o * W_ACC, W_ACC));
            REQUIRE(bench_->fill_row % N_COLUMN == 0);
            sums_[{bench_->fill_address, bench_->fill_row / N_COLUMN}] = column;
            ++filled_;
        }
        bench_.cycle();
    }

    void cycle_idle() {
        bench_->data_valid = 0;
        bench_->in_valid = 0;
        bench_->write_ready = bench_->req_ready = 1;
        settle(bench_);
        bench_.cycle();
        REQUIRE_FALSE(
            (bench_->write_valid || bench_->req_valid || bench_->fill_valid || bench_->wdata_valid));
    }

    template <typename Port>
    static void set_column(Port& port, const Column& column, std::size_t width) {
        for (std::size_t o = 0; o < column.size(); ++o) set_field(port, o * width, width, column[o]);
    }
    template <typename Port>
    static Column column_of(const Port& port) {
        Column column(N_COLUMN);
        for (std::size_t o = 0; o < column.size(); ++o)
            column[o] = static_cast<std::uint32_t>(get_field(port, o * 16, 16));
        return column;
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    std::map<std::pair<int, int>, Column> sums_;  // by word and column
    std::map<unsigned, Column> memory_;           // by beat
    std::deque<std::optional<std::pair<int, int>>> path_;
    std::deque<unsigned> reads_;
    unsigned write_at_ = 0;
    int open_ = 0, filled_ = 0;  // beats of the write burst under way; words that came back
    bool spill_ = false;
};

}  // namespace

TEST_CASE("what goes out comes back to its place") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    Unit unit(seed);
    for (int i = 0; i < 60; ++i) {
        const Job job = random_job(unit.random());
        INFO("job " << i << ": pixels " << job.pixels << ", blocks " << job.blocks << ", ring " << job.ring
                    << ", start " << job.start << ", latency " << job.latency << ", stall " << job.stall
                    << ", late " << job.late);
        unit.there_and_back(job);
    }
}

TEST_CASE("a job after one that was given up is right") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    Unit unit(seed);
    for (int i = 0; i < 40; ++i) {
        const Job job = random_job(unit.random());
        INFO("job " << i);
        unit.give_up(job, true, between(unit.random(), 1, 60));
        unit.there_and_back(random_job(unit.random()));
    }
}

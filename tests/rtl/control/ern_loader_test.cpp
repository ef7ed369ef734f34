// SPDX-License-Identifier: Apache-2.0
// Random jobs: every row is read once, in order, and arrives 6 cycles after its address; `ready` says when a batch is there;
// without stalls batches that are used at once follow each other in N_ROWS cycles.
#include <array>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

struct Row {
    long cycle;      // of its address
    int index;       // within its batch
    std::uint32_t word;
    bool operator==(const Row&) const = default;
};

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)), memory_(1u << W_ADDR) {
        for (auto& word : memory_) word = static_cast<std::uint32_t>(random_());
        bench_->go = bench_->use_batch = bench_->stall = 0;
        reset(bench_);
    }

    std::mt19937& random() { return random_; }

    // Returns the cycles from go to the last use. Up to `wait` cycles pass between a batch being there and its use.
    long run(int first, int batches, unsigned stall, int wait) {
        asked_.clear();
        arrived_.clear();
        go(first, batches);
        const long begin = cycle_;
        for (int used = 0; used < batches; ++used) {
            for (held_ = used == 0 ? 0 : held_; held_ < N_ROWS;) step(stall, false);
            for (int i = between(random_, 0, wait); i > 0; --i) step(stall, false);
            held_ = 0;
            step(stall, true);
        }
        const long cycles = cycle_ - begin;
        for (int i = 0; i < 8; ++i) step(0, false);   // rows on their way
        settle(bench_);
        REQUIRE(bench_->idle);
        check(first, batches);
        return cycles;
    }

    void abandon() {
        bench_->rst = 1;
        for (int i = 0; i < 6; ++i) {
            step(0, false);
            held_ = 0;
        }
        bench_->rst = 0;
    }

    void go(int first, int batches) {
        bench_->go = 1;
        set_port(bench_->first_row, static_cast<unsigned>(first));
        set_port(bench_->batches, static_cast<unsigned>(batches));
        settle(bench_);
        REQUIRE(bench_->idle);
        step(0, false);
        bench_->go = 0;
    }

    void step(unsigned stall, bool use) {
        bench_->use_batch = use;
        bench_->stall = chance(random_, stall);
        bench_->mem_data = answers_[0];
        settle(bench_);
        if (bench_->row_valid) arrived_.push_back({cycle_ - 6, bench_->row, bench_->row_word});
        const bool take = bench_->mem_take;
        if (take && bench_->stall) FAIL("a row is read in a stalled cycle");
        answers_ = {answers_[1], take ? memory_[bench_->mem_address] : static_cast<std::uint32_t>(random_())};
        if (take) {
            asked_.push_back({cycle_, held_, memory_[bench_->mem_address]});
            addresses_.push_back(bench_->mem_address);
            ++held_;
        }
        if (!use && bench_->ready != (held_ == N_ROWS)) FAIL("ready is " << int{bench_->ready} << " with " << held_ << " rows");
        bench_.cycle();
        ++cycle_;
    }

  private:
    void check(int first, int batches) {
        REQUIRE(asked_.size() == static_cast<std::size_t>(batches * N_ROWS));
        for (std::size_t i = 0; i < asked_.size(); ++i) {
            if (addresses_[addresses_.size() - asked_.size() + i] != static_cast<unsigned>(first) + i) FAIL("row " << i << " of another address");
            REQUIRE(asked_[i].index == static_cast<int>(i) % N_ROWS);
        }
        REQUIRE(arrived_ == asked_);
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    std::vector<std::uint32_t> memory_;
    std::array<std::uint32_t, 2> answers_{};   // on mem_data in this cycle and in the next one
    std::vector<Row> asked_, arrived_;
    std::vector<unsigned> addresses_;
    int held_ = 0;   // rows of the batch that were read
    long cycle_ = 0;
};

}  // namespace

TEST_CASE("a job's rows come in order, each 6 cycles after its address") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    Unit unit(seed);
    for (int job = 0; job < 100; ++job) {
        const int batches = between(unit.random(), 1, 6), first = between(unit.random(), 0, (1 << W_ADDR) - batches * N_ROWS);
        const unsigned stall = between(unit.random(), 0u, 5u);
        const int wait = between(unit.random(), 0, 20);
        INFO("job " << job << ": " << batches << " batches, stall " << stall << ", wait " << wait);
        unit.run(first, batches, stall, wait);
    }
}

TEST_CASE("batches that are used at once follow each other in N_ROWS cycles") {
    Unit unit(3);
    const int batches = GENERATE(1, 2, 7);
    CHECK(unit.run(0, batches, 0, 0) == N_ROWS * batches + 1);
}

TEST_CASE("a job after an abandoned one starts anew") {
    Unit unit(4);
    for (int i = 0; i < 30; ++i) {
        unit.go(0, 3);
        for (int cycles = between(unit.random(), 0, 2 * N_ROWS); cycles > 0; --cycles) unit.step(0, false);
        unit.abandon();
        unit.run(i, 2, 0, 3);
    }
}

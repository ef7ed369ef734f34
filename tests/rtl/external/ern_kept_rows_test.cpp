// SPDX-License-Identifier: Apache-2.0
// Jobs of a loader through a memory of kept rows: rows of the stream in order, each once; rows that were stored, whenever a
// later job asks for them; every one 2 cycles after its take, with pauses of both sides.
#include <deque>
#include <map>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

Bits row_bits(std::uint32_t number) {
    std::mt19937 random(number);
    return random_bits(random, W_DATA, 4);
}

struct Job {
    bool store = false, kept = false;
    std::uint32_t first = 0, rows = 1;
};

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)) {
        bench_->go = bench_->take = bench_->in_available = 0;
        reset(bench_);
    }

    void run(int jobs) {
        for (int i = 0; i < jobs; ++i) run_job(random_job());
        bench_->take = 0;
        for (int i = 0; i < 3; ++i) cycle({});
        CHECK(reused_ > 20);
    }

  private:
    // Kept rows of which all were stored; otherwise a job from the stream.
    Job random_job() {
        Job job;
        job.rows = between(random_, 1u, 6u);
        job.first = between(random_, 0u, static_cast<unsigned>(DEPTH) - job.rows);
        job.kept = chance(random_, 4);
        for (std::uint32_t r = 0; r < job.rows; ++r) job.kept = job.kept && kept_.count(job.first + r) == 1;
        job.store = !job.kept && chance(random_, 5);
        return job;
    }

    void run_job(const Job& job) {
        bench_->take = 0;
        cycle({});  // what was stored last lands
        bench_->go = 1;
        bench_->cfg_store = job.store;
        bench_->cfg_kept = job.kept;
        bench_->take = 0;
        cycle({});
        bench_->go = 0;
        bench_->cfg_store = chance(random_, 4);  // looked at with go only
        bench_->cfg_kept = chance(random_, 4);
        for (std::uint32_t r = 0; r < job.rows;) {
            bench_->in_available = !chance(random_, 3);
            settle(bench_);
            CHECK(bench_->out_available == (job.kept || bench_->in_available));
            bench_->take = bench_->out_available && !chance(random_, 2);
            set_port(bench_->address, job.first + r);
            settle(bench_);
            CHECK(bench_->in_take == (bench_->take && !job.kept));
            if (!bench_->take) {
                cycle({});
                continue;
            }
            const std::uint32_t number = job.kept ? kept_[job.first + r] : next_++;
            if (job.store) kept_[job.first + r] = number;
            reused_ += job.kept;
            cycle({true, job.kept, number});
            ++r;
        }
        bench_->take = 0;
    }

    struct Taken {
        bool any = false, kept = false;
        std::uint32_t number = 0;
    };

    // A cycle; the stream's row, and the one that must come out, are those of the take 2 cycles ago.
    void cycle(const Taken& taken) {
        expected_.push_back(taken);
        bench_.cycle();
        if (expected_.size() < 2) return;
        const Taken due = expected_.front();
        expected_.pop_front();
        set_bits(bench_->in_row, due.any && !due.kept ? row_bits(due.number) : random_bits(random_, W_DATA, 4));
        settle(bench_);
        if (due.any) CHECK(get_bits(bench_->out_row, W_DATA) == row_bits(due.number));
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    std::deque<Taken> expected_;
    std::map<std::uint32_t, std::uint32_t> kept_;  // address -> number of its row
    std::uint32_t next_ = 1;
    int reused_ = 0;
};

}  // namespace

TEST_CASE("rows of the stream and kept rows, in the order of the jobs") {
    for (const int seed : {1, 2}) Unit(seed).run(400);
}

// SPDX-License-Identifier: Apache-2.0
// The classifier's sums against the formula: each partial sum is asked for once, in order, in every cycle without stall;
// the answers come any fixed number of cycles later; done comes with the last word.
#include <deque>
#include <map>

#include "Vtop.h"
#include "descriptor_port.h"

namespace {

using namespace ern::rtl;

struct Job {
    int results, ring, base, step;
    int latency;      // of the peek path, cycles
    unsigned stall;   // eighths
};

struct Ask {
    int address, row;
    bool operator==(const Ask&) const = default;
};

Job random_job(std::mt19937& random) {
    Job job{};
    const int room = 1 << W_SUM;
    job.results = between(random, 1, 1 << W_RESULT);
    const int blocks = (job.results + N_OUTPUTS - 1) / N_OUTPUTS;
    job.ring = between(random, 1, std::min(9, room / blocks));
    job.step = between(random, job.ring, std::max(job.ring, std::min(20, room / blocks)));
    job.base = between(random, 0, room - (blocks - 1) * job.step - job.ring);
    job.latency = between(random, 1, 12);
    job.stall = between(random, 0u, 6u);
    return job;
}

// The order that the formula's loops give.
std::vector<Ask> asks_of(const Job& job) {
    std::vector<Ask> asks;
    for (int i = 0; i < job.results; ++i) {
        for (int k = 0; k < job.ring; ++k) asks.push_back({job.base + i / N_OUTPUTS * job.step + k, i % N_OUTPUTS});
    }
    return asks;
}

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)) {
        bench_->go = 0;
        bench_->in_valid = 0;
        bench_->stall = 0;
        reset(bench_);
    }

    // Runs a job; returns the cycles from go to done. With `give_up_after` it is abandoned after that many asks.
    int run(const Job& job, std::size_t give_up_after = SIZE_MAX) {
        go(job);
        asked_.clear();
        results_.clear();
        std::deque<std::optional<Ask>> path(static_cast<std::size_t>(job.latency) - 1);
        for (int cycles = 1; cycles < 100000; ++cycles) {
            const bool done = step(job, path);
            if (done) {
                check(job);
                return cycles;
            }
            if (asked_.size() >= give_up_after) {
                abandon(path.size());
                return cycles;
            }
        }
        FAIL("it never ends");
        return 0;
    }

    std::mt19937& random() { return random_; }

  private:
    void go(const Job& job) {
        auto& d = bench_->d;
        set_bits(d, random_bits(random_, ern::schedule::kDescriptorBits, 4));
        set_descriptor_field(d, "results", static_cast<unsigned>(job.results));
        set_descriptor_field(d, "sum_ring", static_cast<unsigned>(job.ring));
        set_descriptor_field(d, "sum_base", static_cast<unsigned>(job.base));
        set_descriptor_field(d, "sum_block_step", static_cast<unsigned>(job.step));
        bench_->go = 1;
        bench_->in_valid = 0;
        bench_.cycle();
        bench_->go = 0;
    }

    // One cycle; `path` is the way from a question to its answer.
    bool step(const Job& job, std::deque<std::optional<Ask>>& path) {
        const bool stall = chance(random_, job.stall);
        bench_->stall = stall;
        settle(bench_);
        const bool asks_left = asked_.size() < static_cast<std::size_t>(job.results * job.ring);
        if (bench_->out_peek != (asks_left && !stall)) FAIL("out_peek is " << int{bench_->out_peek});
        std::optional<Ask> asked;
        if (bench_->out_peek) asked = Ask{bench_->out_address, bench_->out_row};
        if (asked) asked_.push_back(*asked);

        // The answer that arrives: with latency 1 that of the last cycle's question.
        const std::optional<Ask> answered = last_;
        path.push_back(asked);
        last_ = path.front();
        path.pop_front();
        bench_->in_valid = answered.has_value();
        set_port(bench_->in_value, answered ? sum(*answered) : random_());
        settle(bench_);
        if (bench_->result_enable) results_.push_back({bench_->result_index, bench_->result_word});
        const bool done = bench_->done;
        bench_.cycle();
        if (done) last_.reset();
        return done;
    }

    void abandon(std::size_t on_the_way) {
        bench_->rst = 1;
        for (std::size_t i = 0; i <= on_the_way; ++i) {   // answers may still come
            bench_->in_valid = chance(random_, 4);
            bench_.cycle();
            REQUIRE_FALSE(bench_->out_peek);
        }
        bench_->rst = 0;
        last_.reset();
    }

    // The partial sum of a place, made up when first asked for; as bits of the accumulator.
    std::uint64_t sum(const Ask& ask) {
        const auto key = ask.address * N_OUTPUTS + ask.row;
        if (!sums_.contains(key)) {
            constexpr std::int64_t low = -(std::int64_t{1} << (W_ACC - 1));
            sums_[key] = chance(random_, 2) ? low : between(random_, low, -low - 1);
        }
        return static_cast<std::uint64_t>(sums_[key]) & ((std::uint64_t{1} << W_ACC) - 1);
    }

    void check(const Job& job) {
        REQUIRE(asked_ == asks_of(job));
        REQUIRE(results_.size() == static_cast<std::size_t>(job.results));
        for (int i = 0; i < job.results; ++i) {
            std::int64_t total = 0;
            for (int k = 0; k < job.ring; ++k) {
                total += sums_[(job.base + i / N_OUTPUTS * job.step + k) * N_OUTPUTS + i % N_OUTPUTS];
            }
            const auto [index, word] = results_[static_cast<std::size_t>(i)];
            if (index != static_cast<unsigned>(i) || word != static_cast<std::uint32_t>(total)) {
                FAIL("class " << i << ": result " << index << " is " << word << ", expected " << total);
            }
        }
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    std::map<int, std::int64_t> sums_;
    std::vector<Ask> asked_;
    std::optional<Ask> last_;
    std::vector<std::pair<unsigned, std::uint32_t>> results_;
};

}  // namespace

TEST_CASE("each class is the sum of its ring") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    Unit unit(seed);
    for (int i = 0; i < 200; ++i) {
        const Job job = random_job(unit.random());
        INFO("job " << i << ": results " << job.results << ", ring " << job.ring << ", base " << job.base << ", step "
                    << job.step << ", latency " << job.latency << ", stall " << job.stall);
        const int cycles = unit.run(job);
        const int least = job.results * job.ring + job.latency;   // a partial sum a cycle
        if (job.stall == 0) REQUIRE(cycles == least);
        REQUIRE(cycles >= least);
    }
}

TEST_CASE("a job after an abandoned one starts anew") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    Unit unit(seed);
    for (int i = 0; i < 50; ++i) {
        const Job job = random_job(unit.random());
        INFO("job " << i);
        unit.run(job, between(unit.random(), std::size_t{1}, std::size_t{40}));
        unit.run(random_job(unit.random()));
    }
}

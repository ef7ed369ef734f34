// SPDX-License-Identifier: Apache-2.0
// The FIFO is a queue of DEPTH words: in every cycle it takes a word iff it holds fewer, and offers its oldest word iff
// it holds one. That fixes latency (a word is offered one cycle after it was taken) and throughput.
#include <deque>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr std::uint64_t kMask = (std::uint64_t{1} << W_DATA) - 1;

// The FIFO and its model, cycle by cycle.
class Queue {
  public:
    explicit Queue(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)) { reset(); }

    void reset() {
        ern::rtl::reset(bench_);
        words_.clear();
        held_.reset();
    }

    // One cycle: a new word is offered if `give`, one is taken if `take`.
    void cycle(bool give, bool take) {
        bench_->in_valid = give;
        bench_->in_data = next_;
        bench_->out_ready = take;
        settle(bench_);
        check();
        held_.check(bench_->out_valid, bench_->out_ready, bench_->out_data);
        const bool given = give && bench_->in_ready, taken = take && bench_->out_valid;
        if (taken) words_.pop_front();
        if (given) {
            words_.push_back(next_);
            next_ = static_cast<decltype(next_)>((std::uint64_t{random_()} << 32 | random_()) & kMask);
        }
        passed += taken;
        bench_.cycle();
    }

    // No path through the FIFO within a cycle: neither side sees what the other one does.
    void check_paths() {
        for (const int sides : {0, 1, 2, 3}) {
            bench_->in_valid = (sides & 1) != 0;
            bench_->out_ready = (sides & 2) != 0;
            settle(bench_);
            check();
        }
    }

    std::size_t size() const { return words_.size(); }
    bool chance(unsigned eighths) { return ern::rtl::chance(random_, eighths); }
    long passed = 0;

  private:
    void check() {
        const bool ready = bench_->in_ready, valid = bench_->out_valid;
        if (ready != (words_.size() < DEPTH)) FAIL("in_ready is " << ready << " with " << words_.size() << " words");
        if (valid != !words_.empty()) FAIL("out_valid is " << valid << " with " << words_.size() << " words");
        if (valid && !words_.empty() && bench_->out_data != words_.front()) FAIL("not the oldest word");
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    std::remove_cvref_t<decltype(Vtop::in_data)> next_ = 1;
    std::deque<decltype(next_)> words_;
    HeldWord<decltype(next_)> held_;
};

}  // namespace

TEST_CASE("words come out in order under any traffic") {
    const int seed = GENERATE(1, 2);
    const Traffic traffic{GENERATE(0u, 1u, 4u, 7u), GENERATE(0u, 1u, 4u, 7u)};
    INFO("seed " << seed << ", " << to_string(traffic));
    Queue queue(seed);
    constexpr int kCycles = 4000;
    for (int i = 0; i < kCycles; ++i) queue.cycle(!queue.chance(traffic.idle), !queue.chance(traffic.stall));
    CHECK(queue.passed > kCycles / 20);
}

TEST_CASE("a word a cycle passes when nobody waits") {
    const std::size_t ahead = GENERATE(0, 1, DEPTH - 1);  // words inside beforehand
    Queue queue(1);
    for (std::size_t i = 0; i < ahead; ++i) queue.cycle(true, false);
    constexpr int kCycles = 5 * DEPTH;
    for (int i = 0; i < kCycles; ++i) queue.cycle(true, true);
    CHECK(queue.passed == kCycles - (ahead == 0));
}

TEST_CASE("one word less than full, full, one more offered: then all come out") {
    const int offered = GENERATE(DEPTH - 1, DEPTH, DEPTH + 1, 2 * DEPTH + 1);
    const int start = GENERATE(range(0, 2 * DEPTH, DEPTH > 8 ? 5 : 1));  // where the indices stand
    INFO("offered " << offered << ", start " << start);
    Queue queue(offered);
    for (int i = 0; i < start; ++i) {
        queue.cycle(true, false);
        queue.cycle(false, true);
    }
    const long before = queue.passed;
    for (int i = 0; i < offered; ++i) {
        queue.check_paths();
        queue.cycle(true, false);
    }
    CHECK(queue.size() == static_cast<std::size_t>(std::min(offered, DEPTH)));
    while (queue.size() > 0) {
        queue.check_paths();
        queue.cycle(false, true);
    }
    queue.cycle(false, true);
    CHECK(queue.passed - before == std::min(offered, DEPTH));
}

TEST_CASE("reset empties it in any state") {
    const int words = GENERATE(0, 1, DEPTH - 1, DEPTH);
    Queue queue(2);
    for (int i = 0; i < 3; ++i) queue.cycle(true, true);
    for (int i = 0; i < words; ++i) queue.cycle(true, false);
    queue.reset();
    for (int i = 0; i < 3 * DEPTH; ++i) queue.cycle(queue.chance(4), queue.chance(4));
    CHECK(queue.passed > 0);
}

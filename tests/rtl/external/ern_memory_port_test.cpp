// SPDX-License-Identifier: Apache-2.0
// Four readers and a writer on one port, with a memory of random delays: every reader gets its bursts' beats, in order; the
// writer's beats go out unchanged; after `clear` nobody gets what was asked for before.
#include <array>
#include <deque>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

struct Burst {
    unsigned address, length;
    bool operator==(const Burst&) const = default;
};

std::uint32_t beat_at(unsigned address) { return address * 2654435761u; }

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)) {
        bench_->clear = bench_->req_valid = bench_->write_valid = bench_->wdata_valid = bench_->mem_req_ready = 0;
        bench_->mem_wdata_ready = bench_->mem_rdata_valid = 0;
        reset(bench_);
    }

    void run(int cycles, unsigned clear_in_thousand) {
        for (int i = 0; i < cycles; ++i) {
            clearing_ = random_() % 1000 < clear_in_thousand;
            step();
        }
        clearing_ = false;
        draining_ = true;   // nothing new
        for (int i = 0; i < 12000; ++i) step();
        for (std::size_t r = 0; r < N_READ; ++r) REQUIRE(expected_[r].empty());
        REQUIRE((memory_.empty() && writes_.empty() && !wants_[0] && !write_));
    }
    std::array<int, N_READ> beats{};
    int written = 0;

  private:
    void step() {
        ask();
        drive_memory();
        bench_->clear = clearing_;
        settle(bench_);
        take_requests();
        take_memory_side();
        deliver();   // in the cycle of a clear what came in the one before
        if (clearing_) for (auto& e : expected_) e.clear();
        bench_.cycle();
    }

    void ask() {
        unsigned valid = 0;
        for (unsigned r = 0; r < N_READ; ++r) {
            if (!wants_[r] && !draining_ && random_() % 128 == 0) wants_[r] = Burst{between(random_, 0u, 4000u), length()};
            if (clearing_) wants_[r].reset();   // a cleared reader asks anew later
            if (wants_[r]) valid |= 1u << r;
            set_field(bench_->req_address, r * W_BEAT, W_BEAT, wants_[r] ? wants_[r]->address : random_() & 4095);
            set_field(bench_->req_length, r * 8, 8, wants_[r] ? wants_[r]->length : random_() & 255);
        }
        set_port(bench_->req_valid, valid);
        if (!write_ && to_send_ == 0 && !draining_ && random_() % 64 == 0) write_ = Burst{between(random_, 0u, 4000u), between(random_, 1u, 8u)};
        bench_->write_valid = write_.has_value();
        set_port(bench_->write_address, write_ ? write_->address : 0);
        set_port(bench_->write_length, write_ ? write_->length : 0);
        if (to_send_ > 0 && !data_) data_ = static_cast<std::uint32_t>(random_());
        bench_->wdata_valid = data_.has_value();
        bench_->wdata = data_.value_or(0);
    }

    // Most bursts are short; some of any length.
    unsigned length() { return chance(random_, 1) ? between(random_, 1u, 255u) : between(random_, 1u, 32u); }

    void drive_memory() {
        bench_->mem_req_ready = chance(random_, 4);
        bench_->mem_wdata_ready = chance(random_, 5);
        bench_->mem_rdata_valid = !memory_.empty() && chance(random_, 6);
        bench_->mem_rdata = memory_.empty() ? 0 : beat_at(memory_.front().address);
    }

    void take_requests() {
        for (unsigned r = 0; r < N_READ; ++r) {
            if ((bench_->req_ready >> r & 1u) == 0) continue;
            REQUIRE(wants_[r]);
            for (unsigned i = 0; i < wants_[r]->length; ++i) expected_[r].push_back(beat_at(wants_[r]->address + i));
            sent_.push_back(*wants_[r]);
            wants_[r].reset();
        }
        if (write_ && bench_->write_ready) {
            sent_writes_.push_back(*write_);
            to_send_ = write_->length;
            write_.reset();
        }
        if (data_ && bench_->wdata_ready) {
            REQUIRE(bench_->mem_wdata == *data_);
            ++written;
            --to_send_;
            data_.reset();
        }
    }

    void take_memory_side() {
        const Burst b{bench_->mem_req_address, bench_->mem_req_length};
        held_.check(bench_->mem_req_valid, bench_->mem_req_ready, {bench_->mem_req_write != 0, b.address, b.length});
        if (bench_->mem_req_valid && bench_->mem_req_ready) {
            auto& queue = bench_->mem_req_write ? sent_writes_ : sent_;
            REQUIRE(!queue.empty());
            REQUIRE(queue.front() == b);
            queue.pop_front();
            if (!bench_->mem_req_write) memory_.push_back(b);
        }
    }

    void deliver() {
        for (unsigned r = 0; r < N_READ; ++r) {
            if ((bench_->out_valid >> r & 1u) == 0) continue;
            REQUIRE(!expected_[r].empty());
            REQUIRE(bench_->out_data == expected_[r].front());
            expected_[r].pop_front();
            ++beats[r];
        }
        if (!bench_->mem_rdata_valid) return;
        ++memory_.front().address;
        if (--memory_.front().length == 0) memory_.pop_front();
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    std::array<std::optional<Burst>, N_READ> wants_;
    std::array<std::deque<std::uint32_t>, N_READ> expected_;
    std::deque<Burst> sent_, sent_writes_, memory_, writes_;
    std::optional<Burst> write_;
    std::optional<std::uint32_t> data_;
    unsigned to_send_ = 0;
    HeldWord<std::tuple<bool, unsigned, unsigned>> held_;
    bool clearing_ = false, draining_ = false;
};

}  // namespace

TEST_CASE("every reader gets its beats in order, and writes go out") {
    const int seed = GENERATE(1, 2, 3);
    Unit unit(seed);
    unit.run(30000, 0);
    for (int beats : unit.beats) CHECK(beats > 100);
    CHECK(unit.written > 100);
}

TEST_CASE("after a clear nothing comes that was asked for before") {
    const int seed = GENERATE(4, 5, 6);
    Unit unit(seed);
    unit.run(30000, 5);
    CHECK(unit.beats[0] > 100);
}

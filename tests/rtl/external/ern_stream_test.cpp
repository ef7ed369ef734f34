// SPDX-License-Identifier: Apache-2.0
// Frames of rows through the ring: every row in order, 2 cycles after it was taken, whatever the memory's delays and the
// taker's pauses; requests stay until they are taken, lie within the frame, and never ask for more than there is room for.
#include <deque>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr std::uint32_t kBeatUnits = W_PORT / 32;
constexpr std::uint32_t kRoom = std::uint32_t{DEPTH} * UNITS;

// Unit `i` of the memory, made up.
std::uint32_t unit(std::uint32_t i) { return (i * 2654435761u) ^ (i >> 7); }

Bits row_bits(std::uint32_t first_unit) {
    Bits bits;
    for (std::uint32_t b = 0; b < W_DATA; ++b) bits.push_back((unit(first_unit + b / 32) >> (b % 32)) & 1u);
    return bits;
}

struct Frame {
    std::uint32_t base, beats;   // beats
    std::uint32_t rows() const { return beats * kBeatUnits / UNITS; }
};

// Whole rows in whole beats.
Frame random_frame(std::mt19937& random) {
    const std::uint32_t step = UNITS % kBeatUnits == 0 ? UNITS / kBeatUnits : UNITS;   // beats, enough for whole rows
    const std::uint32_t beats = std::max(1u, step) * between(random, 1u, 40u);
    return {between(random, 0u, 5000u), beats};
}

struct Burst {
    std::uint32_t next, left;
};

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)) {
        bench_->take = bench_->in_valid = bench_->req_ready = bench_->frame_valid = 0;
        reset(bench_);
    }
    std::mt19937& random() { return random_; }

    // The same frame `times` times, back to back. Chances in eighths: no request taken, no beat, no row taken.
    void run(const Frame& f, std::uint32_t times, unsigned slow, unsigned gap, unsigned pause) {
        bench_->rst = 1;
        bench_.cycle();
        bench_->rst = 0;
        bursts_.clear();
        expected_.clear();
        set_port(bench_->cfg_base, f.base);
        set_port(bench_->cfg_length, f.beats);
        frame_ = f;
        next_ask_ = begun_ = 0;
        taken_ = arrived_ = asked_ = came_ = units_there_ = 0;
        held_.reset();
        const std::uint64_t rows = std::uint64_t{times} * f.rows();
        for (int cycles = 0; arrived_ < rows; ++cycles) {
            if (cycles > 400000) FAIL("it never ends");
            step(times, rows, slow, gap, pause);
        }
        CHECK(begun_ == times);
    }

  private:
    void step(std::uint32_t times, std::uint64_t rows, unsigned slow, unsigned gap, unsigned pause) {
        bench_->frame_valid = begun_ < times;
        bench_->req_ready = !chance(random_, slow);
        serve(gap);
        bench_->take = 0;
        settle(bench_);
        const bool available = bench_->available;
        if (available && taken_ >= units_there_ / UNITS) FAIL("a row is offered that has not come");
        bench_->take = available && taken_ < rows && !chance(random_, pause);
        settle(bench_);
        if (bench_->frame_begin) ++begun_;
        take_request();
        arrive();
        if (bench_->take) {
            expected_.push_back({2, row_bits((f_base() + static_cast<std::uint32_t>(taken_ % frame_.rows()) * UNITS))});
            ++taken_;
        }
        bench_.cycle();
    }

    std::uint32_t f_base() const { return frame_.base * kBeatUnits; }

    // A row that was taken two cycles ago is there.
    void arrive() {
        for (auto& e : expected_) --e.first;
        if (expected_.empty() || expected_.front().first > 0) return;
        if (get_bits(bench_->out_row, W_DATA) != expected_.front().second) FAIL("row " << arrived_ << " is another one");
        expected_.pop_front();
        ++arrived_;
    }

    void take_request() {
        const std::pair<std::uint64_t, std::uint64_t> request{bench_->req_address, bench_->req_length};
        held_.check(bench_->req_valid, bench_->req_ready, request);
        if (!bench_->req_valid || !bench_->req_ready) return;
        const auto first = static_cast<std::uint32_t>(request.first), length = static_cast<std::uint32_t>(request.second);
        REQUIRE(first == frame_.base + next_ask_);
        REQUIRE((length >= 1 && length <= N_BURST && next_ask_ + length <= frame_.beats));
        next_ask_ = (next_ask_ + length) % frame_.beats;
        asked_ += std::uint64_t{length} * kBeatUnits;
        if (asked_ - taken_ * UNITS > kRoom) FAIL("more is asked for than there is room for");
        bursts_.push_back({first, length});
    }

    void serve(unsigned gap) {
        bench_->in_valid = !bursts_.empty() && !chance(random_, gap);
        Bits data = random_bits(random_, W_PORT, 4);
        units_there_ = came_;
        if (bench_->in_valid) {
            Burst& b = bursts_.front();
            for (std::uint32_t i = 0; i < W_PORT; ++i) data[i] = (unit(b.next * kBeatUnits + i / 32) >> (i % 32)) & 1u;
            ++b.next;
            came_ += kBeatUnits;
            if (--b.left == 0) bursts_.pop_front();
        }
        set_bits(bench_->in_data, data);
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    Frame frame_{};
    std::deque<Burst> bursts_;
    std::deque<std::pair<int, Bits>> expected_;   // cycles until it is there
    HeldWord<std::pair<std::uint64_t, std::uint64_t>> held_;
    std::uint32_t next_ask_ = 0, begun_ = 0;
    std::uint64_t taken_ = 0, arrived_ = 0, asked_ = 0, came_ = 0, units_there_ = 0;
};

}  // namespace

TEST_CASE("rows come in order, frame after frame") {
    const int seed = GENERATE(1, 2, 3);
    INFO("seed " << seed);
    for (int i = 0; i < 15; ++i) {
        Unit unit(100 * seed + i);
        const Frame f = random_frame(unit.random());
        INFO("run " << i << ": " << f.beats << " beats");
        unit.run(f, between(unit.random(), 1u, 5u), between(unit.random(), 0u, 6u), between(unit.random(), 0u, 6u), between(unit.random(), 0u, 7u));
    }
}

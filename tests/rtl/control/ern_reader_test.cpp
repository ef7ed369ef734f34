// SPDX-License-Identifier: Apache-2.0
// Random tiles over an activation memory of random codes: every window's codes, flags and partial-sum address, in order;
// weights and thresholds are waited for; idle comes when everything has landed.
#include <deque>

#include "Vtop.h"
#include "pass_job.h"

namespace {

using namespace ern::rtl;

constexpr int kLanes = N_TAPS * N_CHANNELS, kDrain = 20;

struct Window {
    Bits lo, hi;
    bool first, last, threshold_swap, swapped, pool, pool_max;
    unsigned sub, sum_address;
    bool operator==(const Window&) const = default;
};

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)) {
        memory_.resize(std::size_t{N_TAPS} << W_ADDR);
        for (auto& word : memory_) word = {random_bits(random_, N_CHANNELS, 4), random_bits(random_, N_CHANNELS, 4)};
        bench_->go = bench_->stall = 0;
        reset(bench_);
        for (int i = 0; i < 4; ++i) bench_.cycle();
    }

    std::mt19937& random() { return random_; }

    // Runs a tile; `busy` and `stall` in eighths: shadow registers not ready, stalled cycles.
    void run(const PassJob& j, unsigned busy, unsigned stall) {
        bench_->go = 1;
        set_pass_job(bench_->descriptor, j, random_);
        settle(bench_);
        REQUIRE(bench_->idle);
        step(8, 0);
        bench_->go = 0;
        set_bits(bench_->descriptor, random_bits(random_, ern::schedule::kDescriptorBits, 4));   // the next one
        windows_.clear();
        weights_used_ = thresholds_taken_ = 0;
        last_window_ = 0;
        for (int cycles = 0;; ++cycles) {
            if (cycles > 200000) FAIL("it never ends");
            settle(bench_);
            if (bench_->idle) break;
            step(busy, stall);
        }
        // A window that is issued in cycle y is at the array in y + 6; idle is N_DRAIN after the last one.
        REQUIRE(cycle_ - (last_window_ - 6) >= kDrain);
        check(j);
    }

  private:
    struct Word {
        Bits lo, hi;
    };
    struct Request {
        std::vector<std::size_t> words;
    };

    void step(unsigned busy, unsigned stall) {
        bench_->weights_ready = weights_there_ || (weights_there_ = !chance(random_, busy));
        bench_->thresholds_ready = thresholds_there_ || (thresholds_there_ = !chance(random_, busy));
        bench_->stall = chance(random_, stall);
        answer();
        settle(bench_);
        if (bench_->weights_use) ++weights_used_, weights_there_ = false;
        if (bench_->thresholds_take) ++thresholds_taken_, thresholds_there_ = false;
        if (bench_->out_valid) take_window();
        swap_before_ = bench_->out_swap;
        ask();
        bench_.cycle();
        ++cycle_;
    }

    void ask() {
        Request r;
        for (std::size_t bank = 0; bank < N_TAPS; ++bank) {
            const auto address = get_field(bench_->mem_address, bank * W_ADDR, W_ADDR);
            r.words.push_back(bank << W_ADDR | address);
            for (std::size_t part = 1; part < N_PARTS; ++part) {
                REQUIRE(get_field(bench_->mem_address, (part * N_TAPS + bank) * W_ADDR, W_ADDR) == address);
            }
        }
        asked_.push_back(r);
    }

    // Words 3 cycles after their address.
    void answer() {
        if (asked_.size() < 3) return;
        Bits lo, hi;
        for (std::size_t word : asked_.front().words) {
            lo.insert(lo.end(), memory_[word].lo.begin(), memory_[word].lo.end());
            hi.insert(hi.end(), memory_[word].hi.begin(), memory_[word].hi.end());
        }
        set_bits(bench_->mem_lo, lo);
        set_bits(bench_->mem_hi, hi);
        asked_.pop_front();
    }

    void take_window() {
        windows_.push_back({get_bits(bench_->out_lo, kLanes), get_bits(bench_->out_hi, kLanes), bench_->out_first != 0,
                            bench_->out_last != 0, bench_->out_threshold_swap != 0, swap_before_, bench_->out_pool != 0,
                            bench_->out_pool_max != 0, bench_->out_pool_sub, bench_->out_sum_address});
        last_window_ = cycle_;
    }

    void check(const PassJob& j) {
        const auto passes = passes_of(j);
        std::size_t i = 0, last_passes = 0;
        for (const Pass& p : passes) {
            last_passes += p.last && j.codes;
            for (int y = 0; y < j.out_rows; ++y) {
                for (int x = 0; x < j.out_width; ++x, ++i) {
                    INFO("window " << i << ": row " << y << ", column " << x << ", block " << p.block);
                    REQUIRE(i < windows_.size());
                    compare(windows_[i], expected(j, p, y, x));
                }
            }
        }
        REQUIRE(i == windows_.size());
        REQUIRE(weights_used_ == (j.depthwise ? 0 : passes.size()));
        REQUIRE(thresholds_taken_ == last_passes);
    }

    Window expected(const PassJob& j, const Pass& p, int y, int x) const {
        Window w{Bits(kLanes), Bits(kLanes), false, false, false, false, false, false, 0, 0};
        for (int tap = 0; tap < N_TAPS; ++tap) {
            const int tap_row = j.wide ? 0 : tap / j.columns(), tap_column = j.wide ? 0 : tap % j.columns();
            if ((j.wide ? tap : tap_column) >= p.taps || tap_row >= p.rows) continue;
            const int row = p.row + y * j.stride + tap_row, column = p.column + x * j.stride + tap_column;
            const int block = p.channel_block + (j.wide ? tap : 0);
            if (row < 0 || row >= j.in_height || column < 0 || column >= j.in_width) continue;
            const auto bank = static_cast<std::size_t>(modulus(column + block + j.columns() * row, N_TAPS));
            const Word& word = memory_[bank << W_ADDR | static_cast<std::size_t>(j.row_word(row) + block * j.block_step + column / N_TAPS)];
            std::copy(word.lo.begin(), word.lo.end(), w.lo.begin() + tap * N_CHANNELS);
            std::copy(word.hi.begin(), word.hi.end(), w.hi.begin() + tap * N_CHANNELS);
        }
        const int place = y * j.out_width + x;
        w.first = p.first && place < j.sum_ring && j.from_zero;
        w.last = p.last && j.codes;
        w.threshold_swap = w.last && place == 0;
        w.swapped = !j.depthwise && place == 0;
        w.pool = j.depthwise, w.pool_max = j.pool_max;
        w.sub = static_cast<unsigned>(p.sub);
        w.sum_address = static_cast<unsigned>(j.sum_base + p.block * j.sum_block_step + (j.sum_start + place) % j.sum_ring);
        return w;
    }

    static void compare(const Window& w, const Window& e) {
        if (w.lo != e.lo || w.hi != e.hi) FAIL("other codes");
        REQUIRE(w.first == e.first);
        REQUIRE(w.last == e.last);
        REQUIRE(w.threshold_swap == e.threshold_swap);
        REQUIRE(w.swapped == e.swapped);
        REQUIRE(w.pool == e.pool);
        if (w.pool) REQUIRE((w.pool_max == e.pool_max && w.sub == e.sub));
        REQUIRE(w.sum_address == e.sum_address);
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    std::vector<Word> memory_;   // bank after bank
    std::deque<Request> asked_;
    std::vector<Window> windows_;
    std::size_t weights_used_ = 0, thresholds_taken_ = 0;
    bool weights_there_ = false, thresholds_there_ = false, swap_before_ = false;
    long cycle_ = 0, last_window_ = 0;
};

}  // namespace

TEST_CASE("every window of a tile has the codes, flags and partial sum that the loops give") {
    const int seed = GENERATE(1, 2, 3);
    Unit unit(seed);
    for (int i = 0; i < 200; ++i) {
        const PassJob j = random_pass_job(unit.random(), N_TAPS, N_TAP_ROWS, N_CHANNELS, N_OUTPUTS, W_ADDR, W_SUM);
        INFO("seed " << seed << ", job " << i << ": wide " << j.wide << ", depthwise " << j.depthwise << ", stride " << j.stride);
        unit.run(j, static_cast<unsigned>(i % 3) * 3, i % 2 ? 0 : 3);
    }
}

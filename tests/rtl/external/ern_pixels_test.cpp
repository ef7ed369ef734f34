// SPDX-License-Identifier: Apache-2.0
// Pictures of random sizes, one behind the other, each filled up until words and pixels are whole: every pixel comes 3 cycles after it
// was taken, no word is taken before it is needed, and none is left over.
#include <deque>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

class Unit {
  public:
    Unit(int seed, Traffic traffic) : bench_(seed), random_(static_cast<unsigned>(seed)), traffic_(traffic) {
        bench_->take = bench_->word_available = 0;
        bench_->cfg_colours = 1;
        reset(bench_);
    }
    std::mt19937& random() { return random_; }

    void run(std::uint32_t colours, std::uint32_t pixels) {
        set_port(bench_->cfg_colours, colours);
        while (pixels * colours % 5 != 0) ++pixels;
        words_.clear();
        for (std::uint32_t i = 0; i < pixels * colours / 5; ++i) words_.push_back(static_cast<std::uint32_t>(random_()) & 0x3fffffff);
        std::size_t words = 0, taken = 0;
        for (int cycles = 0; taken < pixels; ++cycles) {
            if (cycles > 10000) FAIL("it never ends");
            step(words, taken, colours, true);
        }
        REQUIRE(words == words_.size());
        for (int i = 0; i < 3; ++i) step(words, taken, colours, false);   // the last pixels are on their way
        REQUIRE(taken == pixels);
    }

    // A reset in the middle of a picture: the next one begins anew.
    void interrupt(std::uint32_t colours) {
        set_port(bench_->cfg_colours, colours);
        words_.assign(4, 0x2badcafe);
        std::size_t words = 0, taken = 0;
        for (std::uint32_t i = 0; i < 5; ++i) step(words, taken, colours, words < 4);
        reset(bench_);
        words_on_way_.assign(2, 0);
        expected_.assign(3, -1);
    }

  private:
    std::uint32_t code(std::size_t i) const { return words_[i / 5] >> (6 * (i % 5)) & 63; }

    void step(std::size_t& words, std::size_t& taken, std::uint32_t colours, bool more) {
        bench_->word_available = words < words_.size() && !chance(random_, traffic_.idle);
        bench_->in_word = words_on_way_.front();
        settle(bench_);
        bench_->take = more && bench_->available && !chance(random_, traffic_.stall);
        settle(bench_);
        if (expected_.front() >= 0 && bench_->out_pixel != static_cast<std::uint32_t>(expected_.front())) FAIL("pixel before " << taken << " is another one");
        words_on_way_.pop_front();
        expected_.pop_front();
        std::int64_t pixel = -1;
        if (bench_->take) {
            pixel = 0;
            for (std::uint32_t c = 0; c < colours; ++c) pixel |= std::int64_t{code(taken * colours + c)} << (6 * c);
            ++taken;
        }
        expected_.push_back(pixel);
        std::uint32_t word = static_cast<std::uint32_t>(random_()) & 0x3fffffff;
        if (bench_->word_take) {
            REQUIRE(bench_->word_available);
            word = words_[words++];
            REQUIRE(words * 5 >= taken * colours);               // what has been asked for is there,
            REQUIRE((words - 1) * 5 < taken * colours);          // and no word too early
        }
        words_on_way_.push_back(word);
        bench_.cycle();
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    Traffic traffic_;
    std::vector<std::uint32_t> words_;
    std::deque<std::uint32_t> words_on_way_ = std::deque<std::uint32_t>(2, 0);
    std::deque<std::int64_t> expected_ = std::deque<std::int64_t>(3, -1);
};

}  // namespace

TEST_CASE("pixels come out of words of five codes") {
    const int seed = GENERATE(1, 2, 3);
    const Traffic traffic = traffic_of(seed);
    INFO("seed " << seed << ", " << to_string(traffic));
    Unit unit(seed, traffic);
    for (int i = 0; i < 60; ++i) {
        const auto colours = between(unit.random(), 1u, 3u), pixels = between(unit.random(), 1u, 60u);
        INFO("picture " << i << ", " << pixels << " pixels of " << colours << " colours");
        if (chance(unit.random(), 4)) unit.interrupt(colours);
        unit.run(colours, pixels);
    }
}

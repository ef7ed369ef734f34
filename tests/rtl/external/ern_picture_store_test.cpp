// SPDX-License-Identifier: Apache-2.0
// Pictures of any size into a memory with room for two: five codes in 32 bits, in whole beats, numbers in order, a half picture
// overwritten by a new start, everything forgotten by a clear.
#include <deque>
#include <map>

#include "Vtop.h"
#include "picture_code.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr std::uint32_t kWords = W_PORT / 32, kCodes = 5 * kWords;   // a beat

struct Picture {
    std::uint32_t height, width, colours;
    std::uint16_t id;
    std::vector<std::uint8_t> bytes;
    std::uint32_t written() const { return (height * width * colours + kCodes - 1) / kCodes; }   // beats
    std::uint32_t beats() const { return written() + 2; }                                         // of its room
    std::uint32_t word(std::uint32_t i) const {
        std::uint32_t word = 0;
        for (std::uint32_t k = 0; k < 5 && 5 * i + k < bytes.size(); ++k) {
            word |= picture_code(bytes[5 * i + k]) << (6 * k);
        }
        return word;
    }
};

class Unit {
  public:
    Unit(int seed, Traffic traffic) : bench_(seed), random_(static_cast<unsigned>(seed)), traffic_(traffic) {
        bench_->clear = bench_->start = bench_->in_valid = bench_->release_full = bench_->words_begin = 0;
        bench_->write_ready = bench_->wdata_ready = 0;
        reset(bench_);
    }
    std::mt19937& random() { return random_; }

    void configure(std::uint32_t height, std::uint32_t width, std::uint32_t colours) {
        shape_ = {height, width, colours, 0, {}};
        set_port(bench_->cfg_base, base_ = between(random_, 0u, 100u));
        set_port(bench_->cfg_length, shape_.beats());
        set_port(bench_->cfg_height, height);
        set_port(bench_->cfg_width, width);
        set_port(bench_->cfg_colours, colours);
    }

    Picture picture() {
        Picture p = shape_;
        p.id = static_cast<std::uint16_t>(random_());
        for (std::uint32_t i = 0; i < p.height * p.width * p.colours; ++i) p.bytes.push_back(static_cast<std::uint8_t>(random_()));
        return p;
    }

    bool can_start() {
        settle(bench_);
        return bench_->can_start;
    }

    void start(const Picture& p) {
        while (!can_start()) step();
        bench_->start = 1;
        set_port(bench_->in_id, p.id);
        step();
        bench_->start = 0;
    }

    void send(const Picture& p, std::size_t end) {
        std::size_t sent = 0;
        for (int cycles = 0; sent < end; ++cycles) {
            if (cycles > 200000) FAIL("it never ends");
            bench_->in_valid = !chance(random_, traffic_.idle);
            bench_->in_data = bench_->in_valid ? p.bytes[sent] : static_cast<std::uint8_t>(random_());
            settle(bench_);
            sent += bench_->in_valid && bench_->in_ready;
            step();
        }
        bench_->in_valid = 0;
    }

    // Waits until as many whole pictures lie in memory.
    void wait_full() {
        for (int cycles = 0; !(settle(bench_), bench_->full); ++cycles) {
            if (cycles > 2000) FAIL("the picture is never there");
            step();
        }
    }

    // The oldest one is that one, in its room, and the pixels' reader is sent there.
    void check_oldest(const Picture& p) {
        wait_full();
        REQUIRE(bench_->out_id == p.id);
        REQUIRE(bench_->words_valid);
        const std::uint32_t at = base_ + (side_ ? shape_.beats() : 0);
        REQUIRE(bench_->words_base == at);
        for (std::uint32_t i = 0; i < p.written() * kWords; ++i) {
            if (memory_[at + i / kWords][i % kWords] != p.word(i)) FAIL("word " << i << " is another one");
        }
    }

    void begin_words() {
        bench_->words_begin = 1;
        step();
        bench_->words_begin = 0;
    }
    void release() {
        bench_->release_full = 1;
        step();
        bench_->release_full = 0;
        side_ = !side_;
    }
    void clear() {
        bench_->clear = 1;
        step();
        bench_->clear = 0;
        for (int i = 0; i < 400; ++i) step();   // a burst under way goes out
        settle(bench_);
        REQUIRE_FALSE((bench_->full || bench_->words_valid));
        side_ = false;
    }
    void step() {
        bench_->write_ready = !chance(random_, traffic_.stall);
        bench_->wdata_ready = !writes_.empty() && !chance(random_, traffic_.stall);
        settle(bench_);
        if (bench_->wdata_valid && bench_->wdata_ready) {
            auto& [address, left] = writes_.front();
            for (std::uint32_t i = 0; i < kWords; ++i) memory_[address].resize(kWords), memory_[address][i] = static_cast<std::uint32_t>(get_field(bench_->wdata, 32 * i, 32));
            ++address;
            if (--left == 0) writes_.pop_front();
        }
        if (bench_->write_valid && bench_->write_ready) {
            REQUIRE((bench_->write_length >= 1 && bench_->write_length <= N_BURST));
            REQUIRE((bench_->write_address >= base_ && bench_->write_address + bench_->write_length <= base_ + 2 * shape_.beats()));
            writes_.push_back({bench_->write_address, bench_->write_length});
        }
        bench_.cycle();
    }

  private:
    Bench<Vtop> bench_;
    std::mt19937 random_;
    Traffic traffic_;
    Picture shape_{};
    std::uint32_t base_ = 0;
    bool side_ = false;
    std::map<std::uint32_t, std::vector<std::uint32_t>> memory_;
    std::deque<std::pair<std::uint32_t, std::uint32_t>> writes_;
};

void run(int seed, Traffic traffic) {
    Unit unit(seed, traffic);
    for (int shape = 0; shape < 8; ++shape) {
        unit.configure(between(unit.random(), 1u, 9u), between(unit.random(), 1u, 13u), between(unit.random(), 1u, 3u));
        std::deque<Picture> waiting;
        for (int i = 0; i < 8; ++i) {
            Picture p = unit.picture();
            if (chance(unit.random(), 2)) {   // half of another one first
                const Picture other = unit.picture();
                unit.start(other);
                unit.send(other, between(unit.random(), std::size_t{0}, other.bytes.size() - 1));
            }
            unit.start(p);
            unit.send(p, p.bytes.size());
            waiting.push_back(p);
            if (waiting.size() == 2) {
                for (int k = 0; k < 100; ++k) unit.step();
                REQUIRE_FALSE(unit.can_start());   // both rooms are taken
                unit.check_oldest(waiting.front());
                unit.begin_words();
                unit.release();
                waiting.pop_front();
            }
        }
        if (chance(unit.random(), 4)) unit.send(unit.picture(), 0), unit.clear();
        else {
            unit.check_oldest(waiting.front());
            unit.begin_words();
            unit.release();
            unit.clear();
        }
    }
}

}  // namespace

TEST_CASE("pictures lie whole in their rooms, in order") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    run(seed, {0, 0});
    run(seed + 10, {3, 5});
}

// SPDX-License-Identifier: Apache-2.0
// Bursts of bytes, of this memory and of others, against the words that they spell: which are written, in which cycle, and
// when error is set. Bursts of any length, so that many end inside a word; addresses around the memory's end.
#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr std::size_t kBytes = (W_WORD + 7) / 8;

struct Word {
    std::uint32_t address;
    Bits bits;
};

class Unit {
  public:
    Unit(int seed, unsigned idle) : bench_(seed), random_(static_cast<unsigned>(seed)), idle_(idle) {
        bench_->clear = 0;
        bench_->in_valid = 0;
        reset(bench_);
    }

    void burst(int space, std::uint32_t address, std::size_t bytes) {
        std::vector<std::uint8_t> data;
        for (std::size_t i = 0; i < bytes; ++i) {
            while (chance(random_, idle_)) pause();
            data.push_back(static_cast<std::uint8_t>(random_()));
            if (space == SPACE) expect(address, data);
            drive(true, i == 0, space, address, data.back());
            cycle();
        }
    }

    void pause() {
        drive(false, chance(random_, 4), SPACE, 0, 0);
        cycle();
    }

    void clear() {
        bench_->clear = 1;
        error_ = false;
        begun_ = 0;
        pause();
        bench_->clear = 0;
    }

    std::mt19937& random() { return random_; }
    bool error() const { return error_; }
    int written = 0, errors = 0;

  private:
    // What the byte just added does: it may complete a word, or begin a burst where one was not finished.
    void expect(std::uint32_t address, const std::vector<std::uint8_t>& data) {
        if (data.size() == 1 && begun_ != 0) error_ = true;
        begun_ = data.size() % kBytes;
        if (begun_ != 0) return;
        const std::uint64_t at = std::uint64_t{address} + data.size() / kBytes - 1;
        if (at >= DEPTH) {
            error_ = true;
            return;
        }
        Bits bits(W_WORD);
        for (std::size_t b = 0; b < W_WORD; ++b) bits[b] = data[data.size() - kBytes + b / 8] >> b % 8 & 1;
        word_ = {static_cast<std::uint32_t>(at), bits};
    }

    // Bursts carry their address with every byte, as ern_host does; it counts with the first.
    void drive(bool valid, bool first, int space, std::uint32_t address, unsigned data) {
        bench_->in_valid = valid;
        bench_->in_first = first;
        set_port(bench_->in_space, static_cast<unsigned>(space));
        bench_->in_address = first ? address : static_cast<std::uint32_t>(random_());
        set_port(bench_->in_data, data);
    }

    // One edge; a word whose last byte went in is on the write port after it.
    void cycle() {
        bench_.cycle();
        if (bench_->write_enable != word_.has_value()) FAIL("write_enable is " << int{bench_->write_enable});
        if (bench_->error != error_) FAIL("error is " << int{bench_->error});
        if (word_) {
            REQUIRE(bench_->write_address == word_->address);
            REQUIRE(get_bits(bench_->write_word, W_WORD) == word_->bits);
            ++written;
        }
        word_.reset();
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    unsigned idle_;
    std::size_t begun_ = 0;   // bytes of the word that is coming
    bool error_ = false;
    std::optional<Word> word_;
};

}  // namespace

TEST_CASE("whole words within the memory") {
    const int seed = GENERATE(1, 2);
    const unsigned idle = GENERATE(0u, 4u);
    INFO("seed " << seed << ", idle " << idle << "/8");
    Unit unit(seed, idle);
    for (int i = 0; i < 300; ++i) {
        const auto first = between(unit.random(), 0u, DEPTH - 1u);
        const auto words = between(unit.random(), 1u, std::min(7u, DEPTH - first));
        unit.burst(SPACE, first, words * kBytes);
        if (chance(unit.random(), 2)) unit.burst(SPACE ^ 1, first, 5);
    }
    CHECK_FALSE(unit.error());
    CHECK(unit.written > 300);
}

TEST_CASE("every word of the memory in one burst, and one more") {
    Unit unit(1, 0);
    unit.burst(SPACE, 0, DEPTH * kBytes);
    CHECK(unit.written == DEPTH);
    CHECK_FALSE(unit.error());
    unit.burst(SPACE, DEPTH, kBytes);
    CHECK(unit.error());
    unit.clear();
    unit.burst(SPACE, DEPTH - 1, 2 * kBytes);
    CHECK(unit.written == DEPTH + 1);
    CHECK(unit.error());
}

TEST_CASE("bursts that end anywhere, words beyond the memory, clear") {
    const int seed = GENERATE(1, 2);
    const unsigned idle = GENERATE(0u, 4u);
    INFO("seed " << seed << ", idle " << idle << "/8");
    Unit unit(seed, idle);
    int errors = 0;
    for (int i = 0; i < 500; ++i) {
        const auto bytes = between(unit.random(), std::size_t{1}, 4 * kBytes);
        const std::uint32_t far = chance(unit.random(), 4) ? 0u : static_cast<std::uint32_t>(unit.random()() & 0x7fffffffu);
        unit.burst(chance(unit.random(), 6) ? SPACE : SPACE ^ 0x80, between(unit.random(), 0u, DEPTH + 2u) + far, bytes);
        errors += unit.error();
        if (chance(unit.random(), 2)) unit.clear();
    }
    CHECK(errors > 50);
    CHECK(unit.written > 50);
}

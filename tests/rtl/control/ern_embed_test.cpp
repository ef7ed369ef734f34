// SPDX-License-Identifier: Apache-2.0
// Random pictures through the pixel embedding: every word, its bank and its address by the formulas at the module's head,
// in raster order; pictures that begin anew half-way; a start that comes too late to be heeded.
#include <array>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr int kCodes = 10;

struct Geometry {
    int height, width, colours, base, row_step, block_step;
    int words() const { return (colours * kCodes + N_CHANNELS - 1) / N_CHANNELS; }
    int bytes() const { return height * width * colours; }
};

Geometry random_geometry(std::mt19937& random) {
    Geometry g{};
    g.height = between(random, 1, 6);
    g.width = between(random, 1, 9);
    g.colours = between(random, 1, 3);
    g.block_step = (g.width + N_TAPS - 1) / N_TAPS + between(random, 0, 2);
    g.row_step = g.words() * g.block_step + between(random, 0, 3);
    g.base = between(random, 0, (1 << W_ADDR) - g.height * g.row_step);
    return g;
}

struct Word {
    int bank, address;
    Bits lo, hi;
    bool operator==(const Word&) const = default;
};

// The embedding's formula: clamp(floor((v - 8 (e + 1) + 79) / 80), 0, 3).
int code_of(int v, int e) {
    const int x = v - 8 * (e + 1) + 79;
    return x < 0 ? 0 : std::min(3, x / 80);
}

std::vector<Word> words_of(const Geometry& g, const std::vector<std::uint8_t>& bytes) {
    std::vector<Word> words;
    for (int y = 0; y < g.height; ++y) {
        for (int x = 0; x < g.width; ++x) {
            for (int block = 0; block < g.words(); ++block) {
                Word w{(x + block + N_TAPS / N_TAP_ROWS * y) % N_TAPS, g.base + y * g.row_step + block * g.block_step + x / N_TAPS, Bits(N_CHANNELS), Bits(N_CHANNELS)};
                for (int lane = 0; lane < N_CHANNELS; ++lane) {
                    const int code = block * N_CHANNELS + lane;
                    if (code >= g.colours * kCodes) continue;
                    const int v = bytes[static_cast<std::size_t>((y * g.width + x) * g.colours + code / kCodes)];
                    w.lo[static_cast<std::size_t>(lane)] = code_of(v, code % kCodes) & 1;
                    w.hi[static_cast<std::size_t>(lane)] = code_of(v, code % kCodes) & 2;
                }
                words.push_back(w);
            }
        }
    }
    return words;
}

class Unit {
  public:
    Unit(int seed, Traffic traffic) : bench_(seed), random_(static_cast<unsigned>(seed)), traffic_(traffic) {
        bench_->start = bench_->in_valid = bench_->release_full = bench_->out_ready = 0;
        reset(bench_);
    }

    std::mt19937& random() { return random_; }

    std::vector<std::uint8_t> picture(const Geometry& g) {
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(g.bytes()));
        for (auto& byte : bytes) byte = chance(random_, 2) ? static_cast<std::uint8_t>(8 * between(random_, 0, 31) + between(random_, 0, 1))
                                                           : static_cast<std::uint8_t>(random_());
        return bytes;
    }

    void start(const Geometry& g) {
        set_port(bench_->cfg_base, static_cast<unsigned>(g.base));
        set_port(bench_->cfg_height, static_cast<unsigned>(g.height));
        set_port(bench_->cfg_width, static_cast<unsigned>(g.width));
        set_port(bench_->cfg_colours, static_cast<unsigned>(g.colours));
        set_port(bench_->cfg_row_step, static_cast<unsigned>(g.row_step));
        set_port(bench_->cfg_block_step, static_cast<unsigned>(g.block_step));
        bench_->start = 1;
        bench_->in_valid = 0;
        bench_->out_ready = 0;
        settle(bench_);
        REQUIRE(bench_->can_start);
        bench_.cycle();
        bench_->start = 0;
        held_.reset();
        sent_ = 0;
        words_.clear();
    }

    // Sends bytes until `end` of them are taken and their words have come, then returns.
    void send(const Geometry& g, const std::vector<std::uint8_t>& bytes, std::size_t end, bool disturb = false) {
        const std::size_t wanted = end / static_cast<std::size_t>(g.colours) * static_cast<std::size_t>(g.words());
        for (int cycles = 0; sent_ < end || words_.size() < wanted; ++cycles) {
            if (cycles > 100000) FAIL("it never ends");
            step(bytes, end, disturb && words_.size() + 1 == wanted);
        }
    }

    // For three cycles.
    bool full() {
        bench_->in_valid = 0;
        bool all = true;
        for (int i = 0; i < 3; ++i) {
            settle(bench_);
            all = all && bench_->full;
            bench_.cycle();
        }
        return all;
    }

    void release() {
        bench_->release_full = 1;
        bench_.cycle();
        bench_->release_full = 0;
    }

    const std::vector<Word>& words() const { return words_; }
    int late_starts = 0;

  private:
    void step(const std::vector<std::uint8_t>& bytes, std::size_t end, bool late) {
        const bool offer = sent_ < end && !chance(random_, traffic_.idle);
        bench_->in_valid = offer;
        bench_->in_data = offer ? bytes[sent_] : static_cast<std::uint8_t>(random_());
        bench_->out_ready = !chance(random_, traffic_.stall);
        bench_->start = 0;
        settle(bench_);
        REQUIRE_FALSE(bench_->full);
        if (late && bench_->out_valid) {   // the last word of the picture waits: too late to begin it anew
            REQUIRE_FALSE(bench_->can_start);
            bench_->start = 1;
            ++late_starts;
            settle(bench_);
        }
        Word word{0, static_cast<int>(bench_->out_address), get_bits(bench_->out_lo, N_CHANNELS), get_bits(bench_->out_hi, N_CHANNELS)};
        while (word.bank < N_TAPS - 1 && get_field(bench_->out_bank, static_cast<std::size_t>(word.bank), 1) == 0) ++word.bank;
        if (bench_->out_valid) REQUIRE(get_field(bench_->out_bank, 0, N_TAPS) == 1u << word.bank);
        held_.check(bench_->out_valid, bench_->out_ready, word);
        if (bench_->out_valid && bench_->out_ready) words_.push_back(word);
        if (offer && bench_->in_ready) ++sent_;
        bench_.cycle();
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    Traffic traffic_;
    HeldWord<Word> held_;
    std::size_t sent_ = 0;
    std::vector<Word> words_;
};

const std::array<Traffic, 3> kTraffic{{{0, 0}, {3, 0}, {2, 5}}};

}  // namespace

TEST_CASE("a picture's codes go to their words, in order, and full follows the last one") {
    const int seed = GENERATE(1, 2);
    const Traffic traffic = GENERATE(from_range(kTraffic));
    INFO("seed " << seed << ", " << to_string(traffic));
    Unit unit(seed, traffic);
    for (int i = 0; i < 40; ++i) {
        const Geometry g = random_geometry(unit.random());
        const auto bytes = unit.picture(g);
        unit.start(g);
        if (chance(unit.random(), 3)) {   // half a picture, then from the beginning
            unit.send(g, unit.picture(g), between(unit.random(), std::size_t{0}, bytes.size() - 1));
            unit.start(g);
        }
        unit.send(g, bytes, bytes.size());
        REQUIRE(unit.words() == words_of(g, bytes));
        REQUIRE(unit.full());
        unit.release();
        REQUIRE_FALSE(unit.full());
    }
}

// Regression: such a start was heeded, and a picture that was all there was lost.
TEST_CASE("a start while the last word of a complete picture waits is not heeded") {
    Unit unit(5, {0, 4});
    for (int i = 0; i < 20; ++i) {
        const Geometry g = random_geometry(unit.random());
        const auto bytes = unit.picture(g);
        unit.start(g);
        unit.send(g, bytes, bytes.size(), true);
        REQUIRE(unit.words() == words_of(g, bytes));
        REQUIRE(unit.full());
        unit.release();
    }
    CHECK(unit.late_starts >= 20);
}

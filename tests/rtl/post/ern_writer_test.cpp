// SPDX-License-Identifier: Apache-2.0
// Random maps, delivered block after block in raster order: the codes of a cycle are on the write port in the next one, at
// the word and in the bank that the formula names for (row, x, channel block). Maps follow each other without a pause.
#include <algorithm>

#include "Vtop.h"
#include "descriptor_port.h"

namespace {

using namespace ern::rtl;

constexpr int kPart = std::min(N_OUTPUTS, N_CHANNELS);
constexpr int kParts = N_CHANNELS / kPart;   // output blocks a word
constexpr int kWords = N_OUTPUTS / kPart;    // words an output block
constexpr int kTop = 1 << W_ADDR;
constexpr int kColumns = N_TAPS / N_TAP_ROWS;   // taps of a row

// A tile of a map that lies as a ring of rows in activation memory.
struct Tile {
    int width, rows, blocks, words;      // out_words
    int block_step, row_step;
    int base, ring_rows, first_row;      // first_row: place in the ring
    int first_block;                     // OVERLAP = 1: first channel block, mod N_TAPS
    int row;                             // of the map: the tile's first one
    int part;                            // OVERLAP = 1: of a word, that the first output block is
    int row_word(int y) const { return base + (first_row + y) % ring_rows * row_step; }
};

Tile random_tile(std::mt19937& random) {
    Tile t{};
    for (;;) {
        t.width = between(random, 1, 3 * N_TAPS + 1);
        t.rows = between(random, 1, 4);
        t.blocks = between(random, 1, 2 * kParts + 2);
        t.words = between(random, 1, kWords);
        t.first_block = OVERLAP ? between(random, 0, N_TAPS - 1) : 0;
        t.row = between(random, 0, 9);
        t.part = OVERLAP ? between(random, 0, kParts - 1) : 0;
        const int channel_blocks = kParts > 1 ? (t.part + t.blocks + kParts - 1) / kParts : t.blocks * t.words;
        t.block_step = (t.width + N_TAPS - 1) / N_TAPS + between(random, 0, 1);
        t.row_step = channel_blocks * t.block_step + between(random, 0, 2);
        t.ring_rows = t.rows + between(random, 0, 3);
        t.first_row = between(random, 0, t.ring_rows - 1);
        const int room = kTop - t.ring_rows * t.row_step;
        if (room < 0) continue;
        t.base = chance(random, 2) ? room : between(random, 0, room);   // often up to the last word
        return t;
    }
}

// What one cycle writes; an entry a bank and part, index bank * kParts + part.
struct Write {
    int address;
    Bits lo, hi;
};
using Writes = std::vector<std::optional<Write>>;

Bits lanes(const Bits& codes, int word) {
    return {codes.begin() + word * kPart, codes.begin() + (word + 1) * kPart};
}

Writes defined_writes(const Tile& t, int block, int y, int x, const Bits& lo, const Bits& hi) {
    Writes writes(N_TAPS * kParts);
    for (int word = 0; word < t.words; ++word) {
        const int channel_block = kParts > 1 ? (t.part + block) / kParts : block * t.words + word;
        const int part = (t.part + block) % kParts, bank = (x + t.first_block + channel_block + kColumns * (t.row + y)) % N_TAPS;
        const int address = t.row_word(y) + channel_block * t.block_step + x / N_TAPS;
        const auto at = static_cast<std::size_t>(bank * kParts);
        if (part == 0) {   // the whole word, zeros for what is to come
            for (int p = 1; p < kParts; ++p) writes[at + static_cast<std::size_t>(p)] = {address, Bits(kPart), Bits(kPart)};
        }
        writes[at + static_cast<std::size_t>(part)] = {address, lanes(lo, word), lanes(hi, word)};
    }
    return writes;
}

class Unit {
  public:
    Unit(int seed, unsigned idle) : bench_(seed), random_(static_cast<unsigned>(seed)), idle_(idle) {
        bench_->go = 0;
        bench_->in_valid = 0;
        reset(bench_);
    }

    void run(const Tile& t, int blocks) {
        go(t);
        for (int block = 0; block < blocks; ++block) {
            for (int y = 0; y < t.rows; ++y) {
                for (int x = 0; x < t.width; ++x) {
                    while (chance(random_, idle_)) pause();
                    put(t, block, y, x);
                }
            }
        }
    }

    void pause() {
        bench_->in_valid = 0;
        cycle(std::nullopt);
    }

    void abandon() {
        bench_->in_valid = 1;
        bench_->rst = 1;
        cycle(std::nullopt);
        bench_->rst = 0;
    }

    std::mt19937& random() { return random_; }
    long compared = 0;

  private:
    void go(const Tile& t) {
        auto& d = bench_->descriptor;
        set_descriptor_field(d, "out_bank", static_cast<unsigned>((t.first_block + kColumns * t.row) % N_TAPS));
        set_descriptor_field(d, "results", static_cast<unsigned>(t.part));
        set_descriptor_field(d, "out_width", static_cast<unsigned>(t.width));
        set_descriptor_field(d, "out_rows", static_cast<unsigned>(t.rows));
        set_descriptor_field(d, "out_words", static_cast<unsigned>(t.words));
        set_descriptor_field(d, "out_row", static_cast<unsigned>(t.row_word(0)));
        set_descriptor_field(d, "out_end", static_cast<unsigned>(t.base + t.ring_rows * t.row_step));
        set_descriptor_field(d, "out_ring", static_cast<unsigned>(t.ring_rows * t.row_step));
        set_descriptor_field(d, "out_row_step", static_cast<unsigned>(t.row_step));
        set_descriptor_field(d, "out_block_step", static_cast<unsigned>(t.block_step));
        bench_->go = 1;
        bench_->in_valid = 0;
        cycle(std::nullopt);
        bench_->go = 0;
        set_bits(d, random_bits(random_, ern::schedule::kDescriptorBits, 4));   // the next one may be there already
    }

    void put(const Tile& t, int block, int y, int x) {
        const Bits lo = random_bits(random_, N_OUTPUTS, 4), hi = random_bits(random_, N_OUTPUTS, 4);
        bench_->in_valid = 1;
        set_bits(bench_->in_lo, lo);
        set_bits(bench_->in_hi, hi);
        cycle(defined_writes(t, block, y, x, lo, hi));
    }

    // One edge, after which the port shows what went in.
    void cycle(const std::optional<Writes>& expected) {
        bench_.cycle();
        if (!expected) {
            if (get_field(bench_->out_enable, 0, N_TAPS * kParts) != 0) FAIL("writes without codes");
            return;
        }
        for (int i = 0; i < N_TAPS * kParts; ++i) compare(i, (*expected)[static_cast<std::size_t>(i)]);
        ++compared;
    }

    void compare(int i, const std::optional<Write>& expected) {
        const auto bank = static_cast<std::size_t>(i / kParts), part = static_cast<std::size_t>(i % kParts);
        const bool enabled = get_field(bench_->out_enable, static_cast<std::size_t>(i), 1) != 0;
        if (enabled != expected.has_value()) FAIL("bank " << bank << ", part " << part << ": write " << enabled);
        if (!enabled || !expected) return;
        const bool kept = get_field(bench_->out_keep, part, 1) != 0;
        const Bits none(kPart);
        const Bits lo = kept ? get_bits(bench_->out_lo, kPart, bank * kPart) : none;
        const Bits hi = kept ? get_bits(bench_->out_hi, kPart, bank * kPart) : none;
        const auto address = static_cast<int>(get_field(bench_->out_address, bank * W_ADDR, W_ADDR));
        if (address != expected->address || lo != expected->lo || hi != expected->hi) {
            FAIL("bank " << bank << ", part " << part << ": word " << address << ", expected "
                               << expected->address << (lo == expected->lo && hi == expected->hi ? "" : "; other codes"));
        }
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    unsigned idle_;
};

}  // namespace

TEST_CASE("a map's codes go to their words") {
    const int seed = GENERATE(1, 2);
    const unsigned idle = GENERATE(0u, 4u);
    INFO("seed " << seed << ", idle " << idle << "/8");
    Unit unit(seed, idle);
    for (int map = 0; map < 300; ++map) {
        const Tile tile = random_tile(unit.random());
        INFO("map " << map << ": width " << tile.width << ", rows " << tile.rows << ", blocks " << tile.blocks << ", words "
                    << tile.words);
        unit.run(tile, tile.blocks);
    }
    CHECK(unit.compared > 1000);
}

TEST_CASE("an abandoned map leaves nothing behind") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    Unit unit(seed, 1);
    for (int map = 0; map < 50; ++map) {
        const Tile tile = random_tile(unit.random());
        unit.run(tile, between(unit.random(), 0, tile.blocks));
        unit.abandon();
        unit.pause();
    }
    CHECK(unit.compared > 100);
}

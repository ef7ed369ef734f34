// SPDX-License-Identifier: Apache-2.0
// Rows of random pictures through the embedding into a ring of rows: every word, bank and address by the formulas at the
// module's head, with and without two picture rows in a word; pixels that fill up the last beat are dropped.
#include <algorithm>
#include <deque>

#include "Vtop.h"
#include "descriptor_port.h"
#include "picture_code.h"

namespace {

using namespace ern::rtl;

constexpr int kCodes = 10, kEmbed = 30;

struct Word {
    int bank, address;
    Bits lo, hi;
    bool operator==(const Word&) const = default;
};

constexpr int kColumns = N_TAPS / N_TAP_ROWS;   // taps of a row

struct Ring {
    int base, rows, row_step, block_step, width, height, words;
    bool paired;
};

Ring random_ring(std::mt19937& random) {
    Ring r{};
    r.paired = 2 * kEmbed <= N_CHANNELS && chance(random, 4);
    r.width = between(random, r.paired ? 8 : 1, 20), r.height = between(random, 1, 12);
    r.words = (kEmbed + N_CHANNELS - 1) / N_CHANNELS;
    r.block_step = (r.width + N_TAPS - 1) / N_TAPS;
    r.row_step = r.words * r.block_step + between(random, 0, 2);
    r.rows = between(random, 1, r.height);
    r.base = between(random, 0, (1 << W_ADDR) - r.rows * r.row_step);
    return r;
}

// A pixel as ern_picture_store codes it.
std::uint32_t coded(std::uint32_t pixel) {
    std::uint32_t codes = 0;
    for (int colour = 0; colour < 3; ++colour) codes |= picture_code(pixel >> (8 * colour) & 255) << (6 * colour);
    return codes;
}

// Codes of a pixel from lane `at` on.
void embed(Word& w, std::uint32_t pixel, int at, int first_code) {
    for (int code = 0; code < kEmbed; ++code) {
        const int lane = code - first_code + at;
        if (code < first_code || lane >= N_CHANNELS) continue;
        const int x = static_cast<int>(pixel >> (8 * (code / kCodes)) & 255) - 8 * (code % kCodes + 1) + 79;
        const int value = x < 0 ? 0 : std::min(3, x / 80);
        w.lo[static_cast<std::size_t>(lane)] = value & 1;
        w.hi[static_cast<std::size_t>(lane)] = value & 2;
    }
}

class Unit {
  public:
    Unit(int seed, Traffic traffic) : bench_(seed), random_(static_cast<unsigned>(seed)), traffic_(traffic) {
        bench_->go = bench_->pixel_available = bench_->out_ready = 0;
        reset(bench_);
    }
    std::mt19937& random() { return random_; }

    void picture(const Ring& r) {
        pixels_.clear();
        for (int i = 0; i < r.width * r.height; ++i) pixels_.push_back(static_cast<std::uint32_t>(random_()) & 0xffffff);
        taken_ = 0;
    }

    // Rows first..first + count - 1; `padding` pixels more are taken.
    void run(const Ring& r, int first, int count, int padding) {
        go(r, first, count, padding);
        words_.clear();
        bool done = false;
        for (int cycles = 0; !done; ++cycles) {
            if (cycles > 100000) FAIL("it never ends");
            done = step();
        }
        settle(bench_);
        REQUIRE(bench_->idle);
        REQUIRE(taken_ == static_cast<std::size_t>((first + count) * r.width + padding));
        const auto expected = words_of(r, first, count);
        REQUIRE(words_.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (!(words_[i] == expected[i])) FAIL("word " << i << ": bank " << words_[i].bank << ", word " << words_[i].address << ", expected "
                                                          << expected[i].bank << ", " << expected[i].address);
        }
    }

  private:
    void go(const Ring& r, int first, int count, int padding) {
        auto& d = bench_->descriptor;
        set_bits(d, random_bits(random_, ern::schedule::kDescriptorBits, 4));
        const auto put = [&](std::string_view name, int value) { set_descriptor_field(d, name, static_cast<unsigned>(value)); };
        put("out_width", r.width), put("out_rows", count), put("paired_rows", r.paired);
        set_field(d, 4 * 32, 16, static_cast<unsigned>(first));   // start_row
        put("out_row", r.base + first % r.rows * r.row_step), put("out_end", r.base + r.rows * r.row_step);
        put("out_ring", r.rows * r.row_step), put("out_row_step", r.row_step), put("out_block_step", r.block_step);
        put("out_words", r.words), put("out_bank", kColumns * first % N_TAPS), put("passes", r.width * count - 1 + padding);
        bench_->go = 1;
        settle(bench_);
        REQUIRE(bench_->idle);
        bench_->pixel_available = 0;
        bench_->out_ready = 0;
        bench_.cycle();
        bench_->go = 0;
        set_bits(d, random_bits(random_, ern::schedule::kDescriptorBits, 4));
    }

    bool step() {
        bench_->pixel_available = !chance(random_, traffic_.idle);
        bench_->out_ready = !chance(random_, traffic_.stall);
        set_port(bench_->in_pixel, coded(answers_.front()));
        settle(bench_);
        answers_.pop_front();
        std::uint32_t next = static_cast<std::uint32_t>(random_()) & 0xffffff;
        if (bench_->pixel_take) {
            REQUIRE(bench_->pixel_available);
            if (taken_ < pixels_.size()) next = pixels_[taken_];
            ++taken_;
        }
        answers_.push_back(next);
        Word w{0, static_cast<int>(bench_->out_address), get_bits(bench_->out_lo, N_CHANNELS), get_bits(bench_->out_hi, N_CHANNELS)};
        while (w.bank < N_TAPS - 1 && get_field(bench_->out_bank, static_cast<std::size_t>(w.bank), 1) == 0) ++w.bank;
        held_.check(bench_->out_valid, bench_->out_ready, w);
        if (bench_->out_valid && bench_->out_ready) words_.push_back(w);
        bench_.cycle();
        return bench_->done;
    }

    std::vector<Word> words_of(const Ring& r, int first, int count) const {
        std::vector<Word> words;
        for (int y = first; y < first + count; ++y) {
            for (int x = 0; x < r.width; ++x) {
                for (int block = 0; block < r.words; ++block) {
                    Word w{(x + block + kColumns * y) % N_TAPS, r.base + y % r.rows * r.row_step + block * r.block_step + x / N_TAPS, Bits(N_CHANNELS), Bits(N_CHANNELS)};
                    const auto pixel = [&](int row) { return row < 0 ? 0u : pixels_[static_cast<std::size_t>(row * r.width + x)]; };
                    if (r.paired && y % 2 == 0) {
                        embed(w, pixel(y), N_CHANNELS / 2, 0);
                        embed(w, pixel(y - 1), 0, 0);
                    } else {
                        embed(w, pixel(y), 0, block * N_CHANNELS);
                    }
                    words.push_back(w);
                }
            }
        }
        return words;
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    Traffic traffic_;
    std::vector<std::uint32_t> pixels_;
    std::deque<std::uint32_t> answers_ = std::deque<std::uint32_t>(3, 0);
    std::size_t taken_ = 0;
    std::vector<Word> words_;
    HeldWord<Word> held_;
};

}  // namespace

TEST_CASE("rows of a picture come into their ring, strip after strip") {
    const int seed = GENERATE(1, 2, 3);
    const Traffic traffic = traffic_of(seed);
    INFO("seed " << seed << ", " << to_string(traffic));
    Unit unit(seed, traffic);
    for (int i = 0; i < 60; ++i) {
        const Ring r = random_ring(unit.random());
        unit.picture(r);
        for (int y = 0; y < r.height;) {
            const int count = between(unit.random(), 1, std::min(r.rows, r.height - y));
            INFO("picture " << i << ", " << r.height << " x " << r.width << ", rows " << y << " to " << y + count - 1 << ", paired " << r.paired);
            unit.run(r, y, count, y + count == r.height ? between(unit.random(), 0, 3) : 0);
            y += count;
        }
    }
}

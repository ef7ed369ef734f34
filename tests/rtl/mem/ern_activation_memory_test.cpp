// SPDX-License-Identifier: Apache-2.0
// The banks hold what their two writers gave them: enabled parts of the array's words at once, picture words in the
// cycles that the array leaves. Every bank is read every cycle; its word comes three cycles later.
#include <deque>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr int kParts = N_CHANNELS / N_PART;

struct Part {
    Bits lo, hi;
};
using Content = std::vector<std::optional<Part>>;  // one entry a bank, address and part; nothing: never written

std::size_t place(int bank, unsigned address, int part) {
    return (static_cast<std::size_t>(bank) * DEPTH + address) * kParts + static_cast<std::size_t>(part);
}

struct Picture {
    int bank;
    unsigned address;
    Bits lo, hi;
};

Bits slice(const Bits& bits, std::size_t from, std::size_t count) {
    return {bits.begin() + static_cast<long>(from), bits.begin() + static_cast<long>(from + count)};
}

Picture random_picture(std::mt19937& random) {
    return {between(random, 0, N_TAPS - 1), between(random, 0u, DEPTH - 1u), random_bits(random, N_CHANNELS, 4),
            random_bits(random, N_CHANNELS, 4)};
}

class Banks {
  public:
    explicit Banks(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)) {}

    // One cycle: codes with a chance of `codes` eighths, a picture word that waits with one of `pictures`.
    void cycle(unsigned codes, unsigned pictures) {
        before_ = content_;
        written_.assign(content_.size(), false);
        for (Write& w : next_) land(w);   // what the cycle before gave
        next_.clear();
        drive_codes(codes);
        drive_picture(pictures);
        drive_reads();
        settle(bench_);
        REQUIRE(static_cast<bool>(bench_->picture_ready) == !busy_[static_cast<std::size_t>(shown_bank_)]);
        if (picture_ && !busy_[static_cast<std::size_t>(shown_bank_)]) {
            write_picture();
            picture_.reset();
            ++pictures_written;
        }
        compare();
        bench_.cycle();
    }

    int compared = 0, pictures_written = 0;

  private:
    void drive_codes(unsigned codes) {
        const Bits enable = random_bits(random_, N_TAPS * kParts, chance(random_, codes) ? 4 : 0), keep = random_bits(random_, kParts, 5);
        const Bits lo = random_bits(random_, N_TAPS * N_PART, 4), hi = random_bits(random_, N_TAPS * N_PART, 4);
        set_bits(bench_->code_enable, enable);
        set_bits(bench_->code_keep, keep);
        set_bits(bench_->code_lo, lo);
        set_bits(bench_->code_hi, hi);
        for (int bank = 0; bank < N_TAPS; ++bank) {
            const unsigned address = between(random_, 0u, DEPTH - 1u);
            const std::size_t from = static_cast<std::size_t>(bank) * N_PART;
            set_field(bench_->code_address, static_cast<std::size_t>(bank) * W_ADDR, W_ADDR, address);
            busy_[static_cast<std::size_t>(bank)] = false;
            for (int part = 0; part < kParts; ++part) {
                if (!enable[static_cast<std::size_t>(bank * kParts + part)]) continue;
                busy_[static_cast<std::size_t>(bank)] = true;
                const bool kept = keep[static_cast<std::size_t>(part)];
                write(bank, address, part,
                      kept ? Part{slice(lo, from, N_PART), slice(hi, from, N_PART)} : Part{Bits(N_PART), Bits(N_PART)});
            }
        }
    }

    void drive_picture(unsigned pictures) {
        if (!picture_ && chance(random_, pictures)) picture_ = random_picture(random_);
        const Picture shown = picture_ ? *picture_ : random_picture(random_);
        bench_->picture_valid = picture_.has_value();
        shown_bank_ = shown.bank;
        set_port(bench_->picture_bank, 1u << shown.bank);
        set_port(bench_->picture_address, shown.address);
        set_bits(bench_->picture_lo, shown.lo);
        set_bits(bench_->picture_hi, shown.hi);
    }

    void write_picture() {
        for (int part = 0; part < kParts; ++part) {
            const std::size_t from = static_cast<std::size_t>(part) * N_PART;
            write(picture_->bank, picture_->address, part,
                  {slice(picture_->lo, from, N_PART), slice(picture_->hi, from, N_PART)});
        }
    }

    struct Write {
        std::size_t place;
        Part data;
    };

    void write(int bank, unsigned address, int part, Part data) { next_.push_back({place(bank, address, part), std::move(data)}); }

    void land(Write& w) {
        content_[w.place] = std::move(w.data);
        written_[w.place] = true;
    }

    void drive_reads() {
        asked_.emplace_back();
        for (int bank = 0; bank < N_TAPS; ++bank) {
            asked_.back().push_back(between(random_, 0u, DEPTH - 1u));
            for (int part = 0; part < N_CHANNELS / N_PART; ++part) {
                set_field(bench_->read_address, static_cast<std::size_t>(part * N_TAPS + bank) * W_ADDR, W_ADDR, asked_.back().back());
            }
        }
    }

    // Notes what the reads of this cycle must give and compares those of three cycles before. A word that is written in
    // the cycle in which it is read is undefined.
    void compare() {
        due_.emplace_back();
        for (int bank = 0; bank < N_TAPS; ++bank) {
            for (int part = 0; part < kParts; ++part) {
                const std::size_t at = place(bank, asked_.back()[static_cast<std::size_t>(bank)], part);
                due_.back().push_back(written_[at] ? std::nullopt : before_[at]);
            }
        }
        if (due_.size() < 4) return;
        for (int i = 0; i < N_TAPS * kParts; ++i) {
            const auto& expected = due_.front()[static_cast<std::size_t>(i)];
            if (!expected) continue;
            const std::size_t from = static_cast<std::size_t>(i) * N_PART;
            const bool same = get_bits(bench_->read_lo, N_PART, from) == expected->lo &&
                              get_bits(bench_->read_hi, N_PART, from) == expected->hi;
            if (!same) FAIL("bank " << i / kParts << ", part " << i % kParts << " differs");
            ++compared;
        }
        due_.pop_front();
        asked_.pop_front();
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    Content content_ = Content(static_cast<std::size_t>(N_TAPS) * DEPTH * kParts), before_;
    std::vector<bool> written_;
    std::vector<Write> next_;
    std::optional<Picture> picture_;
    std::deque<std::vector<unsigned>> asked_;
    std::deque<std::vector<std::optional<Part>>> due_;
    std::array<bool, N_TAPS> busy_{};  // banks that codes are written into
    int shown_bank_ = 0;
};

}  // namespace

TEST_CASE("the banks keep codes and picture words") {
    const int seed = GENERATE(1, 2);
    const unsigned codes = GENERATE(0u, 4u, 7u), pictures = GENERATE(0u, 4u, 8u);
    INFO("seed " << seed << ", codes " << codes << "/8, pictures " << pictures << "/8");
    Banks banks(seed);
    constexpr int kCycles = 2000;
    for (int cycle = 0; cycle < kCycles; ++cycle) banks.cycle(codes, pictures);
    if (codes + pictures > 0) CHECK(banks.compared > 1000);
    // A picture word is taken in every cycle that the array leaves.
    if (codes == 0 && pictures == 8) CHECK(banks.pictures_written == kCycles);
    if (codes == 7 && pictures == 8) CHECK(banks.pictures_written > kCycles / 12);
}

// SPDX-License-Identifier: Apache-2.0
// Writers of random bursts on one write port: every burst goes out whole, with its own beats, before the next; the first in rank goes first;
// a single beat may take the cycle after its request; a burst that the last writer forgot goes out at its length.
#include <array>
#include <optional>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

struct Burst {
    std::uint64_t address;
    unsigned length;
};

class Unit {
  public:
    Unit(int seed, unsigned forgets_in_thousand) : bench_(seed), random_(static_cast<unsigned>(seed)), forgets_(forgets_in_thousand) {
        bench_->forget = bench_->req_valid = bench_->data_valid = bench_->write_ready = bench_->wdata_ready = 0;
        reset(bench_);
    }

    void run(int cycles) {
        for (int i = 0; i < cycles; ++i) step();
        draining_ = true;
        for (int i = 0; i < 3000; ++i) step();
        for (const auto& wants : wants_) REQUIRE(!wants);
        REQUIRE(left_ == 0);
    }

    std::array<int, N_WRITE> bursts{}, beats{};
    int forgotten = 0;

  private:
    void step() {
        drive();
        settle(bench_);
        check_port();
        take();
        if (forgets_now_) {
            wants_[N_WRITE - 1].reset();
            words_[N_WRITE - 1].reset();
            if (left_ > 0 && owner_ == N_WRITE - 1 && !forgot_) forgot_ = true, ++forgotten;
        }
        bench_.cycle();
    }

    void drive() {
        forgets_now_ = !draining_ && random_() % 1000 < forgets_;
        unsigned valid = 0, data_valid = 0;
        for (unsigned n = 0; n < N_WRITE; ++n) {
            if (!wants_[n] && !draining_ && !(left_ > 0 && owner_ == n) && random_() % 32 == 0)
                wants_[n] = Burst{random_() & ((1u << W_BEAT) - 1), chance(random_, 1) ? between(random_, 1u, 255u) : between(random_, 1u, 9u)};
            if (wants_[n]) valid |= 1u << n;
            set_field(bench_->req_address, n * W_BEAT, W_BEAT, wants_[n] ? wants_[n]->address : random_());
            set_field(bench_->req_length, n * 8, 8, wants_[n] ? wants_[n]->length : random_());
            // Beats may be there before their request is taken; those that a writer forgot do not come.
            if (!words_[n] && (wants_[n] || (left_ > 0 && owner_ == n && !forgot_)) && chance(random_, 5)) words_[n] = random_() & ((std::uint64_t{1} << W_PORT) - 1);
            if (words_[n]) data_valid |= 1u << n;
            set_field(bench_->data, n * W_PORT, W_PORT, words_[n].value_or(random_()));
        }
        set_port(bench_->req_valid, valid);
        set_port(bench_->data_valid, data_valid);
        bench_->forget = forgets_now_;
        bench_->write_ready = chance(random_, 4);
        bench_->wdata_ready = chance(random_, 6);
    }

    void check_port() {
        const bool asked = bench_->req_valid != 0;
        REQUIRE(bench_->write_valid == (asked && left_ == 0));
        if (left_ == 0) REQUIRE(bench_->wdata_valid == 0);
        if (left_ > 0) REQUIRE(bench_->wdata_valid == (forgot_ || words_[owner_]));
        if (left_ > 0 && bench_->wdata_valid && !forgot_) REQUIRE(get_field(bench_->wdata, 0, W_PORT) == *words_[owner_]);
    }

    void take() {
        unsigned first = 0;
        while (first < N_WRITE && !wants_[first]) ++first;
        const bool granted = bench_->write_valid && bench_->write_ready, moved = bench_->wdata_valid && bench_->wdata_ready;
        REQUIRE(bench_->req_ready == (left_ == 0 && bench_->write_ready && first < N_WRITE ? 1u << first : 0u));
        REQUIRE(bench_->data_ready == (left_ > 0 && bench_->wdata_ready && !forgot_ ? 1u << owner_ : 0u));
        if (moved && --left_ == 0) words_[owner_].reset(), forgot_ = false, ++bursts[owner_];
        if (moved) words_[owner_].reset(), ++beats[owner_];
        if (!granted) return;
        REQUIRE(bench_->write_address == wants_[first]->address);
        REQUIRE(bench_->write_length == wants_[first]->length);
        owner_ = first;
        left_ = wants_[first]->length;
        wants_[first].reset();
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    unsigned forgets_;
    std::array<std::optional<Burst>, N_WRITE> wants_;
    std::array<std::optional<std::uint64_t>, N_WRITE> words_;   // the next beat of each
    unsigned owner_ = 0, left_ = 0;                             // the open burst
    bool forgot_ = false, forgets_now_ = false, draining_ = false;
};

}  // namespace

TEST_CASE("bursts go out whole, in order of rank") {
    Unit unit(GENERATE(1, 2, 3), 0);
    unit.run(40000);
    for (int bursts : unit.bursts) CHECK(bursts > 100);
}

TEST_CASE("what the last writer forgot goes out at its length") {
    Unit unit(GENERATE(4, 5, 6), 20);
    unit.run(40000);
    for (int bursts : unit.bursts) CHECK(bursts > 100);
    CHECK(unit.forgotten > 50);
}

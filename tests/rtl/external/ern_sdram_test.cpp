// SPDX-License-Identifier: Apache-2.0
// The SDRAM controller on a model of the part that enforces its timing table: random bursts read what was written before;
// a stream of reads, as the accelerator makes it, moves data nearly all the time.
#include "Vtop.h"
#include "memory_bursts.h"
#include "sdram_part.h"

namespace {

using namespace ern::rtl;

constexpr SdramShape kShape = sdram_shape(W_DATA);
constexpr int kWords = W_PORT / W_DATA, kQuiet = 100;
constexpr unsigned kPartWords = 4u << (kShape.row_bits + kShape.column_bits), kRowWords = 1u << kShape.column_bits;
using Beat = std::array<std::uint32_t, W_PORT / 32>;

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)), part_(CLOCK_PS / 1000.0, kWords, kShape) {
        bench_->mem_req_valid = bench_->mem_wdata_valid = 0;
        bench_->sd_dq_in = 0;
        reset(bench_);
    }

    void run(const std::deque<Burst>& bursts, bool lazy) { master_.run(bursts, lazy); }

    std::deque<Burst> random_bursts(int count) {
        std::deque<Burst> bursts;
        for (int i = 0; i < count; ++i) {
            // few rows, so that what was written is read; near the ends of rows; sometimes anywhere
            unsigned address = between(random_, 0u, 7u) * (kPartWords / 64) / kWords + between(random_, 0u, 8u) * kRowWords / kWords;
            address = random_() % 8 == 0 ? static_cast<unsigned>(random_()) : address - std::min(address, between(random_, 0u, 40u));
            bursts.push_back({random_() % 2 == 0, address % (kPartWords / kWords), between(random_, 1u, random_() % 16 == 0 ? 255u : 32u)});
        }
        return bursts;
    }

    // Beats lie in the part where the module's head says: columns, then banks, then rows.
    void check_places() {
        int wrong = 0;
        for (const auto& [address, beat] : master_.memory()) {
            for (unsigned w = 0; w < kWords; ++w) {
                const std::uint32_t word = part_.word(address * kWords + w).value_or(0);
                const unsigned bit = w * W_DATA;
                wrong += word != (beat[bit / 32] >> (bit % 32) & kShape.word_mask());
            }
        }
        CHECK(wrong == 0);
    }

    // Cycles that bursts take, the first one asked for at once.
    std::int64_t cycles_of(const std::deque<Burst>& bursts) {
        const std::int64_t start = cycles;
        run(bursts, false);
        return cycles - start - kQuiet;
    }

    std::int64_t cycles = 0;
    const SdramPart& part() const { return part_; }
    int beats_read() const { return master_.beats_read; }

  private:
    // The pads have a register in each direction.
    void clock() {
        const SdramPins now{bench_->sd_command, bench_->sd_bank, bench_->sd_address, bench_->sd_dq_out,
                            bench_->sd_dq_drive != 0};
        const auto data = part_.edge(pads_);
        pads_ = now;
        bench_.cycle();
        bench_->sd_dq_in = static_cast<std::remove_reference_t<decltype(bench_->sd_dq_in)>>(captured_);
        captured_ = data.value_or(static_cast<std::uint32_t>(random_()) & kShape.word_mask());
        ++cycles;
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    SdramPart part_;
    SdramPins pads_;
    std::uint32_t captured_ = 0;
    BurstMaster<Vtop, Beat> master_{bench_, random_,
                                    {.addresses = kPartWords / kWords, .most_idle = 60000, .quiet = kQuiet,
                                     .unwritten = [](unsigned) { return Beat{}; }, .clock = [this] { clock(); }}};
};

}  // namespace

TEST_CASE("random bursts read what was written, and no rule of the part is broken") {
    const int seed = GENERATE(1, 2, 3);
    INFO("seed " << seed);
    Unit unit(seed);
    unit.run(unit.random_bursts(1500), true);
    unit.run(unit.random_bursts(1500), false);
    CHECK(unit.beats_read() > 20000);
    unit.check_places();
    // Eight at the beginning, then one each T_REFRESH cycles.
    const auto expected = static_cast<int>((unit.cycles - T_INIT) / T_REFRESH) + 8;
    CHECK(std::abs(unit.part().refreshes() - expected) <= 2);
}

TEST_CASE("a stream of reads moves data nearly all the time") {
    Unit unit(1);
    unit.run({{false, 0, 1}}, false);
    const std::int64_t start = unit.cycles;
    std::deque<Burst> bursts;
    for (unsigned i = 0; i < 2000; ++i) bursts.push_back({false, i * 32, 32});
    unit.run(bursts, false);
    const double share = 2000.0 * 32 * kWords / static_cast<double>(unit.cycles - start);
    INFO("share of cycles with data " << share);
    CHECK(share > 0.98);
}

TEST_CASE("what a burst costs beside its data") {
    Unit unit(1);
    unit.run({{false, 0, 1}}, false);
    constexpr unsigned kBursts = 100, kBeats = 4, kTurn = 4, kRow = T_RP + T_RCD + 2;   // CAS + 1; another row of the same bank
    std::deque<Burst> reads, writes, turns, rows;
    for (unsigned i = 0; i < kBursts; ++i) {
        reads.push_back({false, kBeats * i % 16, kBeats});
        writes.push_back({true, kBeats * i % 16, kBeats});
        turns.push_back({i % 2 == 0, 0, kBeats});
        rows.push_back({false, i % 2 * (4 * kRowWords / kWords), kBeats});
    }
    const auto check = [&](const std::deque<Burst>& bursts, std::int64_t beside) {
        const std::int64_t cycles = unit.cycles_of(bursts), data = kBursts * kBeats * kWords + beside;
        const std::int64_t refresh = (cycles / T_REFRESH + 1) * (T_RP + T_RFC + T_RCD + 6);
        INFO(cycles << " cycles for " << data);
        CHECK(cycles <= data + refresh + 20);
        CHECK(cycles >= data - kTurn - kRow);
    };
    check(reads, 0);
    check(writes, 0);
    check(turns, kBursts / 2 * kTurn);
    check(rows, kBursts * kRow);
}

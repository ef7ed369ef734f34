// SPDX-License-Identifier: Apache-2.0
// The memory port with LiteDRAM's controller on a model of the part and of the PHY's read path: the start keeps the part's
// rules, levelling finds each lane's slip and the middle of its delays, random bursts read what was written before.
#include "Vtop.h"
#include "ddr3_part.h"
#include "ern_ddr3_model.h"
#include "memory_bursts.h"
#include "schedule/external.h"

namespace {

using namespace ern::rtl;
using Beat = DdrPart::Beat;

// A byte lane reads right with this slip and these delays, and finds its strobe one delay beyond them, too.
struct Lane {
    int slip = 0, first = 0, last = 7;
    int now_slip = 0, now_delay = 0;
    bool aligned() const { return now_delay >= first && now_delay <= last; }
    bool sees() const { return first <= last && now_delay >= first - 1 && now_delay <= last + 1; }
};

// As far as the memory's model reads it.
ern::schedule::Accelerator accelerator() {
    ern::schedule::Accelerator a;
    a.clock_mhz = CLOCK_MHZ;
    a.external = {ern::schedule::MemoryKind::ddr3, 128};
    return a;
}

// Two of the part's eight banks are used: where a beat of the port lies, {row, bank, column / 8}.
constexpr unsigned kAddresses = 1u << 23;
constexpr std::uint32_t place_of(unsigned address) { return address >> 8 << 10 | (address & 0xff); }

constexpr int kQuiet = 50;   // cycles that a run waits for more data than were asked for

class Unit {
  public:
    Unit(int seed, Lane low, Lane high)
        : bench_(seed), random_(static_cast<unsigned>(seed)), part_(1000.0 / (2 * CLOCK_MHZ)), lanes_{low, high} {
        bench_->mem_req_valid = bench_->mem_wdata_valid = bench_->burst_seen = 0;
        reset(bench_);
    }

    void start(int most_cycles = 200000) {
        for (int i = 0; i < most_cycles && !bench_->ready; ++i) {
            bench_->mem_req_valid = 1;   // must wait
            settle(bench_);
            REQUIRE(!bench_->mem_req_ready);
            clock();
        }
        bench_->mem_req_valid = 0;
    }

    void run(const std::deque<Burst>& bursts, bool lazy) { master_.run(bursts, lazy); }

    std::deque<Burst> random_bursts(int count) {
        std::deque<Burst> bursts;
        for (int i = 0; i < count; ++i) {
            // few rows, near their ends, so that what was written is read; sometimes anywhere
            const unsigned near = between(random_, 0u, 3u) << 10 | between(random_, 0u, 7u) << 7;
            const unsigned address = random_() % 8 == 0 ? static_cast<unsigned>(random_()) : near + 128 - between(random_, 0u, 40u);
            bursts.push_back({random_() % 2 == 0, address % kAddresses, between(random_, 1u, random_() % 16 == 0 ? 255u : 32u)});
        }
        return bursts;
    }

    Bench<Vtop>& bench() { return bench_; }
    DdrPart& part() { return part_; }
    Lane& lane(std::size_t i) { return lanes_[i]; }
    std::int64_t cycles = 0;
    int beats_read() const { return master_.beats_read; }

  private:
    // The part holds at an address what says which it is.
    Beat unwritten(unsigned address) { return part_.beats[place_of(address)] = {address, ~address, 7, 9}; }

    // What the lanes make of a beat: with another slip its bytes come in other places, with a wrong delay it is noise.
    Beat through_lanes(const Beat& beat) {
        Beat seen{};
        for (unsigned i = 0; i < 2; ++i) {
            const Lane& lane = lanes_[i];
            for (unsigned word = 0; word < 8; ++word) {
                const unsigned from = (word + static_cast<unsigned>(lane.now_slip - lane.slip + 8)) % 8;
                const unsigned byte = lane.aligned() ? beat[from / 2] >> (16 * (from % 2) + 8 * i) & 0xff : random_() & 0xff;
                seen[word / 2] |= byte << (16 * (word % 2) + 8 * i);
            }
        }
        return seen;
    }

    void move_lanes() {
        for (unsigned i = 0; i < 2; ++i) {
            if ((bench_->lane_select >> i & 1) == 0) continue;
            if (bench_->lane_do & 8) lanes_[i].now_delay = 0;
            if (bench_->lane_do & 4) lanes_[i].now_delay = (lanes_[i].now_delay + 1) % 8;
            if (bench_->lane_do & 2) lanes_[i].now_slip = 0;
            if (bench_->lane_do & 1) lanes_[i].now_slip = (lanes_[i].now_slip + 1) % 4;
        }
    }

    void clock() {
        settle(bench_);
        for (unsigned phase = 0; phase < 2; ++phase) {
            const unsigned c = bench_->command >> (4 * phase) & 15;
            const auto access = part_.cycle({(c & 8) == 0, c & 7, static_cast<unsigned>(bench_->bank) >> (3 * phase) & 7,
                                             bench_->address >> (15 * phase) & 0x7fff},
                                            (bench_->control & 4) != 0, (bench_->control & 2) != 0);
            if (access.kind == DdrPart::Kind::read) {
                REQUIRE((bench_->enable & 1) != 0);
                reads_.push_back({cycles + kReadLatency, access.place});
            } else if (access.kind == DdrPart::Kind::write) {
                REQUIRE((bench_->enable & 2) != 0);
                writes_.push_back({cycles + kWriteLatency, access.place});
            }
        }
        if (!writes_.empty() && writes_.front().first == cycles) {
            REQUIRE(bench_->wrmask == 0);
            part_.beats[writes_.front().second] = {bench_->wrdata[0], bench_->wrdata[1], bench_->wrdata[2], bench_->wrdata[3]};
            writes_.pop_front();
        }
        move_lanes();
        const bool clear = bench_->burst_clear;
        bench_.cycle();
        ++cycles;
        if (clear) bench_->burst_seen = 0;
        Beat beat{};
        for (auto& word : beat) word = static_cast<std::uint32_t>(random_());   // nothing is driven
        if (!reads_.empty() && reads_.front().first == cycles) {
            beat = through_lanes(part_.beats[reads_.front().second]);
            for (unsigned i = 0; i < 2; ++i) if (lanes_[i].sees()) bench_->burst_seen |= 1u << i;
            reads_.pop_front();
        }
        for (std::size_t i = 0; i < 4; ++i) bench_->rddata[i] = beat[i];
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    DdrPart part_;
    std::array<Lane, 2> lanes_;
    std::deque<std::pair<std::int64_t, std::uint32_t>> reads_, writes_;
    BurstMaster<Vtop, Beat> master_{bench_, random_,
                                    {.addresses = kAddresses, .most_idle = 5000, .quiet = kQuiet,
                                     .unwritten = [this](unsigned address) { return unwritten(address); }, .clock = [this] { clock(); }}};
};

TEST_CASE("the part starts by its rules, and each lane gets its slip and the middle of its delays") {
    const std::array<std::pair<Lane, Lane>, 6> cases = {{{{0, 0, 7}, {0, 0, 7}}, {{1, 2, 5}, {3, 0, 3}}, {{3, 4, 7}, {2, 3, 5}},
                                                        {{2, 6, 6}, {1, 1, 6}}, {{3, 7, 7}, {0, 0, 0}}, {{0, 1, 2}, {3, 5, 7}}}};
    int seed = 1;
    for (const auto& [low, high] : cases) {
        Unit unit(seed++, low, high);
        unit.start();
        REQUIRE(unit.bench()->ready);
        REQUIRE(!unit.bench()->failed);
        for (std::size_t i = 0; i < 2; ++i) {
            const Lane& lane = unit.lane(i);
            INFO("case " << seed << " lane " << i << ": slip " << lane.now_slip << " of " << lane.slip << ", delay "
                         << lane.now_delay << " of " << lane.first << ".." << lane.last);
            CHECK(lane.now_slip == lane.slip);
            CHECK((2 * lane.now_delay == lane.first + lane.last || 2 * lane.now_delay + 1 == lane.first + lane.last ||
                   2 * lane.now_delay - 1 == lane.first + lane.last));
        }
        CHECK(unit.cycles < 1500 * CLOCK_MHZ);   // 1.5 ms
        unit.run(unit.random_bursts(40), false);
    }
}

TEST_CASE("a lane that does not answer is a failure, until it does") {
    Unit unit(7, {1, 2, 5}, {0, 5, 4});
    unit.start();
    REQUIRE(!unit.bench()->ready);
    REQUIRE(unit.bench()->failed);
    unit.lane(1).last = 6;
    unit.start();
    REQUIRE(unit.bench()->ready);
    REQUIRE(!unit.bench()->failed);
    unit.run(unit.random_bursts(40), false);
}

TEST_CASE("random bursts read what was written") {
    const bool lazy = GENERATE(false, true);
    Unit unit(lazy ? 12 : 11, {1, 2, 5}, {2, 3, 6});
    unit.start();
    REQUIRE(unit.bench()->ready);
    unit.run(unit.random_bursts(1000), lazy);
    REQUIRE(unit.beats_read() > 5000);
    REQUIRE(unit.part().refreshes() > 10);
}

TEST_CASE("a long stream of reads moves a beat nearly each two cycles") {
    Unit unit(13, {1, 2, 5}, {2, 3, 6});
    unit.start();
    std::deque<Burst> bursts;
    for (unsigned i = 0; i < 500; ++i) bursts.push_back({false, i * 32, 32});
    const std::int64_t before = unit.cycles;
    unit.run(bursts, false);
    const double rate = static_cast<double>(unit.beats_read()) / static_cast<double>(unit.cycles - before);
    INFO("beats a cycle: " << rate);
    REQUIRE(rate > 0.40);
    const double predicted = ern::schedule::stream_bytes_a_cycle(accelerator()) / 16;
    INFO("predicted: " << predicted);
    CHECK(std::abs(rate / predicted - 1) < 0.02);
}

TEST_CASE("a read's first data come when the model of the memory says") {
    Unit unit(14, {1, 2, 5}, {2, 3, 6});
    unit.start();
    std::int64_t least = 1000000;
    for (unsigned i = 0; i < 20; ++i) {   // one beat each, of a row that is open but after a refresh
        const std::int64_t before = unit.cycles;
        unit.run({{false, 8 + i, 1}}, false);
        least = std::min(least, unit.cycles - before - kQuiet);
    }
    const double predicted = ern::schedule::memory_timing(accelerator()).first_ns * CLOCK_MHZ / 1e3;
    INFO("cycles: " << least << ", predicted: " << predicted);
    CHECK(std::abs(static_cast<double>(least) - predicted) <= 2);
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
// The SDRAM controller on a model of the part that enforces its timing table: random bursts read what was written before;
// a stream of reads, as the accelerator makes it, moves data nearly all the time.
#include <deque>
#include <map>

#include "Vtop.h"
#include "sdram_part.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

constexpr int kWords = W_PORT / 16;
using Beat = std::array<std::uint32_t, W_PORT / 32>;

template <typename Port>
void set_beat(Port& port, const Beat& beat) {
    if constexpr (std::is_same_v<Port, std::uint32_t>) port = beat[0];
    else if constexpr (std::is_same_v<Port, std::uint64_t>) port = beat[0] | std::uint64_t{beat[W_PORT / 32 - 1]} << 32;
    else for (std::size_t i = 0; i < beat.size(); ++i) port[i] = beat[i];
}

template <typename Port>
Beat beat_of(const Port& port) {
    Beat beat{};
    if constexpr (std::is_same_v<Port, std::uint32_t>) beat[0] = port;
    else for (std::size_t i = 0; i < beat.size(); ++i) {
        if constexpr (std::is_same_v<Port, std::uint64_t>) beat[i] = static_cast<std::uint32_t>(port >> 32 * i);
        else beat[i] = port[i];
    }
    return beat;
}

struct Burst {
    bool write = false;
    unsigned address = 0, length = 1;
};

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)), part_(CLOCK_PS / 1000.0, kWords) {
        bench_->mem_req_valid = bench_->mem_wdata_valid = 0;
        bench_->sd_dq_in = 0;
        reset(bench_);
    }

    // Asks for the bursts, each as soon as the controller takes it or, where `lazy`, some time later.
    void run(std::deque<Burst> bursts, bool lazy) {
        while (!bursts.empty() || !expected_.empty() || !to_write_.empty()) {
            REQUIRE(++idle_ < 60000);
            const bool ask = !bursts.empty() && (!lazy || random_() % 8 == 0);
            bench_->mem_req_valid = ask;
            if (ask) {
                bench_->mem_req_write = bursts.front().write;
                bench_->mem_req_address = bursts.front().address;
                set_port(bench_->mem_req_length, bursts.front().length);
            }
            const bool give = !to_write_.empty() && (!lazy || random_() % 4 != 0);
            bench_->mem_wdata_valid = give;
            set_beat(bench_->mem_wdata, give ? to_write_.front() : Beat{});
            settle(bench_);
            if (give && bench_->mem_wdata_ready) {
                to_write_.pop_front();
                idle_ = 0;
            }
            if (ask && bench_->mem_req_ready) {
                take(bursts.front());
                bursts.pop_front();
            }
            deliver();
            clock();
        }
        for (int i = 0; i < 100; ++i) {  // the last beat's words
            bench_->mem_req_valid = bench_->mem_wdata_valid = 0;
            settle(bench_);
            REQUIRE(!bench_->mem_rdata_valid);
            clock();
        }
    }

    std::deque<Burst> random_bursts(int count) {
        std::deque<Burst> bursts;
        for (int i = 0; i < count; ++i) {
            // few rows, so that what was written is read; near the ends of rows; sometimes anywhere
            unsigned address = between(random_, 0u, 7u) * (1u << 18) / kWords + between(random_, 0u, 8u) * 512 / kWords;
            address = random_() % 8 == 0 ? static_cast<unsigned>(random_()) : address - std::min(address, between(random_, 0u, 40u));
            bursts.push_back({random_() % 2 == 0, address % (1u << 24) / (kWords / 2), between(random_, 1u, random_() % 16 == 0 ? 255u : 32u)});
        }
        return bursts;
    }

    std::int64_t cycles = 0;
    const SdramPart& part() const { return part_; }
    int beats_read = 0;

  private:
    void take(const Burst& burst) {
        idle_ = 0;
        for (unsigned i = 0; i < burst.length; ++i) {
            const unsigned address = (burst.address + i) % ((1u << 24) / kWords);
            if (!burst.write) {
                expected_.push_back(memory_.count(address) ? memory_[address] : Beat{});
                continue;
            }
            Beat beat;
            for (auto& word : beat) word = static_cast<std::uint32_t>(random_());
            memory_[address] = beat;
            to_write_.push_back(beat);
        }
    }

    void deliver() {
        if (!bench_->mem_rdata_valid) return;
        REQUIRE(!expected_.empty());
        REQUIRE(beat_of(bench_->mem_rdata) == expected_.front());
        expected_.pop_front();
        ++beats_read;
        idle_ = 0;
    }

    // The pads have a register in each direction.
    void clock() {
        const SdramPins now{bench_->sd_command, bench_->sd_bank, bench_->sd_address, bench_->sd_dq_out,
                            bench_->sd_dq_drive != 0};
        const auto data = part_.edge(pads_);
        pads_ = now;
        bench_.cycle();
        bench_->sd_dq_in = captured_;
        captured_ = data.value_or(static_cast<std::uint16_t>(random_()));
        ++cycles;
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    SdramPart part_;
    SdramPins pads_;
    std::uint16_t captured_ = 0;
    int idle_ = 0;
    std::deque<Beat> to_write_, expected_;
    std::map<unsigned, Beat> memory_;
};

}  // namespace

TEST_CASE("random bursts read what was written, and no rule of the part is broken") {
    const int seed = GENERATE(1, 2, 3);
    INFO("seed " << seed);
    Unit unit(seed);
    unit.run(unit.random_bursts(1500), true);
    unit.run(unit.random_bursts(1500), false);
    CHECK(unit.beats_read > 20000);
    CHECK(unit.part().refreshes() > 12);
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
    CHECK(share > 0.95);
}

// SPDX-License-Identifier: Apache-2.0
// A master of the memory port for the tests of controllers: asks for bursts, gives the data of writes and compares what reads bring
// with what was written before.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <utility>

#include "stream.h"

namespace ern::rtl {

struct Burst {
    bool write = false;
    unsigned address = 0, length = 1;  // beats
};

// Beat: an array of 32-bit words. Ports of up to 64 bits are integers, wider ones arrays of words.
template <typename Port, typename Beat>
void set_beat(Port& port, const Beat& beat) {
    if constexpr (std::is_same_v<Port, std::uint32_t>) port = beat.front();
    else if constexpr (std::is_same_v<Port, std::uint64_t>) port = beat.front() | std::uint64_t{beat.back()} << 32;
    else for (std::size_t i = 0; i < beat.size(); ++i) port[i] = beat[i];
}

template <typename Beat, typename Port>
Beat beat_of(const Port& port) {
    Beat beat{};
    if constexpr (std::is_same_v<Port, std::uint32_t>) beat[0] = port;
    else for (std::size_t i = 0; i < beat.size(); ++i) {
        if constexpr (std::is_same_v<Port, std::uint64_t>) beat[i] = static_cast<std::uint32_t>(port >> 32 * i);
        else beat[i] = port[i];
    }
    return beat;
}

template <typename Top, typename Beat>
class BurstMaster {
  public:
    struct Rules {
        unsigned addresses;                       // of beats; they wrap there
        int most_idle;                            // cycles in which no handshake happens, to wait for one
        int quiet;                                // cycles after the last beat in which no other may come
        std::function<Beat(unsigned)> unwritten;  // what an address holds that was never written
        std::function<void()> clock;              // ends a cycle
    };
    BurstMaster(Bench<Top>& bench, std::mt19937& random, Rules rules) : bench_(bench), random_(random), rules_(std::move(rules)) {}

    // Asks for the bursts, each as soon as the controller takes it or, where `lazy`, some time later.
    void run(std::deque<Burst> bursts, bool lazy) {
        while (!bursts.empty() || !expected_.empty() || !to_write_.empty()) {
            REQUIRE(++idle_ < rules_.most_idle);
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
            if (bench_->mem_rdata_valid) deliver();
            rules_.clock();
        }
        bench_->mem_req_valid = bench_->mem_wdata_valid = 0;
        for (int i = 0; i < rules_.quiet; ++i) {
            settle(bench_);
            REQUIRE(!bench_->mem_rdata_valid);
            rules_.clock();
        }
    }

    int beats_read = 0;
    // What lies at each address, as the bursts say.
    const std::map<unsigned, Beat>& memory() const { return memory_; }

  private:
    void take(const Burst& burst) {
        idle_ = 0;
        for (unsigned i = 0; i < burst.length; ++i) {
            const unsigned address = (burst.address + i) % rules_.addresses;
            if (!burst.write) {
                if (!memory_.count(address)) memory_[address] = rules_.unwritten(address);
                expected_.push_back(memory_[address]);
                continue;
            }
            Beat beat;
            for (auto& word : beat) word = static_cast<std::uint32_t>(random_());
            memory_[address] = beat;
            to_write_.push_back(beat);
        }
    }

    void deliver() {
        REQUIRE(!expected_.empty());
        REQUIRE(beat_of<Beat>(bench_->mem_rdata) == expected_.front());
        expected_.pop_front();
        ++beats_read;
        idle_ = 0;
    }

    Bench<Top>& bench_;
    std::mt19937& random_;
    Rules rules_;
    int idle_ = 0;
    std::map<unsigned, Beat> memory_;
    std::deque<Beat> expected_, to_write_;
};

}  // namespace ern::rtl

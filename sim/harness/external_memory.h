// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include "harness/top_ports.h"
#include "schedule/accelerator.h"
#include "schedule/external.h"

namespace ern::harness {

// External memory with its controller at an accelerator's port: one burst after the other in the order asked for, at the
// speed of the part: opening and closing rows, changing between reading and writing, refresh. Bursts wait in a queue of
// kQueue. Times are kept in nanoseconds and seen by the clock of the accelerator.
class ExternalMemory {
  public:
    // late_percent: in so many cycles it does nothing, at random; what it does is then late, never other.
    explicit ExternalMemory(const schedule::Accelerator& accelerator, int late_percent = 0, std::uint32_t seed = 1);

    // Grows with what is written. Addresses in bytes.
    void write(std::uint64_t address, const std::uint8_t* bytes, std::size_t count);

    // What the port sees in the coming cycle, and what it did in the one that ended.
    void drive(ErnTopInputs& in) const;
    void clock(const ErnTopInputs& in, const ErnTopOutputs& out);
    void reset();

    std::int64_t bytes_read() const { return bytes_read_; }
    std::int64_t bytes_written() const { return bytes_written_; }

  private:
    struct Burst {
        bool write = false;
        std::uint64_t address = 0;  // bytes
        int beats = 0;
        double asked_at = 0;        // ns
        int moved = 0;              // beats through the port
    };
    static constexpr std::size_t kQueue = 4;

    void start_burst();
    void open_row(std::uint64_t address, double known_at);
    void move_beat();

    schedule::MemoryTiming timing_;
    double cycle_ns_, beat_ns_;
    int beat_bytes_;
    std::vector<std::uint8_t> bytes_;
    std::deque<Burst> queue_;     // the first one is under way
    int late_percent_;
    std::mt19937 random_;
    bool late_ = false;           // in the coming cycle
    bool under_way_ = false, last_was_write_ = false;
    double now_ = 0;              // ns
    double beat_at_ = 0;          // when the next beat of the burst can move
    double refresh_at_ = 0;
    struct Bank {
        std::int64_t row = -1;  // open; -1: none
        double free_at = 0;     // ns, its last data
    };
    std::vector<Bank> banks_;
    Bank* used_bank_ = nullptr;   // of the burst under way
    std::deque<std::vector<std::uint8_t>> ready_;  // beats for the port
    std::int64_t bytes_read_ = 0, bytes_written_ = 0;
};

}  // namespace ern::harness

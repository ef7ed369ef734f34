// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <span>
#include <string>

#include "harness/external_memory.h"
#include "harness/observer.h"
#include "harness/serial_pins.h"
#include "harness/top.h"
#include "schedule/plan.h"

namespace ern::harness {

struct SimulationOptions {
    std::uint32_t seed = 1;       // power-up values and stalls
    int stall_percent = 0;        // each cycle, for each handshake
    int late_percent = 0;         // each cycle, external memory takes no request and moves no beat
    bool serial = false;          // the host link goes through the serial pins instead of the byte port
    std::string wave_file{};      // FST; the library must have been built for waves
};

// A running ern_top with a clock, a host link by bytes and an observer. Time passes only in step(), write() and read().
class Simulation {
  public:
    Simulation(const std::filesystem::path& library, const model::Network& network, const schedule::Plan& plan,
               const SimulationOptions& options);

    void reset();
    void step();

    // Host to device: steps until the device has taken every byte, at most `limit_cycles` a byte. Throws Error then.
    void write(std::span<const std::uint8_t> bytes, std::int64_t limit_cycles = 1 << 20);
    // Device to host: the next byte, stepping at most `limit_cycles`, or nothing.
    std::optional<std::uint8_t> read(std::int64_t limit_cycles);

    // From now on the device runs another network; both must outlive the simulation.
    void watch(const model::Network& network, const schedule::Plan& plan);
    Observer& observer() { return *observer_; }
    Top& top() { return top_; }
    ExternalMemory* external_memory() { return external_ ? &*external_ : nullptr; }
    std::int64_t cycle() const { return cycle_; }
    std::int64_t stalled_cycles() const { return stalled_cycles_; }

  private:
    std::uint8_t random_stalls();

    Top top_;
    std::optional<Observer> observer_;
    std::optional<ExternalMemory> external_;
    SimulationOptions options_;
    SerialPins pins_;
    std::mt19937 random_;
    ErnTopInputs inputs_{};
    std::deque<std::uint8_t> to_device_, from_device_;
    std::int64_t cycle_ = 0;
    std::int64_t stalled_cycles_ = 0;
};

}  // namespace ern::harness

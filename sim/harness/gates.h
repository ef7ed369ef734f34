// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <vector>

#include "harness/simulate.h"
#include "harness/top.h"
#include "link/session.h"

namespace ern::harness {

// A netlist as a device. It has no maps to look into: program, pictures and results go through its link.
class GateDevice : public link::Transport {
  public:
    GateDevice(const std::filesystem::path& library, std::uint32_t seed);
    // Throws Error where the device takes no byte for a long time.
    void write(std::span<const std::uint8_t> bytes) override;
    std::optional<std::uint8_t> read() override;
    std::string name() const override { return "netlist"; }
    std::int64_t cycle() const { return cycle_; }

  private:
    void step();
    Top top_;
    ErnTopInputs inputs_{};
    std::deque<std::uint8_t> to_device_, from_device_;
    std::int64_t cycle_ = 0;
};

// Pictures through a netlist (build_netlist_top), the next one coming in while one is computed; sums are compared with golden's,
// cycles with the plan's.
SimulationReport simulate_gates(const std::filesystem::path& library, const model::Network& network, const schedule::Plan& plan,
                                const std::vector<std::vector<std::uint8_t>>& pictures, std::uint32_t seed);

}  // namespace ern::harness

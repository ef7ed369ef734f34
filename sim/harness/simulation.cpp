// SPDX-License-Identifier: Apache-2.0
#include "harness/simulation.h"

#include <cmath>

#include "support/error.h"

namespace ern::harness {

Simulation::Simulation(const std::filesystem::path& library, const model::Network& network, const schedule::Plan& plan,
                       const SimulationOptions& options)
    : top_(library, options.seed, options.wave_file),
      options_(options),
      pins_(static_cast<int>(std::lround(plan.accelerator.clock_mhz * 1e6 / plan.accelerator.baud))),
      random_(options.seed) {
    watch(network, plan);
    if (plan.external()) external_.emplace(plan.accelerator, options.late_percent, options.seed);
    inputs_.uart_rx = 1;
    inputs_.host_select = options.serial ? 0 : 1;
    reset();
}

void Simulation::watch(const model::Network& network, const schedule::Plan& plan) {
    observer_.emplace(network, plan, [&](const std::string& scope) { return top_.memory(scope); });
}

void Simulation::reset() {
    constexpr int kResetCycles = 32;  // longer than every pipeline, so that nothing of before comes out
    inputs_.rst = 1;
    for (int i = 0; i < kResetCycles; ++i) step();
    inputs_.rst = 0;
    to_device_.clear();
    from_device_.clear();
}

std::uint8_t Simulation::random_stalls() {
    if (options_.stall_percent == 0) return 0;
    std::uint8_t stalls = 0;
    for (int bit = 0; bit < 8; ++bit) {
        if (static_cast<int>(random_() % 100) < options_.stall_percent) stalls = static_cast<std::uint8_t>(stalls | (1u << bit));
    }
    return stalls;
}

void Simulation::step() {
    inputs_.stall = random_stalls();
    if (inputs_.stall & 1) ++stalled_cycles_;
    if (options_.serial) {
        inputs_.uart_rx = pins_.send(to_device_);
    } else {
        inputs_.host_in_valid = !to_device_.empty();
        inputs_.host_in_data = to_device_.empty() ? std::uint8_t{0} : to_device_.front();
        inputs_.host_out_ready = 1;
    }
    if (external_) external_->drive(inputs_);
    const ErnTopOutputs out = top_.step(inputs_);
    if (external_) external_->clock(inputs_, out);
    if (options_.serial) {
        if (!inputs_.rst) pins_.receive(out.uart_tx, from_device_);
    } else if (!inputs_.rst) {
        if (inputs_.host_in_valid && out.host_in_ready) to_device_.pop_front();
        if (out.host_out_valid) from_device_.push_back(out.host_out_data);
    }
    if (!inputs_.rst) observer_->observe(out, cycle_);
    ++cycle_;
}

void Simulation::write(std::span<const std::uint8_t> bytes, std::int64_t limit_cycles) {
    to_device_.insert(to_device_.end(), bytes.begin(), bytes.end());
    std::int64_t waited = 0;
    std::size_t left = to_device_.size();
    while (!to_device_.empty() || pins_.sending()) {
        step();
        waited = to_device_.size() < left ? 0 : waited + 1;
        left = to_device_.size();
        if (waited > limit_cycles) fail("the simulated device takes no byte for {} cycles", limit_cycles);
    }
}

std::optional<std::uint8_t> Simulation::read(std::int64_t limit_cycles) {
    for (std::int64_t waited = 0; from_device_.empty(); ++waited) {
        if (waited >= limit_cycles) return std::nullopt;
        step();
    }
    const std::uint8_t byte = from_device_.front();
    from_device_.pop_front();
    return byte;
}

}  // namespace ern::harness

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/observer.h"
#include "harness/simulation.h"
#include "link/session.h"

namespace ern::harness {

// The host link of a running simulation.
class SimulatedTransport : public link::Transport {
  public:
    explicit SimulatedTransport(Simulation& simulation) : simulation_(simulation) {}
    void write(std::span<const std::uint8_t> bytes) override { simulation_.write(bytes); }
    std::optional<std::uint8_t> read() override { return simulation_.read(kPatienceCycles); }
    std::string name() const override { return "simulated device"; }

  private:
    static constexpr std::int64_t kPatienceCycles = 300000;  // more than ern_host's own timeout and a serial frame
    Simulation& simulation_;
};

struct FrameReport {
    std::vector<double> logits;
    int best = 0;
    bool equals_golden = false;  // the sums that came through the link
    std::int64_t cycles = 0;     // by the device's counter
};

struct SimulationReport {
    std::vector<FrameReport> frames;
    std::vector<LayerReport> layers;
    std::int64_t mismatches = 0;  // values in memories, and results through the link
    std::int64_t compared = 0;
    // Start to publication, of a frame during which the next picture comes in, for which 3 pictures are needed, 4 where frames overlap.
    std::int64_t cycles_per_frame = 0;
    std::int64_t period_cycles = 0;     // between publications, with this host link; 0 for a single frame
    std::int64_t predicted_cycles = 0;
    double utilisation = 0;
    std::int64_t cycles = 0;  // simulated, from reset to the last result
    std::int64_t stalled_cycles = 0;
    double seconds = 0;       // wall clock of these cycles
};

struct RunOptions {
    SimulationOptions simulation;
    bool load_through_link = false;  // program and weights through the host link instead of the back door
    std::function<void(std::size_t frames)> on_frame;
    std::function<void(const std::string& layer, const model::Shape&, const golden::Map&)> on_map;
};

// Runs pictures through the simulated top one after the other without a reset, the next one coming in while one is
// computed, and compares every layer and every result with golden. Pictures are bytes [y][x][colour].
SimulationReport simulate(const std::filesystem::path& library, const model::Network& network,
                          const schedule::Plan& plan, const std::vector<std::vector<std::uint8_t>>& pictures,
                          const RunOptions& options);

}  // namespace ern::harness

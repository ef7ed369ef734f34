// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "golden/golden.h"
#include "harness/external_memory.h"
#include "harness/top.h"
#include "schedule/image.h"
#include "schedule/plan.h"

namespace ern::harness {

// What was seen of one step (a convolution with what is fused to it, a pooling, the classifier's sum).
struct LayerReport {
    std::string name;
    std::string codes_name, sums_name;  // the maps that were compared, empty where none
    // From the step before to this one being done, in the fastest frame: a frame may wait for its host.
    std::int64_t cycles = 0;
    std::int64_t predicted_cycles = 0;
    double utilisation = 0;             // multiply-accumulates / (cycles * MAC a cycle)
    std::int64_t compared = 0;          // values, over all frames
    std::int64_t mismatches = 0;
    std::string first_mismatch;         // where, what was there, what golden has
    std::string remark;                 // the compiler's reason for a low utilisation
};

// Watches a simulated top: when a tile is done, reads its rows out of the memories by back door and compares them with
// golden, value by value. Every map that a step leaves in a memory is compared: codes, residual maps, classifier sums.
class Observer {
  public:
    // network is what golden computes. memory_of gives the memory of a module instance below ern_top, for the life of the observer.
    Observer(const model::Network& network, const schedule::Plan& plan,
             const std::function<Memory(const std::string& scope)>& memory_of);

    // The golden maps of the next frame that will start; a frame without is timed, not compared.
    void expect(golden::Result expected) { expected_.push_back(std::move(expected)); }

    // Frames that were abandoned do not come any more.
    void forget() {
        expected_.clear();
        early_frame_ = false;
    }

    // Called after every cycle with its outputs and its number.
    void observe(const ErnTopOutputs& out, std::int64_t cycle) {
        if (out.trace_start || out.trace_done) event(out, cycle);
    }

    // Called with every map that is compared: its layer's name and the values as the hardware has them.
    std::function<void(const std::string& layer, const model::Shape&, const golden::Map&)> on_map;

    const std::vector<LayerReport>& layers() const { return layers_; }
    std::int64_t mismatches() const;
    std::int64_t compared() const;
    std::int64_t frames() const { return frames_done_; }
    std::int64_t frame_cycles() const { return frame_cycles_; }    // of the last frame, start to publication
    std::int64_t period_cycles() const { return period_cycles_; }  // between the last two publications, 0 before

  private:
    void event(const ErnTopOutputs& out, std::int64_t cycle);
    void finish_frame(std::int64_t cycle);
    void compare_tile(const schedule::Strip& tile);
    template <typename Values, typename Read>
    void compare(LayerReport& report, int layer, const schedule::Strip& rows, const Values& expected, Read read);
    // The next layer multiplies whole words, so channels that the map does not have must be zero.
    void check_unused(LayerReport& report, int layer, const schedule::Strip& rows,
                      const schedule::ActivationBuffer& buffer) const;
    int code(const schedule::ActivationBuffer& buffer, int y, int x, int channel) const;
    std::int32_t sum(const schedule::SumBuffer& buffer, std::int64_t pixel, int channel) const;

    template <typename Values>
    const Values* golden_map(int layer) const;

    const schedule::Plan& plan_;
    const bool overlaps_;
    std::vector<int> golden_layer_;                 // of a layer of the plan's network; -1: a sampling layer, golden has none
    std::vector<std::vector<Memory>> activations_;  // [bank][part]
    std::vector<Memory> sums_;                      // [column]
    Memory results_;
    std::deque<golden::Result> expected_;
    std::vector<LayerReport> layers_;
    std::map<int, std::vector<std::int32_t>> seen_;  // maps that come tile by tile, for on_map
    std::vector<std::int64_t> step_cycles_;          // of the running frame
    bool running_ = false;
    bool early_frame_ = false, late_frame_ = false;  // overlap: the run works on a picture's first layers; on the last ones of the picture before
    std::size_t frame_ = 0;                          // of expected_: of the tile that is compared
    std::int64_t frames_done_ = 0, frame_start_ = 0, tile_start_ = 0, frame_cycles_ = 0;
    std::int64_t last_publication_ = -1, period_cycles_ = 0;
};

// Scopes below ern_top of every memory that an observer reads.
std::vector<std::string> observed_scopes(const schedule::Accelerator& accelerator);

// Writes the plan's program, weights and thresholds into the simulated memories: what the host does through the link,
// without its cycles.
void load_by_back_door(const schedule::Plan& plan, const Top& top);
void load_by_back_door(const schedule::Image& image, ExternalMemory& memory);

}  // namespace ern::harness

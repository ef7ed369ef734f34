// SPDX-License-Identifier: Apache-2.0
#include "harness/observer.h"

#include <algorithm>

#include "support/error.h"

namespace ern::harness {

namespace {

const std::string kEngine = "u_accelerator.u_engine.";
const std::string kResults = kEngine + "u_results";

std::string activation_scope(int bank, int part) {
    return kEngine + fmt::format("u_activations.g_bank[{}].g_part[{}].u_ram", bank, part);
}

std::string sum_scope(int column) { return kEngine + fmt::format("u_array.g_column[{}].u_column.u_partial", column); }

// Memories side by side that make up an activation word.
int parts_of(const schedule::Accelerator& a) { return a.channels / std::min(a.channels, a.outputs); }

}  // namespace

std::vector<std::string> observed_scopes(const schedule::Accelerator& accelerator) {
    std::vector<std::string> scopes{kResults};
    for (int bank = 0; bank < accelerator.taps; ++bank) {
        for (int part = 0; part < parts_of(accelerator); ++part) scopes.push_back(activation_scope(bank, part));
    }
    for (int column = 0; column < accelerator.columns(); ++column) scopes.push_back(sum_scope(column));
    return scopes;
}

Observer::Observer(const model::Network& network, const schedule::Plan& plan,
                   const std::function<Memory(const std::string& scope)>& memory_of)
    : plan_(plan), overlaps_(schedule::overlaps(plan)), results_(memory_of(kResults)) {
    for (const model::Layer& layer : plan.network.layers) {
        const auto same = [&](const model::Layer& other) { return other.name == layer.name; };
        const auto found = std::find_if(network.layers.begin(), network.layers.end(), same);
        golden_layer_.push_back(found == network.layers.end() ? -1 : static_cast<int>(found - network.layers.begin()));
    }
    const schedule::Accelerator& a = plan.accelerator;
    for (int bank = 0; bank < a.taps; ++bank) {
        activations_.emplace_back();
        for (int part = 0; part < parts_of(a); ++part) activations_.back().push_back(memory_of(activation_scope(bank, part)));
    }
    for (int column = 0; column < a.columns(); ++column) sums_.push_back(memory_of(sum_scope(column)));
    for (const schedule::Step& step : plan.steps) {
        LayerReport report;
        report.name = step.name;
        report.predicted_cycles = step.predicted_cycles;
        report.remark = step.remark;
        layers_.push_back(report);
    }
}

int Observer::code(const schedule::ActivationBuffer& buffer, int y, int x, int channel) const {
    const schedule::Accelerator& a = plan_.accelerator;
    const int part_channels = std::min(a.channels, a.outputs);
    const int block = channel / a.channels, lane = channel % a.channels;
    const int word = buffer.base + buffer.word(y) + block * buffer.block_step + x / a.taps;
    const Memory& memory = activations_[static_cast<std::size_t>(a.bank(y, x, block))]
                                       [static_cast<std::size_t>(lane / part_channels)];
    const int bit = lane % part_channels;
    return static_cast<int>(memory.get(static_cast<std::uint64_t>(word), bit, 1) +
                            2 * memory.get(static_cast<std::uint64_t>(word), part_channels + bit, 1));
}

std::int32_t Observer::sum(const schedule::SumBuffer& buffer, std::int64_t pixel, int channel) const {
    const schedule::Accelerator& a = plan_.accelerator;
    const int row = channel % a.outputs;
    const std::int64_t word = buffer.base + channel / a.outputs * buffer.block_step + pixel % buffer.ring;
    const auto raw = sums_[static_cast<std::size_t>(row / a.column_outputs)].get(
        static_cast<std::uint64_t>(word), row % a.column_outputs * a.accumulator_bits, a.accumulator_bits);
    const std::uint64_t sign = std::uint64_t{1} << (a.accumulator_bits - 1);
    return static_cast<std::int32_t>(static_cast<std::int64_t>(raw ^ sign) - static_cast<std::int64_t>(sign));
}

template <typename Values, typename Read>
void Observer::compare(LayerReport& report, int layer, const schedule::Strip& rows, const Values& expected, Read read) {
    const model::Layer& l = plan_.network.layers[static_cast<std::size_t>(layer)];
    const bool sum = std::holds_alternative<model::GlobalSum>(l.operation);
    const int height = sum ? 1 : l.shape.height, width = sum ? 1 : l.shape.width;
    auto& whole = seen_[layer];
    whole.resize(expected.size());
    ensure(expected.size() == static_cast<std::size_t>(height) * static_cast<std::size_t>(width * l.shape.channels),
           "the hardware's map and golden's have the same size");
    std::size_t i = static_cast<std::size_t>(rows.first_row) * static_cast<std::size_t>(width * l.shape.channels);
    for (int y = rows.first_row; y < rows.first_row + rows.rows; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < l.shape.channels; ++c, ++i) {
                const auto value = static_cast<typename Values::value_type>(read(y, x, c));
                if (on_map) whole[i] = static_cast<std::int32_t>(value);
                ++report.compared;
                if (value == expected[i]) continue;
                if (report.mismatches++ == 0) {
                    report.first_mismatch = fmt::format("frame {}, {} [{}][{}][{}]: hardware {}, golden {}", frames_done_,
                                                        l.name, y, x, c, static_cast<std::int64_t>(value),
                                                        static_cast<std::int64_t>(expected[i]));
                }
            }
        }
    }
    if (!on_map || rows.first_row + rows.rows < height) return;
    on_map(l.name, l.shape, Values(whole.begin(), whole.end()));
}

void Observer::check_unused(LayerReport& report, int layer, const schedule::Strip& rows,
                            const schedule::ActivationBuffer& buffer) const {
    const model::Shape& shape = plan_.network.layers[static_cast<std::size_t>(layer)].shape;
    for (int y = rows.first_row; y < rows.first_row + rows.rows; ++y) {
        for (int x = 0; x < shape.width; ++x) {
            for (int c = shape.channels; c < buffer.blocks * plan_.accelerator.channels; ++c) {
                if (code(buffer, y, x, c) == 0 || report.mismatches++ > 0) continue;
                report.first_mismatch = fmt::format("frame {}, {} [{}][{}]: unused channel {} is not zero", frames_done_,
                                                    plan_.network.layers[static_cast<std::size_t>(layer)].name, y, x, c);
            }
        }
    }
}

// Golden's map of a layer of the plan's network, or none for a sampling layer: what reads it is compared.
template <typename Values>
const Values* Observer::golden_map(int layer) const {
    const int there = golden_layer_[static_cast<std::size_t>(layer)];
    return there < 0 ? nullptr : &std::get<Values>(expected_[frame_].maps[static_cast<std::size_t>(there)]);
}

// The rows of a tile, before a later tile takes their words.
void Observer::compare_tile(const schedule::Strip& tile) {
    const auto number = static_cast<std::size_t>(tile.step);
    const schedule::Step& step = plan_.steps[number];
    LayerReport& report = layers_[number];
    if (step.kind == schedule::StepKind::reduce) {
        report.sums_name = step.name;
        compare(report, step.source, {tile.step, 0, 1}, *golden_map<golden::Sums>(step.source),
                [&](int, int, int c) { return static_cast<std::int32_t>(results_.get(static_cast<std::uint64_t>(c), 0, 32)); });
        return;
    }
    if (step.codes_layer >= 0) {
        report.codes_name = plan_.network.layers[static_cast<std::size_t>(step.codes_layer)].name;
        const auto& buffer = plan_.activations[static_cast<std::size_t>(step.output)];
        if (const auto* codes = golden_map<golden::Codes>(step.codes_layer)) {
            compare(report, step.codes_layer, tile, *codes, [&](int y, int x, int c) { return code(buffer, y, x, c); });
        }
        check_unused(report, step.codes_layer, tile, buffer);
    }
    if (step.sums_layer < 0) return;
    const auto& buffer = plan_.sums[static_cast<std::size_t>(step.sums)];
    const model::Layer& sums = plan_.network.layers[static_cast<std::size_t>(step.sums_layer)];
    // A tile's words are used again at once, and the classifier's hold sums of pixels.
    if (!buffer.kept || buffer.ring < tile.rows * sums.shape.width) return;
    report.sums_name = sums.name;
    compare(report, step.sums_layer, tile, *golden_map<golden::Accumulators>(step.sums_layer),
            [&](int y, int x, int c) { return sum(buffer, std::int64_t{y} * sums.shape.width + x, c); });
}

void Observer::finish_frame(std::int64_t cycle) {
    running_ = false;
    if (overlaps_ && !late_frame_) return;   // nothing was published
    frame_cycles_ = cycle - frame_start_;
    if (last_publication_ >= 0) period_cycles_ = cycle - last_publication_;
    last_publication_ = cycle;
    for (std::size_t s = 0; s < layers_.size(); ++s) {
        LayerReport& report = layers_[s];
        report.cycles = frames_done_ == 0 ? step_cycles_[s] : std::min(report.cycles, step_cycles_[s]);
        report.utilisation = static_cast<double>(plan_.steps[s].macs) / static_cast<double>(report.cycles) /
                             plan_.accelerator.macs_per_cycle();
    }
    ++frames_done_;
    if (!expected_.empty()) expected_.pop_front();
}

void Observer::event(const ErnTopOutputs& out, std::int64_t cycle) {
    if (out.trace_start) {
        running_ = true;
        if (overlaps_) {
            late_frame_ = early_frame_;   // what a run leaves to the next one
            early_frame_ = out.trace_index == 1;
        }
        frame_start_ = tile_start_ = cycle;
        step_cycles_.assign(layers_.size(), 0);
    }
    if (!out.trace_done) return;
    if (!running_) fail("the simulated device says that descriptor {} is done outside a frame", out.trace_index);
    if (out.trace_index >= plan_.tiles.size()) {
        fail("the simulated device says that descriptor {} is done, of {}", out.trace_index, plan_.tiles.size());
    }
    const schedule::Strip& tile = plan_.tiles[out.trace_index];
    if (tile.step == schedule::Strip::kEnd) {
        finish_frame(cycle);
        return;
    }
    if (tile.step < 0) return;  // an exchange with external memory counts for what follows
    step_cycles_[static_cast<std::size_t>(tile.step)] += cycle - tile_start_;
    tile_start_ = cycle;
    if (tile.piece + 1 < tile.pieces || (overlaps_ && !(tile.late ? late_frame_ : early_frame_))) return;
    frame_ = late_frame_ && !tile.late ? 1 : 0;
    if (frame_ < expected_.size()) compare_tile(tile);
}

std::int64_t Observer::mismatches() const {
    std::int64_t total = 0;
    for (const LayerReport& layer : layers_) total += layer.mismatches;
    return total;
}

std::int64_t Observer::compared() const {
    std::int64_t total = 0;
    for (const LayerReport& layer : layers_) total += layer.compared;
    return total;
}

void load_by_back_door(const schedule::Image& image, ExternalMemory& memory) {
    const auto put = [&](std::uint32_t beat, const std::vector<std::uint8_t>& part) {
        memory.write(std::uint64_t{beat} * static_cast<std::uint64_t>(image.beat_bits / 8), part.data(), part.size());
    };
    put(image.program_at, image.program);
    put(image.weights_at, image.weights);
    put(image.thresholds_at, image.thresholds);
}

void load_by_back_door(const schedule::Plan& plan, const Top& top) {
    const schedule::Accelerator& a = plan.accelerator;
    ensure(!plan.external(), "what streams from external memory is not in the accelerator");
    const std::string internal = kEngine + "g_internal.";
    Memory weights = top.memory(internal + "u_weights");
    for (std::size_t row = 0; row < plan.weights.size(); ++row) {
        for (int lane = 0; lane < a.lanes(); lane += 64) {
            weights.set(row, lane, std::min(64, a.lanes() - lane), plan.weights[row][static_cast<std::size_t>(lane / 64)]);
        }
    }
    Memory thresholds = top.memory(internal + "u_thresholds");
    for (std::size_t row = 0; row < plan.thresholds.size(); ++row) {
        for (int k = 0; k < 3; ++k) {
            thresholds.set(row, k * a.accumulator_bits, a.accumulator_bits,
                           static_cast<std::uint32_t>(plan.thresholds[row][static_cast<std::size_t>(k)]));
        }
        thresholds.set(row, 3 * a.accumulator_bits, 1, static_cast<std::uint64_t>(plan.thresholds[row][3]));
    }
    Memory program = top.memory(internal + "u_program");
    for (std::size_t d = 0; d < plan.program.size(); ++d) {
        for (std::size_t w = 0; w < schedule::kDescriptorWords; ++w) {
            program.set(d * schedule::kDescriptorWords + w, 0, 32, plan.program[d].words[w]);
        }
    }
}

}  // namespace ern::harness

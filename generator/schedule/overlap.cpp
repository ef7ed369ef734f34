// SPDX-License-Identifier: Apache-2.0
#include "schedule/overlap.h"

#include <algorithm>

#include "schedule/allocate.h"
#include "schedule/external.h"
#include "schedule/loops.h"

namespace ern::schedule {

namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

// What a strip takes, estimated: cycles of computing and of the memory.
struct Load {
    double compute = 0, memory = 0;
};

Load load_of(const model::Network& network, const Plan& plan, const Strip& strip) {
    const Step& step = plan.steps[index(strip.step)];
    if (step.kind != StepKind::conv) return {};
    constexpr double kOverhead = 30;
    const Accelerator& a = plan.accelerator;
    const Loops l = loops_of(network, a, step);
    const int width = network.layers[index(step.source)].shape.width;
    const double passes = static_cast<double>(l.passes_per_block() * l.blocks) / strip.pieces;
    const double rows = passes * a.outputs;
    return {passes * std::max(strip.rows * width, a.outputs) + kOverhead,
            rows * stream_row_bytes(a, a.lanes()) / stream_bytes_a_cycle(a)};
}

std::vector<Strip> pieces_of(const model::Network& network, const Plan& plan, const Strip& strip) {
    const Step& step = plan.steps[index(strip.step)];
    Strip piece = strip;
    piece.late = true;
    if (step.kind == StepKind::conv) {
        const Loops l = loops_of(network, plan.accelerator, step);
        piece.pieces = l.blocks * l.kernel_rows;
    }
    std::vector<Strip> pieces;
    for (; piece.piece < piece.pieces; ++piece.piece) pieces.push_back(piece);
    return pieces;
}

bool only_codes_cross(const Flow& flow, int s) {
    for (int t = 0; t < s; ++t) {
        if (flow.chain[index(t)] == t && flow.chain_end[index(t)] >= s) return false;
    }
    return true;
}

// One of the steps from `s` on reads the picture, whose rows come with the frame's first steps.
bool reads_picture(const model::Network& network, const Plan& plan, int s) {
    for (; s < static_cast<int>(plan.steps.size()); ++s) {
        const Step& step = plan.steps[index(s)];
        if (step.kind != StepKind::reduce && network.layers[index(step.source)].inputs[0] == 0) return true;
    }
    return false;
}

}  // namespace

int first_late(const model::Network& network, const Plan& plan) {
    const int steps = static_cast<int>(plan.steps.size());
    const Accelerator& a = plan.accelerator;
    const double batch = a.outputs * stream_row_bytes(a, a.lanes()) / stream_bytes_a_cycle(a);
    int late = steps;
    while (late > 0) {
        const Step& step = plan.steps[index(late - 1)];
        if (step.kind != StepKind::reduce && static_cast<double>(network.layers[index(step.source)].shape.pixels()) >= batch) break;
        --late;
    }
    const Flow flow = flow_of(network, plan.steps);
    while (late < steps && (late == 0 || !only_codes_cross(flow, late) || reads_picture(network, plan, late))) ++late;
    return late;
}

std::vector<int> late_borders(const model::Network& network, const Plan& plan) {
    std::vector<int> borders;
    if (plan.accelerator.overlap == 0) return borders;
    const Flow flow = flow_of(network, plan.steps);
    const int late = first_late(network, plan);
    if (late == static_cast<int>(plan.steps.size())) return borders;
    for (int s = 1; s < late; ++s) {
        if (only_codes_cross(flow, s + 1)) borders.push_back(s);
    }
    return borders;
}

LateWords late_words(const model::Network& network, const Plan& plan, const Flow& flow) {
    LateWords most;
    const int late = plan.late_from;
    int border = 0, one = 0, two = 0;  // the largest two maps of codes
    for (int s = 0; s < static_cast<int>(plan.steps.size()); ++s) {
        const Step& step = plan.steps[index(s)];
        if (step.kind == StepKind::reduce) continue;
        const model::Shape& shape = network.layers[index(step.source)].shape;
        if (step.codes_layer >= 0 && flow.last_reader[index(s)] >= late) {
            const int words = activation_buffer(network, plan.accelerator, step.codes_layer, shape.height).words;
            if (s < late) border += words;
            else if (words > one) two = one, one = words;
            else two = std::max(two, words);
        }
        const bool kept = flow.chain_end[index(flow.chain[index(s)])] > flow.chain[index(s)];
        if (s < late || !kept || step.codes_layer < 0) continue;
        most.sums = std::max(most.sums, static_cast<int>(shape.pixels()) * (1 + divide_up(shape.channels, plan.accelerator.outputs)));
    }
    if (late < static_cast<int>(plan.steps.size())) most.activations = border + one + two;
    return most;
}

std::vector<Strip> overlapped(const model::Network& network, const Plan& plan, const std::vector<std::vector<Strip>>& segments) {
    const int late = plan.late_from;
    std::vector<Strip> early, rest, pieces, all;
    if (late == static_cast<int>(plan.steps.size())) {
        for (const auto& strips : segments) all.insert(all.end(), strips.begin(), strips.end());
        return all;
    }
    for (std::size_t g = segments.size(); g-- > 0;) {
        const auto& strips = segments[g];
        if (strips.front().step >= late) {
            std::vector<Strip> more;
            for (const Strip& strip : strips) {
                const auto some = pieces_of(network, plan, strip);
                more.insert(more.end(), some.begin(), some.end());
            }
            pieces.insert(pieces.begin(), more.begin(), more.end());
            continue;
        }
        auto& to = strips.front().step > plan.late_until ? rest : early;
        to.insert(to.begin(), strips.begin(), strips.end());
    }
    const Accelerator& a = plan.accelerator;
    const double ring = a.weight_rows * stream_row_bytes(a, a.lanes()) / stream_bytes_a_cycle(a);
    const model::Shape& in = network.input;
    const double picture = 2.0 * 4 * static_cast<double>(in.pixels()) / network.layers[index(plan.steps.front().source)].shape.height / stream_bytes_a_cycle(a);
    double ahead = 0;  // cycles that the memory has rested
    std::size_t next = 0;
    std::vector<bool> seen(plan.steps.size(), false);  // its rows are kept
    const Flow flow = flow_of(network, plan.steps);
    const auto put_all = [&] {
        all.insert(all.end(), pieces.begin() + static_cast<std::ptrdiff_t>(next), pieces.end());
        next = pieces.size();
    };
    for (const Strip& strip : early) {
        // What this frame writes for the late steps takes the place of what the frame before wrote.
        if (flow.last_reader[index(strip.step)] >= late) put_all();
        Load load = load_of(network, plan, strip);
        if (seen[index(strip.step)]) load.memory = 0;
        seen[index(strip.step)] = true;
        if (network.layers[index(plan.steps[index(strip.step)].source)].inputs[0] == 0) load.memory += picture * strip.rows;
        all.push_back(strip);
        ahead = std::clamp(ahead + load.compute - load.memory, 0.0, ring);
        for (; next < pieces.size(); ++next) {
            const Load piece = load_of(network, plan, pieces[next]);
            if (piece.memory - piece.compute > ahead) break;
            ahead = std::max(0.0, ahead + piece.compute - piece.memory);
            all.push_back(pieces[next]);
        }
    }
    put_all();
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
}

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
#include "schedule/overlap.h"

#include <algorithm>

#include "schedule/allocate.h"
#include "schedule/external.h"
#include "schedule/loops.h"
#include "schedule/work.h"

namespace ern::schedule {

namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

// A strip with the cycles that it computes and that the memory needs for it.
struct Load {
    Strip strip;
    double compute = 0, memory = 0;
};

std::vector<Load> loads_of(const model::Network& network, const Plan& plan, const std::vector<Strip>& strips) {
    const Accelerator& a = plan.accelerator;
    std::vector<Work> work;
    Segment segment{strips.front().step, strips.front().step};
    for (const Strip& strip : strips) {
        const Step& step = plan.steps[index(strip.step)];
        segment = {std::min(segment.first, strip.step), std::max(segment.last, strip.step)};
        const Loops loops = step.kind == StepKind::reduce ? Loops{} : loops_of(network, a, step);
        work.push_back(work_of(network, a, step, loops, strip, strip.rows));
    }
    const auto memory = memory_cycles(a, segment, work);
    std::vector<Load> loads;
    for (std::size_t i = 0; i < strips.size(); ++i) loads.push_back({strips[i], work[i].compute, memory[i]});
    return loads;
}

std::vector<Strip> pieces_of(const model::Network& network, const Plan& plan, const Strip& strip) {
    const Step& step = plan.steps[index(strip.step)];
    Strip piece = strip;
    piece.late = true;
    if (step.kind == StepKind::conv) {
        const Loops l = loops_of(network, plan.accelerator, step);
        piece.pieces = l.blocks * l.row_groups;
    }
    std::vector<Strip> pieces;
    for (; piece.piece < piece.pieces; ++piece.piece) pieces.push_back(piece);
    return pieces;
}

// The strips of the segments from plan.late_from on, in pieces.
std::vector<Load> late_loads(const model::Network& network, const Plan& plan, const std::vector<std::vector<Strip>>& segments) {
    std::vector<Load> late;
    for (const auto& strips : segments) {
        if (strips.front().step < plan.late_from) continue;
        for (const Strip& strip : strips) {
            for (const Strip& piece : pieces_of(network, plan, strip)) late.push_back(loads_of(network, plan, {piece}).front());
        }
    }
    return late;
}

// Cycles in which the memory takes in and gives out one output row's share of the picture.
double picture_cycles(const model::Network& network, const Plan& plan) {
    const double bytes = 2.0 * 4 * static_cast<double>(network.input.pixels());
    return bytes / network.layers[index(plan.steps.front().source)].shape.height / stream_bytes_a_cycle(plan.accelerator);
}

bool only_codes_cross(const Flow& flow, int s) {
    for (int t = 0; t < s; ++t) {
        if (flow.chain[index(t)] == t && flow.chain_end[index(t)] >= s) return false;
    }
    return true;
}

// Its rows come with the frame's first steps.
bool reads_picture(const model::Network& network, const Step& step) {
    return step.kind != StepKind::reduce && network.layers[index(step.source)].inputs[0] == 0;
}

bool any_reads_picture(const model::Network& network, const Plan& plan, int first) {
    return std::any_of(plan.steps.begin() + first, plan.steps.end(), [&](const Step& step) { return reads_picture(network, step); });
}

// Cycles in which that many rows of weights come.
double weight_cycles(const Accelerator& a, int rows) { return rows * stream_row_bytes(a, a.lanes()) / stream_bytes_a_cycle(a); }

}  // namespace

int first_late(const model::Network& network, const Plan& plan) {
    const int steps = static_cast<int>(plan.steps.size());
    const Accelerator& a = plan.accelerator;
    const double batch = weight_cycles(a, a.outputs);
    int late = steps;
    while (late > 0) {
        const Step& step = plan.steps[index(late - 1)];
        if (step.kind != StepKind::reduce && static_cast<double>(network.layers[index(step.source)].shape.pixels()) >= batch) break;
        --late;
    }
    const Flow flow = flow_of(network, plan.steps);
    while (late < steps && (late == 0 || !only_codes_cross(flow, late) || any_reads_picture(network, plan, late))) ++late;
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
    std::vector<Strip> all;
    if (plan.late_from == static_cast<int>(plan.steps.size())) {
        for (const auto& strips : segments) all.insert(all.end(), strips.begin(), strips.end());
        return all;
    }
    const Flow flow = flow_of(network, plan.steps);
    const auto late = late_loads(network, plan, segments);
    const double ring = weight_cycles(plan.accelerator, plan.accelerator.weight_rows);
    double ahead = 0;  // cycles for which the memory has rested
    std::size_t next = 0;
    // Late strips, for as long as they wait no more than the memory has rested; or all that are left.
    const auto put = [&](bool whatever) {
        for (; next < late.size(); ++next) {
            const Load& l = late[next];
            if (!whatever && l.memory - l.compute > ahead) break;
            ahead = std::max(0.0, ahead + l.compute - l.memory);
            all.push_back(l.strip);
        }
    };
    for (const auto& strips : segments) {
        if (strips.front().step >= plan.late_from) break;
        if (strips.front().step > plan.late_until) put(true);
        for (const Load& l : loads_of(network, plan, strips)) {
            const int s = l.strip.step;
            // What this frame writes for the late steps takes the place of what the frame before wrote.
            if (flow.last_reader[index(s)] >= plan.late_from) put(true);
            all.push_back(l.strip);
            const bool picture = reads_picture(network, plan.steps[index(s)]);
            const double memory = l.memory + (picture ? picture_cycles(network, plan) * l.strip.rows : 0);
            ahead = std::clamp(ahead + l.compute - memory, 0.0, ring);
            put(false);
        }
    }
    put(true);
    return all;
}

}  // namespace ern::schedule

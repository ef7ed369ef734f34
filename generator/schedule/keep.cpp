// SPDX-License-Identifier: Apache-2.0
#include "schedule/keep.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "schedule/loops.h"

namespace ern::schedule {

std::vector<int> choose_kept(const std::vector<Reuse>& steps, int room) {
    std::vector<std::size_t> order(steps.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(steps[a].tiles, steps[a].rows) > std::pair(steps[b].tiles, steps[b].rows);
    });
    std::vector<int> first(steps.size(), -1);
    std::int64_t taken = 0;
    for (const std::size_t i : order) {
        if (steps[i].tiles < 2 || steps[i].rows == 0 || taken + steps[i].rows > room) continue;
        first[i] = static_cast<int>(taken);
        taken += steps[i].rows;
    }
    return first;
}

int tile_rows(const model::Network& network, const Plan& plan, const Strip& strip) {
    const Step& step = plan.steps[static_cast<std::size_t>(strip.step)];
    const SumBuffer& sums = plan.sums[static_cast<std::size_t>(step.sums)];
    if (sums.kept) return strip.rows;
    const int most = sums.ring / network.layers[static_cast<std::size_t>(step.source)].shape.width;
    return divide_up(strip.rows, divide_up(strip.rows, most));
}

void keep_rows(const model::Network& network, Plan& plan) {
    if (!plan.external()) return;
    const Accelerator& a = plan.accelerator;
    std::vector<Reuse> weights(plan.steps.size()), thresholds(plan.steps.size());
    for (const Strip& strip : plan.strips) {
        if (strip.step < 0 || plan.steps[static_cast<std::size_t>(strip.step)].kind == StepKind::reduce) continue;
        const auto s = static_cast<std::size_t>(strip.step);
        const Loops loops = loops_of(network, a, plan.steps[s]);
        const int tiles = divide_up(strip.rows, tile_rows(network, plan, strip));
        if (!loops.depthwise) weights[s] = {weights[s].tiles + tiles, loops.passes_per_block() * loops.blocks * a.outputs};
        if (plan.steps[s].codes_layer >= 0) thresholds[s] = {thresholds[s].tiles + tiles, std::int64_t{loops.blocks} * a.outputs};
    }
    for (const Segment& segment : plan.segments) {
        const auto part = [&](const std::vector<Reuse>& all) {
            return std::vector(all.begin() + segment.first, all.begin() + segment.last + 1);
        };
        const auto kept_weights = choose_kept(part(weights), a.kept_weight_rows);
        const auto kept_thresholds = choose_kept(part(thresholds), a.kept_threshold_rows);
        for (int s = segment.first; s <= segment.last; ++s) {
            plan.steps[static_cast<std::size_t>(s)].kept_weights = kept_weights[static_cast<std::size_t>(s - segment.first)];
            plan.steps[static_cast<std::size_t>(s)].kept_thresholds = kept_thresholds[static_cast<std::size_t>(s - segment.first)];
        }
    }
}

}  // namespace ern::schedule

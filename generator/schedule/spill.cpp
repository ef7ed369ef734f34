// SPDX-License-Identifier: Apache-2.0
#include "schedule/spill.h"

#include <algorithm>

#include "schedule/loops.h"

namespace ern::schedule {

namespace {

std::size_t index(int i) {
    return static_cast<std::size_t>(i);
}

const model::Shape& shape_of(const model::Network& network, const Plan& plan, int s) {
    return network.layers[index(plan.steps[index(s)].source)].shape;
}

int segment_of(const Plan& plan, int s) {
    int number = 0;
    while (plan.segments[index(number)].last < s) ++number;
    return number;
}

// A map's rows while the strips run: which one is in each place, which ones are outside.
class Exchange {
  public:
    Exchange(const Plan& plan, int sums) : plan_(plan), sums_(sums), buffer_(plan.sums[index(sums)]) {
        const int width = plan.network.layers[index(buffer_.layer)].shape.width;
        place_.assign(index(buffer_.ring / width), -1);
        last_use_.assign(index(buffer_.height), -1);
        there_.assign(index(buffer_.height), false);
    }

    bool works_on(const Strip& strip) const {
        return strip.step >= 0 && plan_.steps[index(strip.step)].sums == sums_;
    }

    void note_use(const Strip& strip, int number) {
        for (int y = strip.first_row; y < strip.first_row + strip.rows; ++y) last_use_[index(y)] = number;
    }

    // What must go and come before strip `number` runs.
    void prepare(const Strip& strip, int number, std::vector<Strip>& out) {
        std::vector<Strip> fills;
        for (int y = strip.first_row; y < strip.first_row + strip.rows; ++y) {
            int& here = place_[index(y) % place_.size()];
            if (here == y) continue;
            if (here >= 0 && last_use_[index(here)] >= number) out.push_back({Strip::kSpill, here, 1, sums_});
            if (there_[index(y)]) fills.push_back({Strip::kFill, y, 1, sums_});
            here = y;
            there_[index(y)] = true;
        }
        out.insert(out.end(), fills.begin(), fills.end());
    }

  private:
    const Plan& plan_;
    int sums_;
    const SumBuffer& buffer_;
    std::vector<int> place_;     // row in each place of the ring
    std::vector<int> last_use_;  // number of the last strip that works on a row
    std::vector<bool> there_;    // the row was made
};

}  // namespace

int spilled_ring(const model::Network& network, const Plan& plan, const Flow& flow, int s) {
    const Accelerator& a = plan.accelerator;
    const int end = flow.chain_end[index(s)];
    if (a.spill == 0 || end == s || plan.steps[index(end)].kind == StepKind::reduce) return 0;
    const model::Shape& shape = shape_of(network, plan, s);
    const int row = shape.width * divide_up(shape.channels, a.outputs);
    const int rows = (a.sum_words - a.outputs) / row;  // beside a tile of the others
    return rows >= shape.height ? 0 : std::max(rows, 0);
}

bool is_cut(const Plan& plan, const Flow& flow, int s) {
    return segment_of(plan, s) != segment_of(plan, flow.chain_end[index(s)]);
}

void turn_segments(const model::Network& network, Plan& plan, const Flow& flow) {
    for (int s = 0; s < std::ssize(plan.steps); ++s) {
        if (flow.chain[index(s)] != s || spilled_ring(network, plan, flow, s) == 0) continue;
        const int first = segment_of(plan, s), last = segment_of(plan, flow.chain_end[index(s)]);
        for (int g = first + 1; g <= last; ++g)
            plan.segments[index(g)].upward = !plan.segments[index(g - 1)].upward;
    }
}

std::vector<Span> worked_rows(const model::Network& network, const Plan& plan, const Flow& flow,
                              const std::vector<Strip>& strips, int s) {
    std::vector<Span> rows(index(shape_of(network, plan, s).height), Span{0, -1});
    for (int i = 0; i < std::ssize(strips); ++i) {
        const Strip& strip = strips[index(i)];
        if (flow.chain[index(strip.step)] != s) continue;
        for (int y = strip.first_row; y < strip.first_row + strip.rows; ++y) {
            Span& row = rows[index(y)];
            row = row.first > row.last ? Span{i, i} : Span{row.first, i};
        }
    }
    return rows;
}

std::vector<Strip> with_exchange(const Plan& plan, const std::vector<Strip>& strips) {
    std::vector<Exchange> maps;
    for (int i = 0; i < std::ssize(plan.sums); ++i) {
        if (plan.sums[index(i)].spilled_at >= 0) maps.emplace_back(plan, i);
    }
    for (Exchange& map : maps) {
        for (int i = 0; i < std::ssize(strips); ++i) {
            if (map.works_on(strips[index(i)])) map.note_use(strips[index(i)], i);
        }
    }
    std::vector<Strip> all;
    for (int i = 0; i < std::ssize(strips); ++i) {
        for (Exchange& map : maps) {
            if (map.works_on(strips[index(i)])) map.prepare(strips[index(i)], i, all);
        }
        all.push_back(strips[index(i)]);
    }
    return all;
}

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
#include "schedule/order.h"

#include <algorithm>
#include <set>

#include "support/error.h"

namespace ern::schedule {

namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

const model::Layer& layer(const model::Network& network, int i) { return network.layers[index(i)]; }

// Rows of words: `kernel` of them from row * stride - pad on.
struct Window {
    int kernel = 1, stride = 1, pad = 0;
};

Window window_of(const model::Network& network, const Step& step) {
    const auto& operation = layer(network, step.source).operation;
    if (step.paired_rows) return {2, 2, 0};
    if (const auto* conv = std::get_if<model::Conv>(&operation)) return {conv->weights.kernel(), conv->stride, conv->pad};
    if (const auto* pool = std::get_if<model::Pool>(&operation)) return {pool->kernel, pool->stride, pool->pad};
    return {};
}

const model::Shape& input_shape(const model::Network& network, const Step& step) {
    return layer(network, layer(network, step.source).inputs[0]).shape;
}

int rows_of(const model::Network& network, const Step& step) {
    return step.kind == StepKind::reduce ? 1 : layer(network, step.source).shape.height;
}

class Puller {
  public:
    Puller(const model::Network& network, const std::vector<Step>& steps, const Flow& flow, const Segment& segment, int most)
        : network_(network), steps_(steps), flow_(flow), segment_(segment), most_(most), done_(steps.size(), 0) {
        need(segment.last);
    }

    std::vector<Strip> run() {
        pull(segment_.last, rows(segment_.last));
        for (int s = segment_.first; s <= segment_.last; ++s) pull(s, rows(s));  // rows that nobody reads
        return std::move(strips_);
    }

  private:
    int rows(int s) const { return rows_of(network_, steps_[index(s)]); }

    // Steps on the way to the segment's last one. The others are done as soon as what they read is there.
    void need(int s) {
        if (s < segment_.first || needed_.count(s)) return;
        needed_.insert(s);
        need(flow_.producer[index(s)]);
        for (int operand : flow_.operands[index(s)]) need(operand);
    }

    int width(int s) const { return layer(network_, steps_[index(s)].source).shape.width; }
    int aim(int s) const { return std::max(1, segment_.tile_pixels / width(s)); }

    // Whole for a step alone: its strips are cut to tiles later.
    int strip_rows(int s, int wanted) const {
        if (segment_.first == segment_.last || steps_[index(s)].kind == StepKind::reduce) return wanted;
        if (segment_.in_two && s == segment_.last) return done_[index(s)] == 0 ? std::min(wanted, aim(s)) : wanted;
        const int most = std::clamp(most_ / width(s), aim(s), segment_.tall || segment_.in_two ? most_ : aim(s) + aim(s) / 2);
        return wanted <= most ? wanted : aim(s);
    }

    // The row of step s that comes when `done` are there.
    int row_of(int s, int done) const { return segment_.upward ? rows(s) - 1 - done : done; }

    // Rows of its producer that must be there for rows first..last of step s.
    int input_rows(int s, int first, int last) const {
        const Step& step = steps_[index(s)];
        return segment_.upward ? input_shape(network_, step).height - first_input_row(network_, step, first) : end_input_row(network_, step, last);
    }

    // Makes the first `end` rows of step s be there, counted from where the segment begins.
    void pull(int s, int end) {
        if (s < segment_.first) return;  // whole, from a segment before
        while (done_[index(s)] < end) {
            const int done = done_[index(s)];
            const int count = strip_rows(s, end - done);
            const int first = segment_.upward ? rows(s) - done - count : done;
            if (const int made = flow_.producer[index(s)]; made >= 0) {
                pull(made, input_rows(s, first, first + count - 1));
            }
            for (int operand : flow_.operands[index(s)]) pull(operand, done + count);
            if (done_[index(s)] != done) continue;  // pooling that was pushed meanwhile
            strips_.push_back({s, first, count});
            done_[index(s)] = done + count;
            push(s);
        }
    }

    // Lets the steps beside the way, and all pooling, read what step `made` has written, a strip at a time.
    void push(int made) {
        for (int s = made + 1; s <= segment_.last; ++s) {
            const bool pool = steps_[index(s)].kind == StepKind::pool;
            if (flow_.producer[index(s)] != made || (needed_.count(s) && !pool) || steps_[index(s)].kind == StepKind::reduce) continue;
            int end = done_[index(s)];
            while (end < rows(s) && input_rows(s, row_of(s, end), row_of(s, end)) <= done_[index(made)]) ++end;
            // A pass without weights is cheap, however few pixels it has.
            const int least = pool ? 1 : aim(s);
            if (end - done_[index(s)] >= least || end == rows(s)) pull(s, end);
        }
    }

    const model::Network& network_;
    const std::vector<Step>& steps_;
    const Flow& flow_;
    const Segment& segment_;
    int most_;
    std::set<int> needed_;
    std::vector<int> done_;
    std::vector<Strip> strips_;
};

bool reads_picture(const std::vector<Step>& steps, const Flow& flow, const Strip& strip) {
    return strip.step >= 0 && steps[index(strip.step)].kind != StepKind::reduce && flow.producer[index(strip.step)] < 0;
}

}  // namespace

int first_input_row(const model::Network& network, const Step& step, int row) {
    const Window w = window_of(network, step);
    return std::clamp(row * w.stride - w.pad, 0, input_shape(network, step).height - 1);
}

int end_input_row(const model::Network& network, const Step& step, int row) {
    const Window w = window_of(network, step);
    return std::clamp(row * w.stride - w.pad + w.kernel, 1, input_shape(network, step).height);
}

namespace {

// The strips that read the picture, by their index, each with the end of the rows that must be there for it. The last one
// takes all rows, so that none comes in later, when the words may be another map's.
struct PictureReader {
    std::size_t strip;
    int first, end;
};

std::vector<PictureReader> picture_readers(const model::Network& network, const std::vector<Step>& steps, const Flow& flow,
                                           const std::vector<Strip>& strips) {
    std::vector<PictureReader> readers;
    for (std::size_t i = 0; i < strips.size(); ++i) {
        if (!reads_picture(steps, flow, strips[i])) continue;
        const Step& step = steps[index(strips[i].step)];
        readers.push_back({i, first_input_row(network, step, strips[i].first_row),
                           end_input_row(network, step, strips[i].first_row + strips[i].rows - 1)});
    }
    if (!readers.empty()) readers.back().end = layer(network, 0).shape.height;
    return readers;
}

}  // namespace

Flow flow_of(const model::Network& network, const std::vector<Step>& steps) {
    Flow flow;
    const int count = static_cast<int>(steps.size());
    const auto made_by = [&](int Step::*what, int wanted) {
        for (int s = count - 1; s >= 0; --s) {
            if (steps[index(s)].*what == wanted && steps[index(s)].kind != StepKind::reduce) return s;
        }
        return -1;
    };
    for (int s = 0; s < count; ++s) {
        const Step& step = steps[index(s)];
        flow.operands.emplace_back();
        flow.chain.push_back(s);
        flow.last_reader.push_back(s);
        flow.chain_end.push_back(s);
        flow.producer.push_back(-1);
        int operand = -1;
        if (step.kind == StepKind::reduce) {
            operand = made_by(&Step::sums_layer, step.sums_layer);
        } else {
            const int input = layer(network, step.source).inputs[0];
            flow.producer.back() = made_by(&Step::codes_layer, input);
            if (const int made = flow.producer.back(); made >= 0) flow.last_reader[index(made)] = s;
        }
        if (step.adds_residual) {
            for (int value : layer(network, step.sums_layer).inputs) {
                if (value != step.source) operand = made_by(&Step::sums_layer, value);
            }
        }
        if (operand < 0) continue;
        ensure(operand < s, "accumulators are made before they are added onto");
        flow.operands.back().push_back(operand);
        flow.chain.back() = flow.chain[index(operand)];
        flow.chain_end[index(flow.chain.back())] = s;
    }
    return flow;
}

std::vector<Strip> order_strips(const model::Network& network, const std::vector<Step>& steps, const Flow& flow,
                                const Segment& segment, int most_pixels) {
    return Puller(network, steps, flow, segment, most_pixels).run();
}

std::vector<Strip> with_picture(const model::Network& network, const std::vector<Step>& steps, const Flow& flow,
                                const std::vector<Strip>& strips) {
    const auto readers = picture_readers(network, steps, flow, strips);
    std::vector<Strip> all;
    int there = 0;  // rows embedded
    const auto embed = [&](int end) {
        if (end > there) all.push_back({Strip::kPicture, there, end - there});
        there = std::max(there, end);
    };
    std::size_t reader = 0;
    for (std::size_t i = 0; i < strips.size(); ++i) {
        const bool reads = reader < readers.size() && readers[reader].strip == i;
        if (reads) embed(readers[reader].end);
        all.push_back(strips[i]);
        if (reads && ++reader < readers.size()) embed(readers[reader].end);
    }
    return all;
}

int picture_rows_held(const model::Network& network, const std::vector<Step>& steps, const Flow& flow,
                      const std::vector<Strip>& strips) {
    const int height = layer(network, 0).shape.height;
    const auto readers = picture_readers(network, steps, flow, strips);
    int held = 1;
    for (std::size_t i = 0; i < readers.size(); ++i) {
        // While this one runs, the next one's rows come in; no row of this one or a later one may be lost.
        int lowest = height, highest = 0;
        for (std::size_t j = i; j < readers.size(); ++j) lowest = std::min(lowest, readers[j].first);
        for (std::size_t j = 0; j <= std::min(i + 1, readers.size() - 1); ++j) highest = std::max(highest, readers[j].end);
        held = std::max(held, highest - lowest);
    }
    return std::min(held, height);
}

}  // namespace ern::schedule

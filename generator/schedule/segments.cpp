// SPDX-License-Identifier: Apache-2.0
#include "schedule/segments.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>

#include "schedule/allocate.h"
#include "schedule/external.h"
#include "schedule/lifetimes.h"
#include "schedule/loops.h"
#include "schedule/order.h"
#include "schedule/overlap.h"
#include "schedule/spill.h"
#include "schedule/work.h"

namespace ern::schedule {

namespace {

constexpr std::array kTilePixels{512, 384, 288, 256, 224, 192, 176, 160, 144, 128, 112, 96, 80, 64, 48, 32};
constexpr double kNone = std::numeric_limits<double>::infinity();
constexpr int kHuge = 1 << 24;              // words, more than any memory

std::size_t index(int i) { return static_cast<std::size_t>(i); }

// Memory and time of single segments. A map that crosses a segment's border is whole, so a segment can be judged alone.
class Judge {
  public:
    Judge(const model::Network& network, const Plan& plan, int sum_words)
        : network_(network), plan_(plan), a_(plan.accelerator), sum_words_(sum_words), flow_(flow_of(network, plan.steps)) {
        for (const Step& step : plan.steps) {
            loops_.push_back(step.kind == StepKind::reduce ? Loops{} : loops_of(network, a_, step));
        }
        for (int s = 0; s < std::ssize(plan.steps); ++s) rings_.push_back(spilled_ring(network, plan, flow_, s));
        late_ = late_words(network, plan, flow_);
    }

    // What a segment takes, judged once.
    struct Cost {
        int activation_words = 0;
        double cycles = 0;  // estimated; infinite where its partial sums do not fit
    };
    const Cost& cost(const Segment& segment) const {
        const auto [found, is_new] = costs_.try_emplace(std::array{segment.first, segment.last, segment.tile_pixels, segment.tall + 2 * segment.in_two});
        if (is_new) found->second = judge(segment);
        return found->second;
    }

    // True where only codes cross from step s - 1 to step s, or a residual map whose rows may lie outside: between its blocks, to which a
    // cut is as good as elsewhere.
    bool clean(int s) const {
        for (int t = 0; t < s; ++t) {
            if (flow_.chain[index(t)] != t || flow_.chain_end[index(t)] < s) continue;
            const int made = flow_.producer[index(s)];
            if (rings_[index(t)] == 0 || made != s - 1 || flow_.chain[index(made)] != t) return false;
        }
        return true;
    }

  private:
    Cost judge(const Segment& segment) const {
        const auto strips = order_strips(network_, plan_.steps, flow_, segment, a_.tile_depth);
        Cost cost;
        // The late steps run between the strips of several steps (overlap.h).
        const LateWords late = segment.first <= plan_.late_until ? late_ : LateWords{};
        cost.activation_words = peak(activations(segment, strips)) + late.activations;
        const auto kept = sums(segment, strips);
        std::vector<Work> work;
        for (std::size_t i = 0; i < strips.size() && cost.cycles < kNone; ++i) {
            cost.cycles = add_strip(strips[i], sum_words_ - late.sums - kept[i], work) ? 0 : kNone;
        }
        if (cost.cycles == 0) cost.cycles = cycles(segment, work) + exchange(segment);
        return cost;
    }

    // Strip by strip, computing or what it streams, whichever takes longer: the rings on the chip are small.
    double cycles(const Segment& segment, const std::vector<Work>& work) const {
        const auto memory = memory_cycles(a_, segment, work);
        double sum = 0;
        for (std::size_t i = 0; i < work.size(); ++i) sum += std::max(work[i].compute, memory[i]);
        return sum;
    }

    // Adds what a strip takes; false where not even a row of its sums fits the free words.
    bool add_strip(const Strip& strip, int free_words, std::vector<Work>& work) const {
        const Step& step = plan_.steps[index(strip.step)];
        if (step.kind == StepKind::reduce) return free_words >= 0;
        const int width = layer(step.source).shape.width;
        const int most = is_kept(strip.step) ? strip.rows : std::min(a_.tile_depth, free_words) / width;
        if (free_words < 0 || most < 1) return false;
        work.push_back(work_of(network_, a_, step, loops_[index(strip.step)], strip, most));
        return true;
    }

    // Cycles in which rows of a map that other segments work on too go out and come in: those that have no room, once each.
    double exchange(const Segment& g) const {
        double beats = 0;
        for (int s = 0; s <= g.last; ++s) {
            const int end = flow_.chain_end[index(s)];
            if (flow_.chain[index(s)] != s || rings_[index(s)] == 0 || end < g.first || (s >= g.first && end <= g.last)) continue;
            const model::Shape& shape = layer(plan_.steps[index(s)].source).shape;
            const double rows = (shape.height - rings_[index(s)]) * ((s < g.first) + (end > g.last));
            beats += rows * shape.width * divide_up(shape.channels, a_.outputs) * a_.columns();
        }
        return beats == 0 ? 0 : beats * a_.external.port_bits / 8 / stream_bytes_a_cycle(a_);
    }

    const model::Layer& layer(int i) const { return network_.layers[index(i)]; }
    bool is_kept(int s) const { return flow_.chain_end[index(flow_.chain[index(s)])] > flow_.chain[index(s)]; }

    static int peak(const std::vector<int>& words) { return *std::max_element(words.begin(), words.end()); }

    static void occupy(std::vector<int>& words, const Span& span, int more) {
        for (int i = span.first; i <= span.last; ++i) words[index(i)] += more;
    }

    // Words of all codes that live during each strip of a segment.
    std::vector<int> activations(const Segment& g, const std::vector<Strip>& strips) const {
        std::vector<int> words(strips.size(), 0);
        picture(words, strips);
        for (int s = 0; s <= g.last; ++s) {
            const Step& step = plan_.steps[index(s)];
            if (step.codes_layer < 0 || flow_.last_reader[index(s)] < g.first) continue;
            const int row = activation_buffer(network_, a_, step.codes_layer, 1).words;
            for (const Span& span : code_rows(network_, plan_.steps, flow_, strips, s)) occupy(words, span, row);
        }
        return words;
    }

    void picture(std::vector<int>& words, const std::vector<Strip>& strips) const {
        const int height = layer(0).shape.height, last = static_cast<int>(strips.size()) - 1;
        const int rows = plan_.external() ? picture_rows_held(network_, plan_.steps, flow_, strips) : height;
        const Span span = plan_.external() ? picture_span(plan_.steps, flow_, strips) : Span{0, last};
        occupy(words, span, activation_buffer(network_, a_, 0, rows).words);
    }

    // Words of the residual maps that live during each strip. The classifier's sums are small and not counted.
    std::vector<int> sums(const Segment& g, const std::vector<Strip>& strips) const {
        std::vector<int> words(strips.size(), 0);
        for (int s = 0; s <= g.last; ++s) {
            const int end = flow_.chain_end[index(s)];
            if (flow_.chain[index(s)] != s || end == s || end < g.first) continue;
            if (plan_.steps[index(end)].kind == StepKind::reduce && end == s + 1) continue;
            const model::Shape& shape = layer(plan_.steps[index(s)].source).shape;
            const int row = shape.width * divide_up(shape.channels, a_.outputs);
            if (rings_[index(s)] > 0 && (s < g.first || end > g.last)) {
                const bool fits = ring_rows(worked_rows(network_, plan_, flow_, strips, s)) <= rings_[index(s)];
                occupy(words, {0, static_cast<int>(strips.size()) - 1}, fits ? rings_[index(s)] * row : kHuge);
                continue;
            }
            for (const Span& span : sum_rows(network_, plan_.steps, flow_, strips, s)) occupy(words, span, row);
        }
        return words;
    }

    const model::Network& network_;
    const Plan& plan_;
    const Accelerator& a_;
    int sum_words_;  // to judge by, at most those that there are
    Flow flow_;
    std::vector<Loops> loops_;
    std::vector<int> rings_;  // of the chains that begin with a step: see spilled_ring
    LateWords late_;
    mutable std::map<std::array<int, 4>, Cost> costs_;
};

// Calls use with every segment that may begin with a step: it alone, or several interleaved.
template <typename Use>
void for_each_from(int first, const Judge& judge, const Plan& plan, const Use& use) {
    int classifier = static_cast<int>(plan.steps.size()) - 1;  // it and its sum run alone
    while (classifier > 0 && plan.steps[index(classifier)].kind == StepKind::reduce) --classifier;
    classifier = std::min(classifier, plan.late_from);  // late steps run alone, too
    use(Segment{first, first, 0});
    if (!judge.clean(first)) return;
    for (int last = first + 1; last < classifier; ++last) {
        if (!judge.clean(last + 1)) continue;
        for (const int pixels : kTilePixels) {
            if (pixels > plan.accelerator.tile_depth) continue;
            use(Segment{first, last, pixels, false, false});
            use(Segment{first, last, pixels, true, false});
            use(Segment{first, last, pixels, false, true});
        }
    }
}

// The least that the steps from each on can take, in estimated cycles.
std::vector<double> rest_of(const Judge& judge, const Plan& plan) {
    std::vector<double> rest(plan.steps.size() + 1, kNone);
    rest.back() = 0;
    for (int s = static_cast<int>(plan.steps.size()) - 1; s >= 0; --s) {
        for_each_from(s, judge, plan, [&](const Segment& g) {
            const Judge::Cost& one = judge.cost(g);
            if (one.activation_words > plan.accelerator.activation_words) return;
            rest[index(s)] = std::min(rest[index(s)], one.cycles + rest[index(g.last) + 1]);
        });
    }
    return rest;
}

// What a choice for less memory is measured by: a segment takes no fewer cycles than this judge says, and what follows it no
// fewer than rest; `cycles` in all are too many.
struct Limit {
    const Judge& judge;
    const std::vector<double>& rest;
    double cycles;
};

struct Choice {
    std::vector<Segment> segments;
    double cycles = kNone;  // estimated
};

// The cheapest way from the first step to the last, segment by segment; empty where there is none within the limit.
Choice cheapest(const Judge& judge, const Plan& plan, int activation_words, const Limit* limit) {
    const int steps = static_cast<int>(plan.steps.size());
    std::vector<double> cost(index(steps) + 1, kNone);
    std::vector<Segment> by(index(steps) + 1);
    cost[0] = 0;
    const auto offer = [&](const Segment& g) {
        const std::size_t from = index(g.first), to = index(g.last) + 1;
        if (limit && cost[from] + limit->judge.cost(g).cycles + limit->rest[to] >= limit->cycles) return;
        const Judge::Cost& one = judge.cost(g);
        if (one.activation_words > activation_words || cost[from] + one.cycles >= cost[to]) return;
        cost[to] = cost[from] + one.cycles;
        by[to] = g;
    };
    for (int s = 0; s < steps; ++s) {
        if (cost[index(s)] < kNone) for_each_from(s, judge, plan, offer);
    }
    Choice choice;
    if (cost[index(steps)] >= (limit ? limit->cycles : kNone)) return choice;
    choice.cycles = cost[index(steps)];
    for (int s = steps; s > 0; s = choice.segments.back().first) choice.segments.push_back(by[index(s)]);
    std::reverse(choice.segments.begin(), choice.segments.end());
    return choice;
}

std::vector<Segment> one_by_one(int steps) {
    std::vector<Segment> segments;
    for (int s = 0; s < steps; ++s) segments.push_back({s, s, 0});
    return segments;
}

// True where the maps find their places, which a search may fail to do although the words would be enough.
bool placed(const model::Network& network, Plan trial, bool apart) {
    allocate_unchecked(network, trial, apart);
    for (std::size_t s = index(trial.late_from); s < trial.steps.size(); ++s) {  // each late one is one tile
        if (trial.steps[s].kind == StepKind::reduce) continue;
        const SumBuffer& sums = trial.sums[index(trial.steps[s].sums)];
        if (!sums.kept && sums.ring < network.layers[index(trial.steps[s].source)].shape.pixels()) return false;
    }
    return trial.activation_words_used <= trial.accelerator.activation_words &&
           trial.sum_words_used <= trial.accelerator.sum_words;
}

// The first choice whose maps find their places, of those for fewer and fewer activation words. `apart`: rows of a map may lie
// apart, which takes time to try.
Choice first_placed(const model::Network& network, const Plan& plan, const Judge& judge, bool apart, const Limit* limit) {
    Plan trial = plan;
    int tries = 4;
    std::vector<Segment> last;
    for (int words = plan.accelerator.activation_words; words > 0; words -= std::max(1, plan.accelerator.activation_words / 32)) {
        const Choice choice = cheapest(judge, plan, words, limit);
        if (choice.segments.empty()) break;
        if (choice.segments == last) continue;
        trial.segments = last = choice.segments;
        turn_segments(network, trial, flow_of(network, plan.steps));
        const bool parts = apart && tries > 0;
        if (placed(network, trial, parts)) return {trial.segments, choice.cycles};
        tries -= parts;
    }
    return {};
}

// Maps that nearly fill the partial sums' memory may find no places, and what is left is far slower. A clearly cheaper choice than
// `best` takes its place, of those that are judged by less of that memory.
void try_fewer_sums(const model::Network& network, const Plan& plan, const Judge& judge, Choice& best) {
    constexpr double kClose = 1.02;  // to the cheapest choice, whether it finds its places or not
    const auto rest = rest_of(judge, plan);
    for (int eighths = 7; eighths >= 5 && best.cycles > kClose * rest.front(); --eighths) {
        const Judge fewer(network, plan, plan.accelerator.sum_words / 8 * eighths);
        const Limit limit{judge, rest, best.cycles / kClose};
        Choice other = first_placed(network, plan, fewer, true, &limit);
        if (!other.segments.empty()) best = std::move(other);
    }
}

// Segments whose maps find their places, or nothing. `thorough` also tries maps whose rows lie apart, and fewer sums.
std::optional<std::vector<Segment>> fitting(const model::Network& network, const Plan& plan, bool thorough) {
    Plan trial = plan;
    trial.segments = one_by_one(static_cast<int>(plan.steps.size()));
    if (placed(network, trial, false)) return trial.segments;
    const Judge judge(network, plan, plan.accelerator.sum_words);
    Choice best = first_placed(network, plan, judge, thorough, nullptr);
    if (thorough) try_fewer_sums(network, plan, judge, best);
    if (best.segments.empty()) return {};
    return std::move(best.segments);
}

// Raises one memory to the fewest words with which the maps fit; leaves it where no number helps.
bool raise(const model::Network& network, Plan& plan, int Accelerator::*memory) {
    const int there = plan.accelerator.*memory;
    const auto fits = [&](int words) {
        plan.accelerator.*memory = words;
        return fitting(network, plan, false).has_value();
    };
    int low = there, high = 2 * there;
    while (high < kHuge && !fits(high)) {
        low = high;
        high *= 2;
    }
    const bool found = high < kHuge;
    while (found && high - low > 1) {
        const int middle = low + (high - low) / 2;
        (fits(middle) ? high : low) = middle;
    }
    plan.accelerator.*memory = found ? high : there;
    return found;
}

// As above, where neither memory alone would do.
void raise_both(const model::Network& network, Plan& plan) {
    const int sums = plan.accelerator.sum_words;
    plan.accelerator.sum_words = kHuge;
    raise(network, plan, &Accelerator::activation_words);
    plan.accelerator.sum_words = sums;
    raise(network, plan, &Accelerator::sum_words);
}

}  // namespace

bool find_segments(const model::Network& network, Plan& plan) {
    const auto segments = fitting(network, plan, true);
    if (segments) plan.segments = *segments;
    return segments.has_value();
}

void choose_segments(const model::Network& network, Plan& plan) {
    plan.segments = one_by_one(static_cast<int>(plan.steps.size()));
    Plan roomy = plan;  // where the maps fit, so that allocate can name what is short
    if (!fitting(network, roomy, true) && !raise(network, roomy, &Accelerator::activation_words) &&
        !raise(network, roomy, &Accelerator::sum_words)) {
        raise_both(network, roomy);
    }
    if (const auto segments = fitting(network, roomy, true)) plan.segments = *segments;
}

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
#include "cli/explore.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>
#include <optional>

#include "support/error.h"
#include "support/parallel.h"

namespace ern::cli {

namespace {

using schedule::Accelerator;

// Windows: of one row, and of three for 3x3 kernels in one pass.
struct Window {
    int taps, tap_rows, channels;
    int lanes() const { return taps * channels; }
};
constexpr Window kWindows[] = {{3, 1, 16}, {3, 1, 32}, {3, 1, 64}, {9, 3, 16}, {9, 3, 32}};
constexpr int kOutputs[] = {8, 16, 32, 64};

bool has_pooling(const model::Network& network) {
    return std::any_of(network.layers.begin(), network.layers.end(),
                       [](const model::Layer& l) { return std::holds_alternative<model::Pool>(l.operation); });
}

constexpr int kLeastWords = 256;   // of activation and partial-sum memory

int round_up(int words, int step) { return (words + step - 1) / step * step; }

// The shape with memories that hold nearly anything; explore_one makes them smaller.
Accelerator roomy(const model::Network& network, const fpga::Board& board, const Window& window, int outputs, bool external) {
    Accelerator a;
    a.name = fmt::format("{}-{}x{}", board.name, window.lanes(), outputs);
    if (external) a.name += fmt::format("-{}", schedule::memory_name(board.memory));
    a.board = board.name;
    a.taps = window.taps;
    a.tap_rows = window.tap_rows;
    a.channels = window.channels;
    a.outputs = outputs;
    a.column_outputs = std::min(outputs, 8);
    a.dot_latency = 2 + (window.lanes() + 31) / 32;
    a.pooling = has_pooling(network);
    a.accumulator_bits = 16;
    a.activation_words = 8192;
    a.sum_words = 8192;
    a.weight_rows = external ? 512 : 1 << 20;
    a.threshold_rows = external ? 512 : 1 << 16;
    a.program_words = external ? 512 : 1 << 16;
    const int classes = network.layers.back().shape.channels;
    a.result_words = std::max(16, static_cast<int>(std::bit_ceil(static_cast<unsigned>(classes))));
    if (external) a.external = {board.memory, schedule::usual_port_bits(board.memory)};
    return a;
}

// Memories no larger than the plan uses, in steps that block RAM comes in.
void shrink(Accelerator& a, const schedule::Plan& plan) {
    a.activation_words = std::max(kLeastWords, round_up(plan.activation_words_used, 512));
    a.sum_words = std::max({16, a.tile_depth, round_up(plan.sum_words_used, 512)});
    if (a.external.kind != schedule::MemoryKind::none) return;
    a.weight_rows = std::max(16, round_up(static_cast<int>(plan.weights.size()), 512));
    a.threshold_rows = std::max(16, round_up(static_cast<int>(plan.thresholds.size()), 512));
    a.program_words = std::max(32, round_up(static_cast<int>(plan.program.size()) * schedule::kDescriptorWords, 512));
}

// The fastest multiple of 5 MHz, at most `mhz`, or up to 4 MHz less: of 12 MHz a PLL makes 110 and 114, but not 115.
double round_clock(const fpga::Board& board, const Accelerator& a, double mhz) {
    const double most = std::max(5.0, std::floor(mhz / 5) * 5);
    for (double rounded = most; rounded > most - 5; --rounded) {
        try {
            fpga::pll_of(board, a.external.kind != schedule::MemoryKind::none, rounded);
            return rounded;
        } catch (const Error&) {
            // the next one
        }
    }
    return most;
}

// Why the board has no room for the shape even with the smallest memories, before anything is planned; empty where it may have.
std::string refusal_of_shape(const fpga::Board& board, Accelerator a) {
    if (a.external.kind == schedule::MemoryKind::none) return "";
    a.activation_words = kLeastWords;
    a.sum_words = std::max(kLeastWords, a.tile_depth);
    return fpga::refusal(a, board);
}

// First with room for all; then with less and less room for partial sums and maps, which makes the compiler cut strips.
Design explore_one(const model::Network& network, const fpga::Board& board, Accelerator a) {
    Design design{.accelerator = a, .estimate = {}, .refusal = refusal_of_shape(board, a)};
    if (!design.refusal.empty()) return design;
    for (int words = 8192; words >= kLeastWords; words /= 2) {
        Accelerator tried = a;
        tried.activation_words = tried.sum_words = words;
        tried.clock_mhz = round_clock(board, tried, fpga::estimate(tried, board).clock_mhz);
        try {
            const auto plan = schedule::make_plan(network, tried);
            shrink(tried, plan);
            const auto smaller = schedule::make_plan(network, tried);
            design.cycles = smaller.predicted_cycles;
        } catch (const Error& error) {
            if (design.refusal.empty()) design.refusal = error.what();
            break;
        }
        design.accelerator = tried;
        design.estimate = fpga::estimate(tried, board);
        design.refusal = fpga::refusal(tried, board);
        if (design.refusal.empty()) break;
    }
    if (!design.refusal.empty()) return design;
    design.accelerator.clock_mhz = design.estimate.clock_mhz = round_clock(board, design.accelerator, design.estimate.clock_mhz);
    return design;
}

// Each shape on a thread of its own; said in their order.
std::vector<Design> explore_all(const model::Network& network, const fpga::Board& board, const std::vector<Accelerator>& shapes,
                                const std::function<void(const Design&)>& say) {
    std::vector<std::optional<Design>> found(shapes.size());
    std::vector<Design> designs;
    std::mutex mutex;
    support::parallel_for(support::default_jobs(), std::ssize(shapes), [&](std::int64_t number) {
        const auto i = static_cast<std::size_t>(number);
        Design design = explore_one(network, board, shapes[i]);
        const std::lock_guard lock(mutex);
        found[i] = std::move(design);
        for (; designs.size() < found.size() && found[designs.size()]; say(designs.back())) designs.push_back(*found[designs.size()]);
    });
    return designs;
}

// What makes a design with external memory faster is not known beforehand: each of these is tried, again and again, as long as one gains.
using Change = void (*)(Accelerator&);
constexpr Change kChanges[] = {
    [](Accelerator& a) { a.kept_weight_rows = a.kept_threshold_rows = 512; },
    [](Accelerator& a) { a.kept_weight_rows = a.kept_threshold_rows = 512, a.overlap = 1; },
    [](Accelerator& a) { a.activation_words += 512; },
    [](Accelerator& a) { a.sum_words += 512; },
    [](Accelerator& a) { a.activation_words += 512, a.sum_words += 512; },
};

// The design with memories so changed, if it fits; otherwise as it was.
Design changed(const model::Network& network, const fpga::Board& board, const Design& design, Change change) {
    Design tried = design;
    change(tried.accelerator);
    if (tried.accelerator == design.accelerator || !fpga::refusal(tried.accelerator, board).empty()) return design;
    tried.estimate = fpga::estimate(tried.accelerator, board);
    tried.accelerator.clock_mhz = tried.estimate.clock_mhz = round_clock(board, tried.accelerator, tried.estimate.clock_mhz);
    try {
        schedule::check(tried.accelerator, tried.accelerator.name);
        tried.cycles = schedule::make_plan(network, tried.accelerator).predicted_cycles;
    } catch (const Error&) {
        return design;
    }
    return tried;
}

Design grown(const model::Network& network, const fpga::Board& board, Design design) {
    constexpr int kRounds = 4;
    constexpr double kGain = 1.01;   // of a round at least
    for (int round = 0; round < kRounds; ++round) {
        Design best = design;
        for (const Change change : kChanges) {
            const Design tried = changed(network, board, design, change);
            if (tried.frames_a_second() > best.frames_a_second()) best = tried;
        }
        const bool gains = best.frames_a_second() > kGain * design.frames_a_second();
        design = best;
        if (!gains) break;
    }
    return design;
}

// The fastest ones with external memory, with the memories that make them faster.
void grow_fastest(const model::Network& network, const fpga::Board& board, std::vector<Design>& designs,
                  const std::function<void(const Design&)>& say) {
    constexpr std::size_t kGrown = 3;
    std::vector<Design*> order;
    for (Design& d : designs) {
        if (d.refusal.empty() && d.accelerator.external.kind != schedule::MemoryKind::none) order.push_back(&d);
    }
    std::stable_sort(order.begin(), order.end(), [](const Design* a, const Design* b) { return a->frames_a_second() > b->frames_a_second(); });
    order.resize(std::min(kGrown, order.size()));
    std::vector<Design> better(order.size());
    support::parallel_for(support::default_jobs(), std::ssize(order), [&](std::int64_t i) {
        better[static_cast<std::size_t>(i)] = grown(network, board, *order[static_cast<std::size_t>(i)]);
    });
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (better[i].accelerator == order[i]->accelerator) continue;
        *order[i] = better[i];
        say(better[i]);
    }
}

void mark_pareto(std::vector<Design>& designs) {
    for (Design& d : designs) {
        d.pareto = d.refusal.empty() && std::none_of(designs.begin(), designs.end(), [&](const Design& o) {
            return o.refusal.empty() && o.estimate.used.lut4 < d.estimate.used.lut4 && o.frames_a_second() >= d.frames_a_second();
        });
    }
}

}  // namespace

std::vector<Design> explore_designs(const model::Network& network, const fpga::Board& board,
                                    const std::function<void(const Design&)>& say) {
    std::vector<Accelerator> shapes;
    for (const bool external : {false, true}) {
        if (external && board.memory == schedule::MemoryKind::none) continue;
        for (const Window& window : kWindows) {
            for (const int outputs : kOutputs) {
                if (outputs > window.lanes() || (outputs > window.channels && outputs % window.channels != 0)) continue;
                shapes.push_back(roomy(network, board, window, outputs, external));
            }
        }
    }
    std::vector<Design> designs = explore_all(network, board, shapes, say);
    grow_fastest(network, board, designs, say);
    mark_pareto(designs);
    return designs;
}

const Design& best_design(const std::vector<Design>& designs, const fpga::Board& board) {
    const auto best = std::max_element(designs.begin(), designs.end(), [](const Design& a, const Design& b) {
        const auto rank = [](const Design& d) { return d.refusal.empty() ? d.frames_a_second() : -1.0; };
        return rank(a) < rank(b);
    });
    ensure(best != designs.end(), "there are shapes to explore");
    if (!best->refusal.empty()) {
        fail("{}: no shape fits; the smallest, {}: {}", board.name, designs.front().accelerator.name, designs.front().refusal);
    }
    return *best;
}

std::string chosen_configuration(const Design& design) {
    return "# SPDX-License-Identifier: Apache-2.0\n# Chosen by ernforge explore.\n" + schedule::accelerator_text(design.accelerator);
}

std::string pareto_chart(const std::vector<Design>& designs, const std::string& title) {
    constexpr double kWidth = 720, kHeight = 420, kLeft = 70, kBottom = 50;
    double most_lut = 1, most_frames = 1;
    for (const Design& d : designs) {
        if (!d.refusal.empty()) continue;
        most_lut = std::max(most_lut, 1.1 * d.estimate.used.lut4);
        most_frames = std::max(most_frames, 1.1 * d.frames_a_second());
    }
    const auto x = [&](double lut) { return kLeft + (kWidth - kLeft - 20) * lut / most_lut; };
    const auto y = [&](double frames) { return kHeight - kBottom - (kHeight - kBottom - 40) * frames / most_frames; };
    std::string text = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"12\">\n"
        "<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n<text x=\"{2}\" y=\"22\" font-size=\"15\">{3}</text>\n"
        "<path d=\"M{2} 40V{4}H{5}\" fill=\"none\" stroke=\"black\"/>\n"
        "<text x=\"{5}\" y=\"{6}\" text-anchor=\"end\">LUT4, up to {7:.0f}</text>\n"
        "<text x=\"8\" y=\"36\">frames a second, up to {8:.0f}</text>\n",
        kWidth, kHeight, kLeft, title, kHeight - kBottom, kWidth - 20, kHeight - 14, most_lut, most_frames);
    for (const Design& d : designs) {
        if (!d.refusal.empty()) continue;
        text += fmt::format("<circle cx=\"{0:.1f}\" cy=\"{1:.1f}\" r=\"5\" fill=\"{2}\"/><text x=\"{3:.1f}\" y=\"{4:.1f}\">{5}</text>\n",
                            x(d.estimate.used.lut4), y(d.frames_a_second()), d.pareto ? "#1b6ca8" : "#bbbbbb",
                            x(d.estimate.used.lut4) + 8, y(d.frames_a_second()) + 4,
                            fmt::format("{}x{}", d.accelerator.lanes(), d.accelerator.outputs));
    }
    return text + "</svg>\n";
}

}  // namespace ern::cli

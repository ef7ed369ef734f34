// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "schedule/plan.h"

namespace ern::schedule {

namespace {

std::string shape_text(int height, int width, int channels) { return fmt::format("{}x{}x{}", height, width, channels); }

std::string sums_text(const Plan& plan, const Step& step) {
    const SumBuffer& b = plan.sums[static_cast<std::size_t>(step.sums)];
    const int words = b.words;
    return fmt::format("{}..{}{}", b.base, b.base + words - 1, b.kept ? " kept" : "");
}

std::string codes_text(const Plan& plan, int buffer) {
    if (buffer < 0) return "-";
    const ActivationBuffer& b = plan.activations[static_cast<std::size_t>(buffer)];
    return fmt::format("{}..{}", b.base, b.base + b.words - 1);
}

// The maps that lie in a memory during the strip in which most of its words are taken.
template <typename Buffer, typename Name>
std::string fullest(const std::vector<Buffer>& buffers, std::size_t strips, const char* memory, Name name) {
    std::vector<int> words(strips, 0);
    const auto for_each = [&](const auto& use) {
        for (const Buffer& b : buffers) {
            for (const Piece& piece : b.pieces) {
                for (const Span& span : piece.life) use(b, piece, span);
            }
        }
    };
    for_each([&](const Buffer&, const Piece& piece, const Span& span) {
        for (int i = span.first; i <= span.last; ++i) words[static_cast<std::size_t>(i)] += piece.words;
    });
    const auto top = std::max_element(words.begin(), words.end());
    const int at = static_cast<int>(top - words.begin());
    std::map<std::string, int> there;
    for_each([&](const Buffer& b, const Piece& piece, const Span& span) {
        if (span.first <= at && at <= span.last) there[name(b)] += piece.words;
    });
    std::string text = fmt::format("most {} at a time: {} words:", memory, *top);
    for (const auto& [map, count] : there) text += fmt::format(" {} {},", map, count);
    text.back() = '\n';
    return text;
}

}  // namespace

std::string describe(const Plan& plan) {
    const Accelerator& a = plan.accelerator;
    std::string text = fmt::format(
        "{} on {}: {} lanes ({} taps x {} channels) x {} outputs = {} MAC a cycle\n"
        "picture {}, activation words {}..{} of each bank\n\n",
        plan.network_name, a.name, a.lanes(), a.taps, a.channels, a.outputs, a.macs_per_cycle(),
        shape_text(plan.picture.height, plan.picture.width, plan.picture.channels), plan.activations.front().base,
        plan.activations.front().base + plan.activations.front().words - 1);
    text += fmt::format("{:<22} {:>5} {:>7} {:>9} {:>6}  {:<11} {:<11} {:<15} {}\n", "layer", "tiles", "passes", "cycles",
                        "util", "reads", "writes", "partial sums", "remark");
    for (const Step& step : plan.steps) {
        text += fmt::format("{:<22} {:>5} {:>7} {:>9} {:>5.1f}%  {:<11} {:<11} {:<15} {}\n", step.name, step.descriptors,
                            step.passes, step.predicted_cycles, 100 * plan.utilisation(step),
                            codes_text(plan, step.input), codes_text(plan, step.output), sums_text(plan, step), step.remark);
    }
    std::int64_t macs = 0;
    for (const Step& step : plan.steps) macs += step.macs;
    const double utilisation =
        static_cast<double>(macs) / static_cast<double>(plan.predicted_cycles) / a.macs_per_cycle();
    text += fmt::format("\nframe: {} cycles, utilisation {:.1f} %, {:.0f} frames a second at {:g} MHz\n",
                        plan.predicted_cycles, 100 * utilisation,
                        a.clock_mhz * 1e6 / static_cast<double>(plan.predicted_cycles), a.clock_mhz);
    text += fmt::format("memory: activations {}/{} words a bank, partial sums {}/{} words, weights {}/{} rows, thresholds "
                        "{}/{} rows, program {}/{} words\n",
                        plan.activation_words_used, a.activation_words, plan.sum_words_used, a.sum_words,
                        plan.weights.size(), a.weight_rows, plan.thresholds.size(), a.threshold_rows,
                        plan.program.size() * kDescriptorWords, a.program_words);
    std::size_t strips = 0;
    for (const Strip& strip : plan.strips) strips += strip.step >= 0;
    text += fullest(plan.activations, strips, "activations", [&](const ActivationBuffer& b) { return plan.network.layers[static_cast<std::size_t>(b.layer)].name; });
    text += fullest(plan.sums, strips, "partial sums", [&](const SumBuffer& b) { return plan.steps[static_cast<std::size_t>(b.step)].name; });
    if (plan.external()) {
        const Traffic t = traffic_of(plan);
        text += fmt::format("external memory: {:.2f} MB a frame (weights {:.2f}, thresholds {:.2f}, program {:.2f}, picture {:.2f}), {} "
                            "cycles at its full rate; {} cycles of computing\n",
                            static_cast<double>(t.bytes()) / 1e6, static_cast<double>(t.weights) / 1e6,
                            static_cast<double>(t.thresholds) / 1e6, static_cast<double>(t.program) / 1e6,
                            static_cast<double>(t.pictures) / 1e6, t.memory_cycles, t.compute_cycles);
    }
    text += fmt::format("accumulators: {} bits needed, {} there\n", plan.accumulator_bits_needed, a.accumulator_bits);
    return text;
}

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
// The memory plan as SVG: words upwards, cycles to the right, one box a map from the first tile that touches it to the last.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "schedule/plan.h"

namespace ern::schedule {

namespace {

constexpr double kWidth = 1200, kHeight = 300, kLeft = 70, kTop = 40, kGap = 60;  // pixels

struct Box {
    std::string name, colour;
    int base = 0, words = 0;
    std::int64_t from = -1, to = 0;  // cycles
    void touch(std::int64_t start, std::int64_t end) {
        if (from < 0) from = start;
        to = std::max(to, end);
    }
};

std::string escaped(const std::string& text) {
    std::string result;
    for (char c : text) {
        if (c == '&') result += "&amp;";
        else if (c == '<') result += "&lt;";
        else result += c;
    }
    return result;
}

// One memory, its top at `y`.
std::string panel(const std::string& title, const std::vector<Box>& boxes, int words, std::int64_t cycles, double y) {
    const double x_scale = kWidth / static_cast<double>(std::max<std::int64_t>(1, cycles)), y_scale = kHeight / words;
    std::string svg = fmt::format("<text x=\"{}\" y=\"{}\">{}: {} words, {} cycles</text>\n", kLeft, y - 8, title, words, cycles) +
                      fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#888\"/>\n", kLeft, y,
                                  kWidth, kHeight);
    for (const Box& b : boxes) {
        if (b.from < 0) continue;
        const double x = kLeft + static_cast<double>(b.from) * x_scale, width = std::max(1.0, static_cast<double>(b.to - b.from) * x_scale);
        const double height = b.words * y_scale, top = y + kHeight - (b.base + b.words) * y_scale;
        svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\" stroke=\"#333\" "
                           "stroke-width=\"0.5\"><title>{}: words {}..{}, cycles {}..{}</title></rect>\n",
                           x, top, width, height, b.colour, escaped(b.name), b.base, b.base + b.words - 1, b.from, b.to);
        if (width > 60 && height > 12) svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", x + 4, top + 12, escaped(b.name));
    }
    return svg;
}

}  // namespace

std::string memory_picture(const Plan& plan, const std::vector<std::string>& layer_names) {
    const auto name = [&](int layer) { return layer >= 0 ? layer_names[static_cast<std::size_t>(layer)] : std::string("tile"); };
    std::vector<Box> codes, sums;
    for (const ActivationBuffer& b : plan.activations) codes.push_back({name(b.layer), b.layer == 0 ? "#9ecae1" : "#a1d99b", b.base, b.words});
    for (const SumBuffer& b : plan.sums) {
        const std::string& step = plan.steps[static_cast<std::size_t>(b.step)].name;
        sums.push_back({b.kept ? name(b.layer) : "tiles of " + step, b.kept ? "#fdae6b" : "#fee6ce", b.base, b.words});
    }
    const auto done = predict_done(plan);
    std::int64_t start = 0;
    for (std::size_t i = 0; i < done.size(); ++i) {
        const Strip& tile = plan.tiles[i];
        const auto index = [](int at) { return static_cast<std::size_t>(at); };
        if (tile.step == Strip::kPicture) codes.front().touch(start, done[i]);
        if (tile.step < 0) continue;
        const Step& step = plan.steps[index(tile.step)];
        if (step.input >= 0) codes[index(step.input)].touch(start, done[i]);
        if (step.output >= 0) codes[index(step.output)].touch(start, done[i]);
        if (step.sums >= 0) sums[index(step.sums)].touch(start, done[i]);
        start = done[i];
    }
    if (!plan.external()) codes.front().touch(0, plan.predicted_cycles);  // the next one comes in meanwhile
    const double below = kTop + kHeight + kGap;
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" font-family=\"sans-serif\" font-size=\"11\">\n",
                       kLeft + kWidth + 20, below + kHeight + 20) +
           panel("activation memory, words of a bank", codes, plan.accelerator.activation_words, plan.predicted_cycles, kTop) +
           panel("partial sums", sums, plan.accelerator.sum_words, plan.predicted_cycles, below) + "</svg>\n";
}

}  // namespace ern::schedule

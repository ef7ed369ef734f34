// SPDX-License-Identifier: Apache-2.0
// The memory plan as SVG: words upwards, cycles to the right; a box is words of a map from the tile that writes them to the
// last one that reads them.
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
    std::int64_t from = 0, to = 0;  // cycles
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
        const double x = kLeft + static_cast<double>(b.from) * x_scale, width = std::max(1.0, static_cast<double>(b.to - b.from) * x_scale);
        const double height = b.words * y_scale, top = y + kHeight - (b.base + b.words) * y_scale;
        svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\" stroke=\"#333\" "
                           "stroke-width=\"0.5\"><title>{}: words {}..{}, cycles {}..{}</title></rect>\n",
                           x, top, width, height, b.colour, escaped(b.name), b.base, b.base + b.words - 1, b.from, b.to);
        if (width > 60 && height > 12) svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", x + 4, top + 12, escaped(b.name));
    }
    return svg;
}

// Cycles from which to which each strip runs, those of the picture left out.
struct Times {
    std::vector<std::int64_t> from, to;
};

Times times_of(const Plan& plan) {
    std::vector<Strip> strips;
    for (const Strip& strip : plan.strips) {
        if (strip.step >= 0) strips.push_back(strip);
    }
    const auto done = predict_done(plan);
    Times times;
    std::int64_t start = 0;
    for (std::size_t i = 0, s = 0; i < done.size() && s < strips.size(); ++i) {
        const Strip& tile = plan.tiles[i];
        if (tile.step < 0) continue;
        if (times.from.size() == s) times.from.push_back(start);
        start = done[i];
        if (tile.first_row + tile.rows < strips[s].first_row + strips[s].rows) continue;  // more tiles of it follow
        times.to.push_back(start);
        ++s;
    }
    return times;
}

template <typename Buffer>
void add_boxes(std::vector<Box>& boxes, const Buffer& buffer, const Times& times, const std::string& name, const char* colour) {
    for (const Piece& piece : buffer.pieces) {
        for (const Span& span : piece.life) {
            boxes.push_back({name, colour, buffer.base + piece.offset, piece.words, times.from[static_cast<std::size_t>(span.first)],
                             times.to[static_cast<std::size_t>(span.last)]});
        }
    }
}

}  // namespace

std::string memory_picture(const Plan& plan) {
    const auto name = [&](int layer) { return plan.network.layers[static_cast<std::size_t>(layer)].name; };
    const Times times = times_of(plan);
    std::vector<Box> codes, sums;
    for (const ActivationBuffer& b : plan.activations) add_boxes(codes, b, times, name(b.layer), b.layer == 0 ? "#9ecae1" : "#a1d99b");
    for (const SumBuffer& b : plan.sums) {
        const std::string& step = plan.steps[static_cast<std::size_t>(b.step)].name;
        add_boxes(sums, b, times, b.kept ? name(b.layer) : "tiles of " + step, b.kept ? "#fdae6b" : "#fee6ce");
    }
    if (!plan.external()) codes.front().to = plan.predicted_cycles;  // the next picture comes in meanwhile
    const double below = kTop + kHeight + kGap;
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" font-family=\"sans-serif\" font-size=\"11\">\n",
                       kLeft + kWidth + 20, below + kHeight + 20) +
           panel("activation memory, words of a bank", codes, plan.accelerator.activation_words, plan.predicted_cycles, kTop) +
           panel("partial sums", sums, plan.accelerator.sum_words, plan.predicted_cycles, below) + "</svg>\n";
}

}  // namespace ern::schedule

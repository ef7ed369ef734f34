// SPDX-License-Identifier: Apache-2.0
#include "train/epoch_log.h"

#include <fmt/format.h>

#include <algorithm>

namespace ern::train {

namespace {

constexpr double kWidth = 640, kHeight = 360, kLeft = 50, kRight = 60, kTop = 34, kBottom = 40;

double x_of(int epoch, int epochs) {
    const double part = epochs > 1 ? static_cast<double>(epoch - 1) / (epochs - 1) : 0.5;
    return kLeft + part * (kWidth - kLeft - kRight);
}

double y_of(double part) {
    return kHeight - kBottom - part * (kHeight - kTop - kBottom);
}

// A line through one value an epoch, 0..1 of the height.
template <typename Value>
std::string polyline(const std::vector<EpochRecord>& epochs, const char* colour, const Value& value) {
    std::string points;
    for (const EpochRecord& e : epochs) {
        const std::optional<double> part = value(e);
        if (part) points += fmt::format("{:.1f},{:.1f} ", x_of(e.epoch, epochs.back().epoch), y_of(*part));
    }
    return fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\" points=\"{}\"/>\n", colour,
                       points);
}

std::string text(double x, double y, const char* anchor, const char* colour, const std::string& words) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"{}\">{}</text>\n", x, y,
                       anchor, colour, words);
}

}  // namespace

std::string epochs_as_csv(const std::vector<EpochRecord>& epochs) {
    std::string text = "epoch,learning_rate,train_loss,train_accuracy,test_accuracy,seconds\n";
    for (const EpochRecord& e : epochs) {
        text += fmt::format("{},{:.6g},{:.5f},{:.5f},{},{:.1f}\n", e.epoch, e.learning_rate, e.train_loss,
                            e.train_accuracy, e.test_accuracy ? fmt::format("{:.5f}", *e.test_accuracy) : "",
                            e.seconds);
    }
    return text;
}

std::string epochs_as_svg(const std::vector<EpochRecord>& epochs, const std::string& title) {
    double top_loss = 0;
    for (const EpochRecord& e : epochs) top_loss = std::max(top_loss, e.train_loss);
    top_loss = std::max(top_loss, 1e-9);
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" "
        "font-size=\"11\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n",
        kWidth, kHeight);
    for (int tenth = 0; tenth <= 10; tenth += 2) {
        const double y = y_of(tenth / 10.0);
        svg +=
            fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}\" stroke=\"#ddd\"/>\n", kLeft, y, kWidth - kRight);
        svg += text(kLeft - 6, y + 4, "end", "black", fmt::format("{} %", 10 * tenth));
        svg +=
            text(kWidth - kRight + 6, y + 4, "start", "#999", fmt::format("{:.2f}", top_loss * tenth / 10));
    }
    svg += text(kLeft, 20, "start", "black", title);
    svg += text(kLeft, kHeight - 12, "start", "black", "epoch 1");
    svg += text(kWidth - kRight, kHeight - 12, "end", "black", fmt::format("{}", epochs.back().epoch));
    svg += text(kWidth / 2 - 110, kHeight - 12, "middle", "#999", "loss");
    svg += text(kWidth / 2, kHeight - 12, "middle", "#2a6fbb", "training pictures");
    svg += text(kWidth / 2 + 110, kHeight - 12, "middle", "#c0392b", "test pictures");
    using Part = std::optional<double>;
    svg += polyline(epochs, "#999", [&](const EpochRecord& e) { return Part(e.train_loss / top_loss); });
    svg += polyline(epochs, "#2a6fbb", [](const EpochRecord& e) { return Part(e.train_accuracy); });
    svg += polyline(epochs, "#c0392b", [](const EpochRecord& e) { return e.test_accuracy; });
    return svg + "</svg>\n";
}

}  // namespace ern::train

// SPDX-License-Identifier: Apache-2.0
#include "data/scale.h"

#include <algorithm>
#include <cmath>

#include "support/error.h"

namespace ern::data {

namespace {

// The pixels that one pixel of the result is made of: `first` and the following ones, with weights that sum up to 1.
struct Mix {
    int first = 0;
    std::vector<double> weights;
};

// Along one side: `to` pixels from those between `begin` and `begin + length` of `from`.
std::vector<Mix> mixes(int from, double begin, double length, int to) {
    const double step = length / to;
    std::vector<Mix> result;
    for (int i = 0; i < to; ++i) {
        Mix mix;
        if (step >= 1) {
            const double low = begin + i * step, high = std::min(low + step, static_cast<double>(from));
            mix.first = std::min(static_cast<int>(low), from - 1);
            for (int p = mix.first; p < high && p < from; ++p)
                mix.weights.push_back((std::min<double>(p + 1, high) - std::max<double>(p, low)) / (high - low));
        } else {
            const double at = std::clamp(begin + (i + 0.5) * step - 0.5, 0.0, from - 1.0);
            mix.first = std::min(static_cast<int>(at), std::max(from - 2, 0));
            mix.weights = {1 - (at - mix.first)};
            if (from > 1) mix.weights.push_back(at - mix.first);
        }
        result.push_back(std::move(mix));
    }
    return result;
}

}  // namespace

std::vector<std::uint8_t> scale_picture(std::span<const std::uint8_t> pixels, const model::Shape& from,
                                        const model::Shape& to) {
    ensure(static_cast<std::int64_t>(pixels.size()) == from.size() && from.size() > 0, "a picture has its pixels");
    const double width = std::min<double>(from.width, static_cast<double>(from.height) * to.width / to.height);
    const double height = std::min<double>(from.height, static_cast<double>(from.width) * to.height / to.width);
    const auto columns = mixes(from.width, (from.width - width) / 2, width, to.width);
    const auto rows = mixes(from.height, (from.height - height) / 2, height, to.height);
    const auto colours = static_cast<std::size_t>(from.channels), wide = static_cast<std::size_t>(from.width);
    std::vector<std::uint8_t> result;
    std::vector<double> line(wide * colours);  // of the result's height, of the source's width
    for (const Mix& row : rows) {
        std::fill(line.begin(), line.end(), 0.0);
        for (std::size_t k = 0; k < row.weights.size(); ++k) {
            const auto* source = &pixels[(static_cast<std::size_t>(row.first) + k) * line.size()];
            for (std::size_t i = 0; i < line.size(); ++i) line[i] += row.weights[k] * source[i];
        }
        for (const Mix& column : columns) {
            for (std::size_t c = 0; c < colours; ++c) {
                double sum = 0;
                for (std::size_t k = 0; k < column.weights.size(); ++k)
                    sum += column.weights[k] * line[(static_cast<std::size_t>(column.first) + k) * colours + c];
                result.push_back(static_cast<std::uint8_t>(std::clamp(std::floor(sum + 0.5), 0.0, 255.0)));
            }
        }
    }
    return result;
}

}  // namespace ern::data

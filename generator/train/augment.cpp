// SPDX-License-Identifier: Apache-2.0
#include "train/augment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace ern::train {

namespace {

using Picture = std::span<std::uint8_t>;

constexpr double kFullMagnitude = 30;

std::uint8_t to_byte(double v) {
    return static_cast<std::uint8_t>(std::clamp(v + 0.5, 0.0, 255.0));
}

std::size_t at(const model::Shape& shape, int y, int x) {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(shape.width) +
            static_cast<std::size_t>(x)) *
           static_cast<std::size_t>(shape.channels);
}

// Where a pixel of the result comes from, around the centre: (x, y) -> (xx x + xy y + x0, yx x + yy y + y0).
struct Affine {
    double xx = 1, xy = 0, x0 = 0, yx = 0, yy = 1, y0 = 0;
};

void transform(Picture picture, const model::Shape& shape, const Affine& affine) {
    const std::vector<std::uint8_t> from(picture.begin(), picture.end());
    const double cx = (shape.width - 1) / 2.0, cy = (shape.height - 1) / 2.0;
    const auto pixel = [&](int y, int x, int c) -> double {
        if (y < 0 || x < 0 || y >= shape.height || x >= shape.width) return 0;
        return from[at(shape, y, x) + static_cast<std::size_t>(c)];
    };
    for (int y = 0; y < shape.height; ++y) {
        for (int x = 0; x < shape.width; ++x) {
            const double sx = affine.xx * (x - cx) + affine.xy * (y - cy) + affine.x0 + cx;
            const double sy = affine.yx * (x - cx) + affine.yy * (y - cy) + affine.y0 + cy;
            const int x0 = static_cast<int>(std::floor(sx)), y0 = static_cast<int>(std::floor(sy));
            const double fx = sx - x0, fy = sy - y0;
            for (int c = 0; c < shape.channels; ++c) {
                const double above = pixel(y0, x0, c) * (1 - fx) + pixel(y0, x0 + 1, c) * fx;
                const double below = pixel(y0 + 1, x0, c) * (1 - fx) + pixel(y0 + 1, x0 + 1, c) * fx;
                picture[at(shape, y, x) + static_cast<std::size_t>(c)] =
                    to_byte(above * (1 - fy) + below * fy);
            }
        }
    }
}

// Every byte through a table.
void through(Picture picture, const std::array<std::uint8_t, 256>& table) {
    for (std::uint8_t& v : picture) v = table[v];
}

template <typename Function>
std::array<std::uint8_t, 256> table_of(const Function& function) {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t v = 0; v < 256; ++v) table[v] = function(static_cast<int>(v));
    return table;
}

double grey(const std::uint8_t* pixel, int colours) {
    return colours == 3 ? 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2] : pixel[0];
}

// v = origin + factor * (v - origin), where the origin is what the picture would be at factor 0.
void move_from(std::uint8_t& v, double origin, double factor) {
    v = to_byte(origin + factor * (v - origin));
}

void brightness(Picture picture, double factor) {
    through(picture, table_of([&](int v) { return to_byte(factor * v); }));
}

void contrast(Picture picture, const model::Shape& shape, double factor) {
    double sum = 0;
    for (std::size_t p = 0; p < picture.size(); p += static_cast<std::size_t>(shape.channels))
        sum += grey(&picture[p], shape.channels);
    const double mean = std::floor(sum / static_cast<double>(shape.pixels()) + 0.5);
    for (std::uint8_t& v : picture) move_from(v, mean, factor);
}

void colour(Picture picture, const model::Shape& shape, double factor) {
    if (shape.channels != 3) return;
    for (std::size_t p = 0; p < picture.size(); p += 3) {
        const double origin = grey(&picture[p], 3);
        for (std::size_t c = 0; c < 3; ++c) move_from(picture[p + c], origin, factor);
    }
}

// Away from (or towards) the picture smoothed by 1 1 1, 1 5 1, 1 1 1; the border stays.
void sharpness(Picture picture, const model::Shape& shape, double factor) {
    const std::vector<std::uint8_t> from(picture.begin(), picture.end());
    for (int y = 1; y + 1 < shape.height; ++y) {
        for (int x = 1; x + 1 < shape.width; ++x) {
            for (int c = 0; c < shape.channels; ++c) {
                int sum = 4 * from[at(shape, y, x) + static_cast<std::size_t>(c)];
                for (int dy = -1; dy <= 1; ++dy)
                    for (int dx = -1; dx <= 1; ++dx)
                        sum += from[at(shape, y + dy, x + dx) + static_cast<std::size_t>(c)];
                move_from(picture[at(shape, y, x) + static_cast<std::size_t>(c)], sum / 13.0, factor);
            }
        }
    }
}

// Calls body with the bytes' histogram of each colour, and puts the table that it returns over them.
template <typename Body>
void by_histogram(Picture picture, const model::Shape& shape, const Body& body) {
    const auto colours = static_cast<std::size_t>(shape.channels);
    for (std::size_t c = 0; c < colours; ++c) {
        std::array<int, 256> histogram{};
        for (std::size_t p = c; p < picture.size(); p += colours) ++histogram[picture[p]];
        const std::array<std::uint8_t, 256> table = body(histogram);
        for (std::size_t p = c; p < picture.size(); p += colours) picture[p] = table[picture[p]];
    }
}

void autocontrast(Picture picture, const model::Shape& shape) {
    by_histogram(picture, shape, [](const std::array<int, 256>& histogram) {
        int low = 0, high = 255;
        while (low < 255 && histogram[static_cast<std::size_t>(low)] == 0) ++low;
        while (high > 0 && histogram[static_cast<std::size_t>(high)] == 0) --high;
        return table_of([&](int v) {
            return high <= low ? static_cast<std::uint8_t>(v) : to_byte((v - low) * 255.0 / (high - low));
        });
    });
}

void equalize(Picture picture, const model::Shape& shape) {
    by_histogram(picture, shape, [](const std::array<int, 256>& histogram) {
        int total = 0, last = 0;
        for (const int count : histogram) {
            total += count;
            if (count > 0) last = count;
        }
        const int step = (total - last) / 255;
        std::array<std::uint8_t, 256> table{};
        int sum = step / 2;
        for (std::size_t v = 0; v < 256; ++v) {
            table[v] = step == 0 ? static_cast<std::uint8_t>(v)
                                 : static_cast<std::uint8_t>(std::clamp(sum / step, 0, 255));
            sum += histogram[v];
        }
        return table;
    });
}

// The operations that have a strength 0..1 and a direction +1 or -1.
void move_pixels(Picture picture, const model::Shape& shape, int which, double strength) {
    constexpr double kShear = 0.3, kShift = 150.0 / 331.0, kTurn = 30 * std::numbers::pi / 180;
    Affine affine;
    if (which == 0) affine.xy = kShear * strength;
    if (which == 1) affine.yx = kShear * strength;
    if (which == 2) affine.x0 = std::round(kShift * strength * shape.width);
    if (which == 3) affine.y0 = std::round(kShift * strength * shape.height);
    if (which == 4) {
        affine.xx = affine.yy = std::cos(kTurn * strength);
        affine.xy = std::sin(kTurn * strength);
        affine.yx = -affine.xy;
    }
    transform(picture, shape, affine);
}

void one_of_randaugment(Picture picture, const model::Shape& shape, double strength, Random& random) {
    const int which = random.below(14);
    const double both_ways = random.below(2) == 0 ? strength : -strength;
    const double factor = 1 + 0.9 * both_ways;
    if (which < 5) return move_pixels(picture, shape, which, both_ways);
    switch (which) {
        case 5:
            return brightness(picture, factor);
        case 6:
            return colour(picture, shape, factor);
        case 7:
            return contrast(picture, shape, factor);
        case 8:
            return sharpness(picture, shape, factor);
        case 9: {
            const int bits = 8 - static_cast<int>(std::round(4 * strength));
            return through(picture, table_of([&](int v) {
                               return static_cast<std::uint8_t>(v & (0xff << (8 - bits)));
                           }));
        }
        case 10: {
            const int threshold = static_cast<int>(255 * (1 - strength));
            return through(picture, table_of([&](int v) {
                               return static_cast<std::uint8_t>(v >= threshold ? 255 - v : v);
                           }));
        }
        case 11:
            return autocontrast(picture, shape);
        case 12:
            return equalize(picture, shape);
        default:
            return;  // identity
    }
}

// Of the gamma distribution with this shape: Marsaglia and Tsang's method,
// https://doi.org/10.1145/358407.358414.
double gamma_number(double shape, Random& random) {
    if (shape < 1) return gamma_number(shape + 1, random) * std::pow(1 - random.uniform(), 1 / shape);
    const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (;;) {
        const double normal = std::sqrt(-2 * std::log(1 - random.uniform())) *
                              std::cos(2 * std::numbers::pi * random.uniform());
        const double v = std::pow(1 + c * normal, 3);
        if (v > 0 && std::log(1 - random.uniform()) < 0.5 * normal * normal + d - d * v + d * std::log(v))
            return d * v;
    }
}

}  // namespace

void shift_and_flip(std::span<const std::uint8_t> picture, const model::Shape& shape, int dy, int dx,
                    bool mirrored, std::span<std::uint8_t> result) {
    std::fill(result.begin(), result.end(), std::uint8_t{0});
    const auto place = [&](int y, int x) {
        return (static_cast<std::ptrdiff_t>(y) * shape.width + x) * shape.channels;
    };
    const int first_x = std::max(0, -dx), last_x = std::min(shape.width, shape.width - dx);
    for (int y = std::max(0, -dy); y < std::min(shape.height, shape.height - dy); ++y) {
        for (int x = first_x; x < last_x; ++x) {
            const int to = mirrored ? shape.width - 1 - x : x;
            std::copy_n(picture.begin() + place(y + dy, x + dx), shape.channels,
                        result.begin() + place(y, to));
        }
    }
}

void randaugment(std::span<std::uint8_t> picture, const model::Shape& shape, int operations, int magnitude,
                 Random& random) {
    for (int i = 0; i < operations; ++i)
        one_of_randaugment(picture, shape, magnitude / kFullMagnitude, random);
}

double symmetric_beta(double alpha, Random& random) {
    const double a = gamma_number(alpha, random), b = gamma_number(alpha, random);
    return a + b > 0 ? a / (a + b) : 0.5;
}

void blend(std::span<std::uint8_t> picture, std::span<const std::uint8_t> other, double part) {
    for (std::size_t i = 0; i < picture.size(); ++i)
        picture[i] = to_byte(part * picture[i] + (1 - part) * other[i]);
}

double paste(std::span<std::uint8_t> picture, std::span<const std::uint8_t> other, const model::Shape& shape,
             double part, Random& random) {
    const double side = std::sqrt(1 - part);
    const int height = static_cast<int>(side * shape.height), width = static_cast<int>(side * shape.width);
    const int cy = random.below(shape.height), cx = random.below(shape.width);
    const int y0 = std::max(0, cy - height / 2), y1 = std::min(shape.height, cy + height / 2);
    const int x0 = std::max(0, cx - width / 2), x1 = std::min(shape.width, cx + width / 2);
    if (y1 <= y0 || x1 <= x0) return 1;
    for (int y = y0; y < y1; ++y) {
        std::copy_n(other.begin() + static_cast<std::ptrdiff_t>(at(shape, y, x0)), (x1 - x0) * shape.channels,
                    picture.begin() + static_cast<std::ptrdiff_t>(at(shape, y, x0)));
    }
    return 1 - static_cast<double>((y1 - y0) * (x1 - x0)) / static_cast<double>(shape.pixels());
}

}  // namespace ern::train

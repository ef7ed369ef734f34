// SPDX-License-Identifier: Apache-2.0
// The integer network against the floating-point one: a float64 evaluation of the graph before folding,
// written here from the definitions alone, has to give the same code everywhere but at near-ties, and the
// same logits.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "fold/fold.h"
#include "golden/golden.h"

using namespace ern;

namespace {

using Values = std::vector<double>;  // [y][x][c]

struct Comparison {
    std::int64_t codes = 0, differences = 0, ties = 0;
    double rarest_code = 1;  // smallest share of a code in any activation
    double logit_error = 0;  // relative to the largest logit
};

class FloatEvaluation {
  public:
    FloatEvaluation(const fold::FloatNetwork& network, const model::Network& folded,
                    const golden::Result& result)
        : network_(network), folded_(folded), golden_(result) {}

    Comparison run(std::span<const std::uint8_t> picture) {
        picture_ = picture;
        for (std::size_t i = 0; i < network_.layers.size(); ++i) {
            index_ = i;
            maps_.push_back(
                std::visit([&](const auto& operation) { return evaluate(operation); }, layer().operation));
        }
        double largest = 0;
        for (const double logit : maps_.back()) largest = std::max(largest, std::abs(logit));
        for (std::size_t c = 0; c < maps_.back().size(); ++c) {
            const double error = std::abs(maps_.back()[c] - golden_.logits[c]) / largest;
            comparison_.logit_error = std::max(comparison_.logit_error, error);
        }
        return comparison_;
    }

  private:
    const fold::FloatLayer& layer() const { return network_.layers[index_]; }
    const Values& input(std::size_t which = 0) const {
        return maps_[static_cast<std::size_t>(layer().inputs[which])];
    }
    model::Shape in_shape() const {
        const int from = layer().inputs[0];
        return from < 0 ? network_.input : folded_.layers[static_cast<std::size_t>(from)].shape;
    }
    model::Shape out_shape() const { return folded_.layers[index_].shape; }

    static std::size_t at(const model::Shape& shape, int y, int x, int c) {
        return static_cast<std::size_t>((y * shape.width + x) * shape.channels + c);
    }

    Values evaluate(const model::PixelEmbedding& embedding) {
        Values values;
        for (const std::uint8_t byte : picture_) {
            for (int e = 0; e < embedding.codes_per_channel; ++e) {
                values.push_back(std::clamp(std::floor((byte - 8.0 * (e + 1) + 79) / 80), 0.0, 3.0));
            }
        }
        step_.push_back(1.0);
        return values;
    }

    static double scale(const fold::FloatConv& conv, int o) {
        if (conv.scale == fold::WeightScale::shared) return 1.0 / 32.0;
        const std::size_t fan_in = conv.latent.size() / static_cast<std::size_t>(conv.out);
        double sum = 0;
        for (std::size_t j = 0; j < fan_in; ++j)
            sum += std::abs(conv.latent[static_cast<std::size_t>(o) * fan_in + j]);
        return sum / static_cast<double>(fan_in);
    }

    Values evaluate(const fold::FloatConv& conv) {
        const model::Shape in = in_shape(), out = out_shape();
        const Values& values = input();
        Values result(static_cast<std::size_t>(out.size()));
        for (int o = 0; o < conv.out; ++o) {
            const double weight = scale(conv, o);
            for (int y = 0; y < out.height; ++y) {
                for (int x = 0; x < out.width; ++x) {
                    result[at(out, y, x, o)] =
                        window(conv, values, in, o, y * conv.stride - conv.pad, x * conv.stride - conv.pad) *
                        weight;
                }
            }
        }
        step_.push_back(0);
        return result;
    }

    static double window(const fold::FloatConv& conv, const Values& values, const model::Shape& in, int o,
                         int y0, int x0) {
        double sum = 0;
        const float* latent = &conv.latent[static_cast<std::size_t>(o * conv.in * conv.kernel * conv.kernel)];
        for (int ky = 0; ky < conv.kernel; ++ky) {
            for (int kx = 0; kx < conv.kernel; ++kx) {
                const int y = y0 + ky, x = x0 + kx;
                if (y < 0 || y >= in.height || x < 0 || x >= in.width) continue;
                for (int i = 0; i < conv.in; ++i) {
                    const double value = values[at(in, y, x, i)];
                    sum += latent[(i * conv.kernel + ky) * conv.kernel + kx] < 0 ? -value : value;
                }
            }
        }
        return sum;
    }

    // On a near-tie the evaluation goes on with the integer network's code, so that one tie is not counted
    // twice.
    Values evaluate(const fold::FloatActivation& a) {
        const Values& x = input();
        const auto& codes = std::get<golden::Codes>(golden_.maps[index_]);
        const double step = a.post_scale ? 2.0 / 3.0 : 1.0;
        std::int64_t histogram[4] = {0, 0, 0, 0};
        Values result(x.size());
        for (std::size_t i = 0; i < x.size(); ++i) {
            const std::size_t c = i % a.gamma.size();
            const double spread = std::sqrt(a.variance[c] + a.epsilon);
            const double y = (x[i] - a.mean[c]) / spread * a.gamma[c] + a.beta[c];
            const double position = std::clamp(y, 0.0, 2.0) * 1.5 + 0.5;
            int code = static_cast<int>(std::floor(position));
            if (code != codes[i] && std::abs(position - std::round(position)) < 1e-9) {
                ++comparison_.ties;
                code = codes[i];
            }
            comparison_.differences += code != codes[i] ? 1 : 0;
            ++comparison_.codes;
            ++histogram[code];
            result[i] = code * step;
        }
        for (int code = 0; code < 4; ++code) {
            comparison_.rarest_code = std::min(comparison_.rarest_code, static_cast<double>(histogram[code]) /
                                                                            static_cast<double>(x.size()));
        }
        step_.push_back(step);
        return result;
    }

    Values evaluate(const fold::FloatAdd&) {
        Values sum = input(0);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += input(1)[i];
        step_.push_back(0);
        return sum;
    }

    Values evaluate(const model::Pool& pool) {
        const model::Shape in = in_shape(), out = out_shape();
        const double step = step_[static_cast<std::size_t>(layer().inputs[0])];
        Values result(static_cast<std::size_t>(out.size()));
        for (int y = 0; y < out.height; ++y) {
            for (int x = 0; x < out.width; ++x) {
                for (int c = 0; c < out.channels; ++c)
                    result[at(out, y, x, c)] = step * pooled(pool, in, y, x, c);
            }
        }
        step_.push_back(step);
        return result;
    }

    double pooled(const model::Pool& pool, const model::Shape& in, int y, int x, int c) const {
        const double step = step_[static_cast<std::size_t>(layer().inputs[0])];
        double largest = 0, sum = 0;
        for (int iy = y * pool.stride - pool.pad; iy < y * pool.stride - pool.pad + pool.kernel; ++iy) {
            for (int ix = x * pool.stride - pool.pad; ix < x * pool.stride - pool.pad + pool.kernel; ++ix) {
                if (iy < 0 || iy >= in.height || ix < 0 || ix >= in.width) continue;
                const double code = std::round(input()[at(in, iy, ix, c)] / step);
                largest = std::max(largest, code);
                sum += code;
            }
        }
        return pool.kind == model::PoolKind::max ? largest
                                                 : std::floor(sum / (pool.kernel * pool.kernel) + 0.5);
    }

    Values evaluate(const fold::FloatGlobalAverage&) {
        const model::Shape in = in_shape();
        Values average(static_cast<std::size_t>(in.channels), 0.0);
        for (std::size_t i = 0; i < input().size(); ++i) average[i % average.size()] += input()[i];
        for (double& value : average) value /= static_cast<double>(in.pixels());
        return average;
    }

    const fold::FloatNetwork& network_;
    const model::Network& folded_;
    const golden::Result& golden_;
    std::span<const std::uint8_t> picture_;
    std::size_t index_ = 0;
    std::vector<Values> maps_;
    std::vector<double> step_;  // worth of a code step, one a layer; 0 for maps that are not codes
    Comparison comparison_;
};

// Half noise, half a ramp, so that both rough and smooth maps occur.
std::vector<std::uint8_t> random_picture(const model::Shape& shape, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<std::uint8_t> picture(static_cast<std::size_t>(shape.size()));
    for (std::size_t i = 0; i < picture.size(); ++i) {
        picture[i] = static_cast<std::uint8_t>(i < picture.size() / 2 ? random() : 255 * i / picture.size());
    }
    return picture;
}

Comparison compare(const fold::FloatNetwork& network, std::uint64_t seed) {
    const model::Network folded = fold::fold(network);
    const auto picture = random_picture(network.input, seed);
    const golden::Result result = golden::run(folded, picture);
    return FloatEvaluation(network, folded, result).run(picture);
}

void check_equal(fold::FloatNetwork network, std::uint64_t seed) {
    fold::randomize(network, seed);
    const Comparison c = compare(network, seed);
    CAPTURE(network.name, seed, c.codes, c.ties, c.rarest_code, c.logit_error);
    CHECK(c.codes > 0);
    CHECK(c.differences == 0);
    CHECK(c.ties <= c.codes / 100'000);
    CHECK(c.logit_error < 1e-12);
    CHECK(c.rarest_code > 0.01);
}

model::Architecture small(model::BlockKind block) {
    model::Architecture a;
    a.name = block == model::BlockKind::basic ? "basic" : "bottleneck";
    a.input = {31, 22, 3};
    a.classes = 7;
    a.stem = {{24, 3, 2}, {20, 3, 1}, {28, 1, 1}};
    a.block = block;
    a.stages = {{2, 16, 1}, {2, 32, 2}, {1, 40, 2}};
    return a;
}

}  // namespace

TEST_CASE("random basic networks give the codes of their floating-point evaluation") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        check_equal(fold::make_float_network(small(model::BlockKind::basic)), seed);
    }
}

TEST_CASE("random bottleneck networks give the codes of their floating-point evaluation") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        check_equal(fold::make_float_network(small(model::BlockKind::bottleneck)), seed);
    }
}

TEST_CASE("pooling in a random network") {
    for (const auto kind : {model::PoolKind::max, model::PoolKind::average}) {
        fold::FloatNetwork network = fold::make_float_network(small(model::BlockKind::basic));
        // Between act1 (layer 2) and conv2: everything behind moves by one layer.
        network.layers.insert(network.layers.begin() + 3, {"pool", {2}, model::Pool{kind, 3, 2, 1}});
        for (std::size_t i = 4; i < network.layers.size(); ++i) {
            for (int& input : network.layers[i].inputs) input += input >= 3 || i == 4 ? 1 : 0;
        }
        check_equal(network, kind == model::PoolKind::max ? 11 : 12);
    }
}

TEST_CASE("the committed small networks with random weights") {
    const char* source = std::getenv("ERNFORGE_SOURCE_DIR");
    REQUIRE(source != nullptr);
    for (const char* name : {"ern-fashion.toml", "ern-cifar-small.toml"}) {
        const auto path = std::filesystem::path(source) / "models" / name;
        check_equal(fold::make_float_network(model::read_architecture(path)), 5);
    }
}

TEST_CASE("an untrained network without any spread of parameters") {
    const Comparison c = compare(fold::make_float_network(small(model::BlockKind::basic)), 1);
    CHECK(c.differences == 0);
}

// SPDX-License-Identifier: Apache-2.0
// Random parameters whose activations stay alive through any depth. The mean and the spread of every map are
// estimated from the weights while they are drawn, and each BatchNorm is drawn around them.
#include <cmath>

#include "fold/fold.h"
#include "support/error.h"

namespace ern::fold {

namespace {

// SplitMix64: the same numbers on every platform, which the distributions of <random> do not promise.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t bits() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    double uniform(double low, double high) {
        return low + (high - low) * std::ldexp(double(bits() >> 11), -53);
    }
    // Close to normal with spread 1: the sum of four 16-bit uniforms.
    double normal() {
        const std::uint64_t b = bits();
        double sum = 0;
        for (int i = 0; i < 4; ++i) sum += double((b >> (16 * i)) & 0xffffu) / 65536.0 - 0.5;
        return sum * std::sqrt(3.0);
    }

  private:
    std::uint64_t state_;
};

// What a channel of a map is expected to hold, in real values.
struct Statistics {
    std::vector<double> mean, variance;
};

constexpr double kCodeMean = 1.5;  // of codes that are spread over 0..3
constexpr double kCodeVariance = 1.1;

class Randomizer {
  public:
    Randomizer(FloatNetwork& network, std::uint64_t seed) : network_(network), random_(seed) {}

    void run() {
        for (FloatLayer& layer : network_.layers) {
            known_.push_back(
                std::visit([&](auto& operation) { return fill(operation, layer); }, layer.operation));
        }
    }

  private:
    Statistics input(const FloatLayer& layer, std::size_t which = 0) const {
        const int index = layer.inputs.at(which);
        if (index >= 0) return known_.at(static_cast<std::size_t>(index));
        return {std::vector<double>(static_cast<std::size_t>(network_.input.channels)), {}};
    }

    static Statistics codes(std::size_t channels, double step) {
        return {std::vector<double>(channels, kCodeMean * step),
                std::vector<double>(channels, kCodeVariance * step * step)};
    }

    Statistics fill(const model::PixelEmbedding& embedding, const FloatLayer& layer) {
        return codes(input(layer).mean.size() * static_cast<std::size_t>(embedding.codes_per_channel), 1.0);
    }

    Statistics fill(FloatConv& conv, const FloatLayer& layer) {
        const Statistics in = input(layer);
        const auto outputs = static_cast<std::size_t>(conv.out);
        const auto taps = static_cast<std::size_t>(conv.kernel) * static_cast<std::size_t>(conv.kernel);
        ensure(in.mean.size() == static_cast<std::size_t>(conv.in),
               "a convolution reads the channels of its input");
        const std::size_t fan_in = in.mean.size() * taps;
        conv.latent.resize(outputs * fan_in);
        Statistics out{std::vector<double>(outputs), std::vector<double>(outputs)};
        for (std::size_t o = 0; o < outputs; ++o) {
            double magnitude = 0;
            for (std::size_t j = 0; j < fan_in; ++j) {
                float& weight = conv.latent[o * fan_in + j];
                weight = static_cast<float>(0.1 * random_.normal());
                magnitude += std::abs(double{weight});
                out.mean[o] += weight >= 0 ? in.mean[j / taps] : -in.mean[j / taps];
                out.variance[o] += in.variance[j / taps];
            }
            const double scale =
                conv.scale == WeightScale::shared ? kSharedScale : magnitude / static_cast<double>(fan_in);
            out.mean[o] *= scale;
            out.variance[o] *= scale * scale;
        }
        return out;
    }

    Statistics fill(FloatActivation& activation, const FloatLayer& layer) {
        const Statistics in = input(layer);
        const std::size_t channels = in.mean.size();
        for (auto* values : {&activation.gamma, &activation.beta, &activation.mean, &activation.variance}) {
            values->resize(channels);
        }
        for (std::size_t c = 0; c < channels; ++c) {
            const double spread = std::sqrt(in.variance[c]);
            const std::uint64_t kind = random_.bits() % 32;  // 1 of 32 constant, 8 of 32 falling
            const double gamma = random_.uniform(0.4, 0.8);
            activation.gamma[c] = static_cast<float>(kind == 0 ? 0.0 : kind <= 8 ? -gamma : gamma);
            activation.beta[c] = static_cast<float>(random_.uniform(0.7, 1.3));
            activation.mean[c] = static_cast<float>(in.mean[c] + 0.2 * spread * random_.normal());
            activation.variance[c] = static_cast<float>(in.variance[c] * random_.uniform(0.7, 1.4));
        }
        return codes(channels, activation.post_scale ? 2.0 / 3.0 : 1.0);
    }

    Statistics fill(const FloatAdd&, const FloatLayer& layer) {
        Statistics sum = input(layer, 0);
        const Statistics other = input(layer, 1);
        for (std::size_t c = 0; c < sum.mean.size(); ++c) {
            sum.mean[c] += other.mean.at(c);
            sum.variance[c] += other.variance.at(c);
        }
        return sum;
    }

    Statistics fill(const model::Pool&, const FloatLayer& layer) { return input(layer); }
    Statistics fill(const FloatGlobalAverage&, const FloatLayer& layer) { return input(layer); }

    FloatNetwork& network_;
    Random random_;
    std::vector<Statistics> known_;  // one a layer
};

}  // namespace

void randomize(FloatNetwork& network, std::uint64_t seed) {
    Randomizer(network, seed).run();
}

model::Network random_network(const model::Architecture& architecture, std::uint64_t seed) {
    FloatNetwork network = make_float_network(architecture);
    randomize(network, seed);
    return fold(network);
}

}  // namespace ern::fold

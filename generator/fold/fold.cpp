// SPDX-License-Identifier: Apache-2.0
// Folding walks the layers once and keeps, for every map, what one step of it is worth: a code step is one
// number, an accumulator step is one number a channel. All arithmetic is float64.
#include "fold/fold.h"

#include <algorithm>
#include <cmath>

#include "support/error.h"

namespace ern::fold {

namespace {

constexpr double kConstantBeyond = 1073741824.0;  // 2^30: no accumulator reaches it

// The integer that a real threshold becomes, with what lies beyond every accumulator as a constant.
std::int32_t bounded(double threshold) {
    if (threshold > kConstantBeyond) return model::ChannelThresholds::kNever;
    if (threshold < -kConstantBeyond) return model::ChannelThresholds::kAlways;
    return static_cast<std::int32_t>(threshold);
}

model::ChannelThresholds constant_code(int code) {
    model::ChannelThresholds result;
    for (int k = 0; k < code; ++k) result.at[static_cast<std::size_t>(k)] = model::ChannelThresholds::kAlways;
    return result;
}

// code = floor(clamp(y, 0, 2) * 1.5 + 0.5)
int activation_code(double y) {
    return static_cast<int>(std::floor(std::clamp(y, 0.0, 2.0) * 1.5 + 0.5));
}

class Folder {
  public:
    explicit Folder(const FloatNetwork& source) : source_(source) {}

    model::Network run() {
        network_.name = source_.name;
        network_.input = source_.input;
        network_.labels = source_.labels;
        if (source_.layers.empty() ||
            !std::holds_alternative<FloatGlobalAverage>(source_.layers.back().operation)) {
            fail("network '{}': the last layer has to be the average over the classifier's map",
                 source_.name);
        }
        for (const FloatLayer& layer : source_.layers) add(layer);
        model::check(network_);
        return std::move(network_);
    }

    FoldReport report;

  private:
    using Unit = std::vector<double>;  // value of one step: one a channel, or a single one for all channels

    void add(const FloatLayer& layer) {
        const std::size_t inputs = std::holds_alternative<FloatAdd>(layer.operation) ? 2 : 1;
        if (layer.inputs.size() != inputs) {
            fail("layer '{}': {} inputs, but {} are needed", layer.name, layer.inputs.size(), inputs);
        }
        for (const int input : layer.inputs) {
            if (input < model::kPicture || input >= static_cast<int>(network_.layers.size())) {
                fail("layer '{}': input {} is not an earlier layer", layer.name, input);
            }
        }
        model::Operation operation = std::visit(
            [&](const auto& typed) -> model::Operation { return fold(typed, layer); }, layer.operation);
        const model::Shape shape = model::output_shape(operation, input_shape(layer), layer.name);
        network_.layers.push_back({layer.name, layer.inputs, std::move(operation), shape});
    }

    const model::Shape& input_shape(const FloatLayer& layer, std::size_t which = 0) const {
        const int index = layer.inputs[which];
        return index == model::kPicture ? network_.input
                                        : network_.layers[static_cast<std::size_t>(index)].shape;
    }

    const Unit& input_unit(const FloatLayer& layer, model::MapKind kind, std::size_t which = 0) const {
        const int index = layer.inputs[which];
        if (index == model::kPicture)
            fail("layer '{}': only the pixel embedding reads the picture", layer.name);
        const auto at = static_cast<std::size_t>(index);
        if (model::map_kind(network_.layers[at]) != kind) {
            fail("layer '{}': it cannot read the map that '{}' makes", layer.name, network_.layers[at].name);
        }
        return units_[at];
    }

    model::Operation fold(const model::PixelEmbedding& embedding, const FloatLayer&) {
        units_.push_back({1.0});
        return embedding;
    }

    model::Operation fold(const model::Pool& pool, const FloatLayer& layer) {
        units_.push_back(Unit(input_unit(layer, model::MapKind::codes)));
        return pool;
    }

    model::Operation fold(const FloatConv& conv, const FloatLayer& layer) {
        check_conv(conv, layer.name);
        const double step = input_unit(layer, model::MapKind::codes)[0];
        Unit unit;
        if (conv.scale == WeightScale::shared) {
            unit.push_back(kSharedScale * step);
        } else {
            for (const double mean : mean_magnitudes(conv)) unit.push_back(mean * step);
        }
        units_.push_back(std::move(unit));
        return model::Conv{conv.stride, conv.pad, signs(conv)};
    }

    static void check_conv(const FloatConv& conv, const std::string& name) {
        const bool sized = std::min(conv.out, conv.in) >= 1 &&
                           std::max(conv.out, conv.in) <= model::kMaxChannels && conv.kernel >= 1 &&
                           conv.kernel <= model::kMaxKernel;
        if (!sized)
            fail("layer '{}': {} to {} channels by a kernel of {}", name, conv.in, conv.out, conv.kernel);
        const std::int64_t weights = std::int64_t{conv.out} * conv.in * conv.kernel * conv.kernel;
        if (static_cast<std::int64_t>(conv.latent.size()) != weights) {
            fail("layer '{}': {} weights, but {} are needed", name, conv.latent.size(), weights);
        }
        check_finite(conv.latent, "weight", name);
    }

    static void check_finite(const std::vector<float>& values, const char* what, const std::string& name) {
        const auto bad =
            std::find_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
        if (bad != values.end()) fail("layer '{}': {} {} is {}", name, what, bad - values.begin(), *bad);
    }

    static Unit mean_magnitudes(const FloatConv& conv) {
        const std::size_t fan_in = conv.latent.size() / static_cast<std::size_t>(conv.out);
        Unit means;
        for (std::size_t first = 0; first < conv.latent.size(); first += fan_in) {
            double sum = 0;
            for (std::size_t j = 0; j < fan_in; ++j) sum += std::abs(double{conv.latent[first + j]});
            means.push_back(sum / static_cast<double>(fan_in));
        }
        return means;
    }

    // [out][in][ky][kx] -> [out][ky][kx][in]; both zeros are positive.
    static model::WeightBits signs(const FloatConv& conv) {
        model::WeightBits bits(conv.out, conv.kernel, conv.in);
        const float* latent = conv.latent.data();
        for (int o = 0; o < conv.out; ++o) {
            for (int i = 0; i < conv.in; ++i) {
                for (int ky = 0; ky < conv.kernel; ++ky) {
                    for (int kx = 0; kx < conv.kernel; ++kx) bits.set(o, ky, kx, i, *latent++ >= 0.0f);
                }
            }
        }
        return bits;
    }

    model::Operation fold(const FloatActivation& activation, const FloatLayer& layer) {
        const Unit& unit = input_unit(layer, model::MapKind::accumulators);
        const auto channels = static_cast<std::size_t>(input_shape(layer).channels);
        check_activation(activation, channels, layer.name);
        model::Thresholds result;
        for (std::size_t c = 0; c < channels; ++c) {
            double margin = 0.5;
            result.channels.push_back(fold_channel(
                activation.gamma[c], activation.beta[c], activation.mean[c], activation.variance[c],
                activation.epsilon, unit.size() == 1 ? unit[0] : unit[c], &margin));
            if (margin < report.smallest_margin) {
                report.smallest_margin = margin;
                report.smallest_margin_layer = layer.name;
            }
        }
        units_.push_back({activation.post_scale ? 2.0 / 3.0 : 1.0});
        return result;
    }

    static void check_activation(const FloatActivation& activation, std::size_t channels,
                                 const std::string& name) {
        const auto check_values = [&](const std::vector<float>& values, const char* what) {
            if (values.size() != channels) {
                fail("layer '{}': {} values of {} for {} channels", name, values.size(), what, channels);
            }
            check_finite(values, what, name);
        };
        check_values(activation.gamma, "gamma");
        check_values(activation.beta, "beta");
        check_values(activation.mean, "mean");
        check_values(activation.variance, "variance");
        if (!std::isfinite(activation.epsilon)) fail("layer '{}': epsilon is {}", name, activation.epsilon);
        for (std::size_t c = 0; c < channels; ++c) {
            if (!(activation.variance[c] + activation.epsilon > 0)) {
                fail("layer '{}': variance {} is {}, and with epsilon {} not positive", name, c,
                     activation.variance[c], activation.epsilon);
            }
        }
    }

    model::Operation fold(const FloatAdd&, const FloatLayer& layer) {
        for (std::size_t which = 0; which < 2; ++which) {
            const Unit& unit = input_unit(layer, model::MapKind::accumulators, which);
            if (unit.size() != 1 || unit[0] != kSharedScale) {
                fail("layer '{}': the residual add reads '{}', which is not in units of 1/32", layer.name,
                     network_.layers[static_cast<std::size_t>(layer.inputs[which])].name);
            }
        }
        units_.push_back({kSharedScale});
        return model::ResidualAdd{};
    }

    model::Operation fold(const FloatGlobalAverage&, const FloatLayer& layer) {
        const Unit& unit = input_unit(layer, model::MapKind::accumulators);
        const model::Shape& shape = input_shape(layer);
        model::GlobalSum sum;
        for (std::size_t c = 0; c < static_cast<std::size_t>(shape.channels); ++c) {
            sum.logit_scale.push_back((unit.size() == 1 ? unit[0] : unit[c]) /
                                      static_cast<double>(shape.pixels()));
        }
        units_.push_back({});
        return sum;
    }

    const FloatNetwork& source_;
    model::Network network_;
    std::vector<Unit> units_;  // one a layer
};

}  // namespace

model::ChannelThresholds fold_channel(float gamma, float beta, float mean, float variance, double epsilon,
                                      double unit, double* margin) {
    if (margin) *margin = 0.5;
    if (gamma == 0.0f) return constant_code(activation_code(beta));
    model::ChannelThresholds result;
    result.inverted = gamma < 0.0f;
    const double spread = std::sqrt(double{variance} + epsilon);
    for (int k = 1; k <= 3; ++k) {
        const double step = (2 * k - 1) / 3.0;
        const double distance = (step - beta) * spread / gamma + mean;
        // A filter without weights has unit 0: its accumulator is worth 0 whatever it counts, on one side of
        // the step.
        const bool reached_at_0 = result.inverted ? distance >= 0 : distance <= 0;
        const bool below = result.inverted != reached_at_0;
        const double threshold = unit != 0 ? distance / unit : below ? -INFINITY : INFINITY;
        auto& at = result.at[static_cast<std::size_t>(k - 1)];
        at = bounded(result.inverted ? std::floor(threshold) + 1 : std::ceil(threshold));
        if (margin && std::abs(threshold) <= kConstantBeyond) {
            *margin = std::min(*margin, std::abs(threshold - std::nearbyint(threshold)));
        }
    }
    return result;
}

model::Network fold(const FloatNetwork& network, FoldReport* report) {
    Folder folder(network);
    model::Network result = folder.run();
    if (report) *report = folder.report;
    return result;
}

}  // namespace ern::fold

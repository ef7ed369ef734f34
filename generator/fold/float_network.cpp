// SPDX-License-Identifier: Apache-2.0
#include "fold/float_network.h"

#include "support/error.h"

namespace ern::fold {

namespace {

FloatConv conv(int in, int out, int kernel, int stride, WeightScale scale) {
    FloatConv result{out, in, kernel, stride, kernel / 2, scale, {}};
    result.latent.assign(static_cast<std::size_t>(out) * static_cast<std::size_t>(in) *
                             static_cast<std::size_t>(kernel) * static_cast<std::size_t>(kernel),
                         1.0f);
    return result;
}

FloatActivation activation(int channels, bool post_scale) {
    const auto n = static_cast<std::size_t>(channels);
    FloatActivation result;
    result.gamma.assign(n, 1.0f);
    result.beta.assign(n, 0.0f);
    result.mean.assign(n, 0.0f);
    result.variance.assign(n, 1.0f);
    result.post_scale = post_scale;
    return result;
}

class Builder {
  public:
    explicit Builder(const model::Architecture& architecture) : architecture_(architecture) {
        network_.name = architecture.name;
        network_.input = architecture.input;
        network_.labels = architecture.labels;
    }

    FloatNetwork build() {
        stem();
        for (std::size_t s = 0; s < architecture_.stages.size(); ++s) {
            const model::Stage& stage = architecture_.stages[s];
            for (int b = 0; b < stage.blocks; ++b) block(fmt::format("layer{}.{}.", s + 1, b), stage, b == 0);
        }
        add_activation("last_act", true);
        add("conv", {last()}, conv(channels_, architecture_.classes, 1, 1, WeightScale::channel_mean));
        add("avg_pool", {last()}, FloatGlobalAverage{});
        return std::move(network_);
    }

  private:
    int last() const { return static_cast<int>(network_.layers.size()) - 1; }

    int add(std::string name, std::vector<int> inputs, FloatOperation operation) {
        network_.layers.push_back({std::move(name), std::move(inputs), std::move(operation)});
        return last();
    }

    int add_conv(const std::string& name, int input, FloatConv operation) {
        channels_ = operation.out;
        return add(name, {input}, std::move(operation));
    }

    int add_activation(const std::string& name, bool post_scale) {
        return add(name, {last()}, activation(channels_, post_scale));
    }

    void stem() {
        add("pixel_embedding", {model::kPicture}, model::PixelEmbedding{architecture_.embedding_codes});
        channels_ = architecture_.input.channels * architecture_.embedding_codes;
        for (std::size_t i = 0; i < architecture_.stem.size(); ++i) {
            const model::StemConv& stem = architecture_.stem[i];
            if (i > 0) add_activation(fmt::format("act{}", i), true);
            add_conv(fmt::format("conv{}", i + 1), last(),
                     conv(channels_, stem.channels, stem.kernel, stem.stride, WeightScale::channel_mean));
        }
    }

    // The first block of a stage restarts the residual stream with its down-sampling convolution. That one
    // and the last convolution share the scale 1/32 and read unscaled codes, so the stream is an integer
    // times 1/32.
    void block(const std::string& prefix, const model::Stage& stage, bool first) {
        const bool bottleneck = architecture_.block == model::BlockKind::bottleneck;
        const int out = bottleneck ? 4 * stage.channels : stage.channels;
        const int stride = first ? stage.stride : 1;
        const int in = channels_;
        int shortcut = last();
        const int entry = add_activation(prefix + "act1", !first);
        if (first)
            shortcut = add(prefix + "downsample", {entry}, conv(in, out, 1, stride, WeightScale::shared));
        constexpr auto kMean = WeightScale::channel_mean;
        if (bottleneck) {
            add_conv(prefix + "conv1", entry, conv(in, stage.channels, 1, 1, kMean));
            add_activation(prefix + "act2", true);
            add_conv(prefix + "conv2", last(), conv(stage.channels, stage.channels, 3, stride, kMean));
            add_activation(prefix + "act3", false);
            add_conv(prefix + "conv3", last(), conv(stage.channels, out, 1, 1, WeightScale::shared));
        } else {
            add_conv(prefix + "conv1", entry, conv(in, stage.channels, 3, stride, kMean));
            add_activation(prefix + "act2", false);
            add_conv(prefix + "conv2", last(), conv(stage.channels, out, 3, 1, WeightScale::shared));
        }
        add(prefix + "add", {shortcut, last()}, FloatAdd{});
    }

    const model::Architecture& architecture_;
    FloatNetwork network_;
    int channels_ = 0;  // of the map that the next layer reads
};

}  // namespace

FloatNetwork make_float_network(const model::Architecture& architecture) {
    ensure(!architecture.stem.empty() && !architecture.stages.empty(),
           "an architecture has a stem and stages");
    return Builder(architecture).build();
}

}  // namespace ern::fold

// SPDX-License-Identifier: Apache-2.0
// The invariants of a network, layer by layer: each layer is checked against the ones before it, which have
// passed.
#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "model/network.h"
#include "support/error.h"

namespace ern::model {

namespace {

std::string kind_name(MapKind kind) {
    switch (kind) {
        case MapKind::codes:
            return "codes";
        case MapKind::accumulators:
            return "accumulators";
        case MapKind::sums:
            return "sums";
    }
    return "";
}

std::string text(const Shape& shape) {
    return fmt::format("{}x{}x{}", shape.height, shape.width, shape.channels);
}

void check_shape(const Shape& shape, const std::string& what) {
    if (std::min(shape.height, shape.width) < 1 || std::max(shape.height, shape.width) > kMaxSide) {
        fail("{}: {}x{} pixels are outside 1..{} a side", what, shape.height, shape.width, kMaxSide);
    }
    if (shape.channels < 1 || shape.channels > kMaxChannels) {
        fail("{}: {} channels are outside 1..{}", what, shape.channels, kMaxChannels);
    }
    if (shape.size() > kMaxMapSize) {
        fail("{}: a map of {} is larger than {} values", what, text(shape), kMaxMapSize);
    }
}

void check_text(const std::string& value, const std::string& what) {
    const auto unprintable = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (value.empty()) fail("{}: a name is empty", what);
    if (std::any_of(value.begin(), value.end(), unprintable)) fail("{}: a name has control characters", what);
}

class Checker {
  public:
    explicit Checker(const Network& network) : network_(network), worst_(network.layers.size(), 0) {}

    void run() {
        check_text(network_.name, "network");
        check_shape(network_.input, "the picture");
        if (network_.layers.empty()) fail("network '{}': it has no layers", network_.name);
        for (std::size_t i = 0; i < network_.layers.size(); ++i) check_layer(static_cast<int>(i));
        check_ends();
    }

  private:
    const Layer& at(int index) const { return network_.layers[static_cast<std::size_t>(index)]; }
    bool is_last(int index) const { return static_cast<std::size_t>(index) + 1 == network_.layers.size(); }

    void check_layer(int index) {
        const Layer& layer = at(index);
        check_text(layer.name, fmt::format("layer {}", index));
        if (!names_.insert(layer.name).second) fail("layer '{}': two layers have this name", layer.name);
        check_inputs(layer, index);
        const Shape in = layer.inputs[0] == kPicture ? network_.input : at(layer.inputs[0]).shape;
        const Shape shape = output_shape(layer.operation, in, layer.name);
        if (layer.shape != shape) {
            fail("layer '{}': its shape is given as {}, but it makes {}", layer.name, text(layer.shape),
                 text(shape));
        }
        check_shape(shape, fmt::format("layer '{}'", layer.name));
        check_operation(layer, in, index);
    }

    void check_inputs(const Layer& layer, int index) {
        const bool adds = std::holds_alternative<ResidualAdd>(layer.operation);
        const std::size_t expected = adds ? 2 : 1;
        if (layer.inputs.size() != expected) {
            fail("layer '{}': {} inputs, but {} takes {}", layer.name, layer.inputs.size(),
                 operation_name(layer.operation), expected);
        }
        const bool embeds = std::holds_alternative<PixelEmbedding>(layer.operation);
        for (const int input : layer.inputs) {
            if (input < kPicture || input >= index) {
                fail("layer '{}': input {} is not an earlier layer", layer.name, input);
            }
            if (embeds != (input == kPicture)) {
                fail("layer '{}': the pixel embedding reads the picture, and nothing else does", layer.name);
            }
            if (!embeds) check_input_kind(layer, at(input));
            used_.insert(input);
        }
    }

    void check_input_kind(const Layer& layer, const Layer& input) const {
        const bool codes =
            std::holds_alternative<Conv>(layer.operation) || std::holds_alternative<Pool>(layer.operation);
        const MapKind expected = codes ? MapKind::codes : MapKind::accumulators;
        if (map_kind(input) != expected) {
            fail("layer '{}': {} reads {}, but '{}' makes {}", layer.name, operation_name(layer.operation),
                 kind_name(expected), input.name, kind_name(map_kind(input)));
        }
    }

    void check_operation(const Layer& layer, const Shape& in, int index) {
        if (const auto* conv = std::get_if<Conv>(&layer.operation)) check_conv(layer, *conv, index);
        if (std::holds_alternative<ResidualAdd>(layer.operation)) check_add(layer, in, index);
        if (const auto* thresholds = std::get_if<Thresholds>(&layer.operation))
            check_thresholds(layer, *thresholds);
        if (const auto* sum = std::get_if<GlobalSum>(&layer.operation)) check_sum(layer, *sum, index);
    }

    void check_conv(const Layer& layer, const Conv& conv, int index) {
        const WeightBits& weights = conv.weights;
        const auto words = static_cast<std::size_t>((weights.count() + 63) / 64);
        if (weights.words().size() != words) {
            fail("layer '{}': {} weight words, but {} weights take {}", layer.name, weights.words().size(),
                 weights.count(), words);
        }
        const int used_bits = static_cast<int>(weights.count() % 64);
        if (used_bits != 0 && (weights.words().back() >> used_bits) != 0) {
            fail("layer '{}': bits after the last weight are set", layer.name);
        }
        const int offset = code_offset(network_, layer.inputs[0]);
        const std::int64_t fan_in = weights.count() / weights.out();
        set_worst(index, fan_in * std::max(std::abs(offset), std::abs(3 + offset)));
    }

    void check_add(const Layer& layer, const Shape& in, int index) {
        const Layer& other = at(layer.inputs[1]);
        if (other.shape != in) {
            fail("layer '{}': the sum of a map of {} and one of {}", layer.name, text(in), text(other.shape));
        }
        set_worst(index, worst_[static_cast<std::size_t>(layer.inputs[0])] +
                             worst_[static_cast<std::size_t>(layer.inputs[1])]);
    }

    void set_worst(int index, std::int64_t value) {
        if (value > kMaxAccumulator) {
            fail("layer '{}': an accumulator can reach {}, more than {}", at(index).name, value,
                 kMaxAccumulator);
        }
        worst_[static_cast<std::size_t>(index)] = value;
    }

    static void check_thresholds(const Layer& layer, const Thresholds& thresholds) {
        if (thresholds.code_offset < -3 || thresholds.code_offset > 0) {
            fail("layer '{}': code offset {} is outside -3..0", layer.name, thresholds.code_offset);
        }
        if (thresholds.channels.size() != static_cast<std::size_t>(layer.shape.channels)) {
            fail("layer '{}': thresholds of {} channels for a map of {}", layer.name,
                 thresholds.channels.size(), layer.shape.channels);
        }
        for (std::size_t c = 0; c < thresholds.channels.size(); ++c) {
            const ChannelThresholds& channel = thresholds.channels[c];
            const auto& at = channel.at;
            const bool ordered = channel.inverted ? std::is_sorted(at.begin(), at.end(), std::greater<>())
                                                  : std::is_sorted(at.begin(), at.end());
            if (!ordered) fail("layer '{}': the thresholds of channel {} are not in order", layer.name, c);
        }
    }

    void check_sum(const Layer& layer, const GlobalSum& sum, int index) const {
        if (!is_last(index)) fail("layer '{}': a global sum has to be the last layer", layer.name);
        if (sum.logit_scale.size() != static_cast<std::size_t>(layer.shape.channels)) {
            fail("layer '{}': {} logit scales for {} classes", layer.name, sum.logit_scale.size(),
                 layer.shape.channels);
        }
        for (const double scale : sum.logit_scale) {
            if (!std::isfinite(scale)) fail("layer '{}': a logit scale is not finite", layer.name);
        }
    }

    void check_ends() const {
        const Layer& last = network_.layers.back();
        if (!std::holds_alternative<GlobalSum>(last.operation)) {
            fail("layer '{}': the last layer has to be a global sum, but is {}", last.name,
                 operation_name(last.operation));
        }
        for (std::size_t i = 0; i + 1 < network_.layers.size(); ++i) {
            if (!used_.contains(static_cast<int>(i)))
                fail("layer '{}': no layer reads its map", network_.layers[i].name);
        }
        const auto classes = static_cast<std::size_t>(network_.classes());
        for (const std::string& label : network_.labels) check_text(label, "label");
        if (!network_.labels.empty() && network_.labels.size() != classes) {
            fail("network '{}': {} labels for {} classes", network_.name, network_.labels.size(), classes);
        }
    }

    const Network& network_;
    std::set<std::string> names_;
    std::set<int> used_;
    std::vector<std::int64_t> worst_;  // of |accumulator|, one a layer
};

}  // namespace

void check(const Network& network) {
    Checker(network).run();
}

}  // namespace ern::model

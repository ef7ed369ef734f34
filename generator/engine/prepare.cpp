// SPDX-License-Identifier: Apache-2.0
#include "engine/prepare.h"

#include <algorithm>

#include "support/error.h"

namespace ern::engine {

namespace {

std::size_t index(int at) { return static_cast<std::size_t>(at); }

class Preparation {
  public:
    Preparation(const model::Network& network, const Options& options) {
        model::check(network);
        p_.network = network;
        p_.options = options;
        p_.kernels = &kernels(options.target);
        p_.narrow = narrow_maps(network);
        p_.places.resize(network.layers.size());
        done_.resize(network.layers.size());
        readers_.resize(network.layers.size());
        for (std::size_t i = 0; i < network.layers.size(); ++i) {
            for (const int input : network.layers[i].inputs) {
                if (input >= 0) readers_[index(input)].push_back(static_cast<int>(i));
            }
        }
    }

    std::shared_ptr<const Prepared> run() {
        for (int i = 0; i < static_cast<int>(done_.size()); ++i) {
            if (done_[index(i)]) continue;
            std::visit([&](const auto& operation) { add(i, operation); }, layer(i).operation);
        }
        place_maps(p_, p_.options.keep_maps);
        auto result = std::make_shared<Prepared>(std::move(p_));
        for (Step& step : result->steps) point(step);
        return result;
    }

  private:
    const model::Layer& layer(int i) const { return p_.network.layers[index(i)]; }
    const model::Shape& shape(int i) const { return i < 0 ? p_.network.input : layer(i).shape; }
    bool keeps() const { return p_.options.keep_maps; }

    template <typename Operation>
    bool is(int i) const {
        return std::holds_alternative<Operation>(layer(i).operation);
    }
    void store(int i) { p_.places[index(i)].stored = true; }

    void add(int i, const model::PixelEmbedding& operation) {
        EmbedStep step{i, std::vector<std::vector<EmbedStep::Part>>(index(words_of(layer(i).shape.channels)))};
        const int codes = operation.codes_per_channel;
        for (int w = 0; w < static_cast<int>(step.words.size()); ++w) {
            for (int c = w * kBlock / codes; c < p_.network.input.channels && c * codes < (w + 1) * kBlock; ++c) {
                step.words[index(w)].push_back(embed(c, codes, c * codes - w * kBlock));
            }
        }
        store(i);
        p_.steps.push_back(std::move(step));
    }

    // The codes of a colour, from bit `first` of a word on; those outside it are left out.
    static EmbedStep::Part embed(int colour, int codes, int first) {
        EmbedStep::Part part{colour, std::vector<EmbedStep::Planes>(256)};
        for (int v = 0; v < 256; ++v) {
            for (int e = 0; e < codes; ++e) {
                const int code = std::clamp((v - 8 * (e + 1) + 79) / 80, 0, 3);  // the formula's floor clamps to 0 too
                const int place = first + e;
                for (int bit = 0; bit < 2 && place >= 0 && place < kBlock; ++bit) {
                    part.planes[index(v)][index(bit)] |= static_cast<std::uint64_t>(code >> bit & 1) << place;
                }
            }
        }
        return part;
    }

    // The ResidualAdd that this convolution completes, or -1.
    int fused_add(int conv) const {
        for (const int reader : readers_[index(conv)]) {
            if (!is<model::ResidualAdd>(reader)) continue;
            const auto& inputs = layer(reader).inputs;
            const int other = inputs[0] == conv ? inputs[1] : inputs[0];
            if (other < conv) return reader;
        }
        return -1;
    }

    // The first Thresholds of a map of sums that nobody made yet, or -1.
    int fused_thresholds(int sums) const {
        for (const int reader : readers_[index(sums)]) {
            if (is<model::Thresholds>(reader)) return reader;
        }
        return -1;
    }

    // Someone but `taken` reads the map, or the user may.
    bool read_beside(int i, int taken) const {
        return keeps() || std::any_of(readers_[index(i)].begin(), readers_[index(i)].end(), [&](int r) { return r != taken; });
    }

    int groups_of(int channels) const {
        const int whole = words_of(channels) - 1, rest = channels - whole * kBlock;
        return whole * p_.kernels->groups_of_word() + (rest + p_.kernels->group - 1) / p_.kernels->group;
    }

    void add(int i, const model::Conv& operation) {
        ConvStep step;
        step.layer = i;
        step.input = layer(i).inputs[0];
        step.in = shape(step.input);
        step.out = layer(i).shape;
        step.kernel = operation.weights.kernel();
        step.stride = operation.stride;
        step.pad = operation.pad;
        step.in_words = words_of(step.in.channels);
        step.groups = groups_of(step.in.channels);
        step.blocks = words_of(step.out.channels);
        step.narrow = p_.narrow[index(i)];
        step.sum = fused_add(i);
        const int sums = step.sum >= 0 ? step.sum : i;
        if (step.sum >= 0) {
            const auto& inputs = layer(step.sum).inputs;
            step.residual = inputs[0] == i ? inputs[1] : inputs[0];
            done_[index(step.sum)] = true;
            step.store_products = read_beside(i, step.sum);
            if (step.store_products) store(i);
        }
        const int thresholds = fused_thresholds(sums);
        if (thresholds >= 0) {
            step.thresholds = pack_thresholds(thresholds, std::get<model::Thresholds>(layer(thresholds).operation), step.narrow);
            done_[index(thresholds)] = true;
            store(thresholds);
        }
        step.store_sums = read_beside(sums, thresholds);
        if (step.store_sums) store(sums);
        pack_weights(step, operation.weights, model::code_offset(p_.network, step.input), *p_.kernels);
        cut(step, p_.options.threads, *p_.kernels, p_.scratch);
        p_.steps.push_back(std::move(step));
    }

    void add(int i, const model::ResidualAdd&) {
        store(i);
        p_.steps.push_back(AddStep{i, layer(i).inputs[0], layer(i).inputs[1]});
    }

    void add(int i, const model::Thresholds& operation) {
        const int input = layer(i).inputs[0];
        ThresholdStep step{pack_thresholds(i, operation, p_.narrow[index(input)]), input, {}};
        step.shape.channels = words_of(layer(i).shape.channels) * kBlock;
        store(i);
        p_.steps.push_back(std::move(step));
    }

    void add(int i, const model::Pool& operation) {
        store(i);
        p_.steps.push_back(PoolStep{i, layer(i).inputs[0], operation, shape(layer(i).inputs[0]), layer(i).shape});
    }

    void add(int i, const model::GlobalSum& operation) {
        store(i);
        p_.steps.push_back(SumStep{i, layer(i).inputs[0], operation.logit_scale});
    }

    static void point(ConvShape& shape, const PackedThresholds& thresholds) {
        for (std::size_t k = 0; k < 3; ++k) shape.at[k] = thresholds.at[k].data();
        shape.rising = thresholds.rising.data();
    }
    static void point(Step& step) {
        if (auto* conv = std::get_if<ConvStep>(&step)) {
            point(conv->shape, conv->thresholds);
            conv->shape.weights = conv->weights.data();
            conv->shape.bias = conv->bias.data();
        }
        if (auto* thresholds = std::get_if<ThresholdStep>(&step)) point(thresholds->shape, thresholds->thresholds);
    }

    Prepared p_;
    std::vector<bool> done_;
    std::vector<std::vector<int>> readers_;  // of every layer
};

}  // namespace

void check_threads(int threads) {
    if (threads < 1 || threads > 1024) fail("{} threads; give 1 to 1024", threads);
}

std::shared_ptr<const Prepared> prepare(const model::Network& network, const Options& options) {
    check_threads(options.threads);
    return Preparation(network, options).run();
}

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
#include "engine/prepare.h"

#include <algorithm>

#include "support/error.h"

namespace ern::engine {

namespace {

constexpr std::size_t kBandBytes = 256 * 1024;  // of tables: they stay in the second-level cache
constexpr int kPiecesPerThread = 2;             // so that a late thread does not hold up a step by half

std::size_t index(int at) { return static_cast<std::size_t>(at); }

class Preparation {
  public:
    Preparation(const model::Network& network, const Options& options) {
        model::check(network);
        p_.network = network;
        p_.options = options;
        p_.kernels = &kernels(options.target);
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
        EmbedStep step{i, operation.codes_per_channel, std::vector<std::array<std::uint64_t, 2>>(256)};
        for (int v = 0; v < 256; ++v) {
            for (int e = 0; e < operation.codes_per_channel; ++e) {
                // the formula's floor, whose result is clamped to 0 below
                const int code = std::clamp((v - 8 * (e + 1) + 79) / 80, 0, 3);
                for (int bit = 0; bit < 2; ++bit) step.planes[index(v)][index(bit)] |= static_cast<std::uint64_t>(code >> bit & 1) << e;
            }
        }
        store(i);
        p_.steps.push_back(std::move(step));
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
        step.groups = (step.in.channels + kGroup - 1) / kGroup;
        step.blocks = words_of(step.out.channels);
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
            step.thresholds = pack_thresholds(thresholds, std::get<model::Thresholds>(layer(thresholds).operation));
            done_[index(thresholds)] = true;
            store(thresholds);
        }
        step.store_sums = read_beside(sums, thresholds);
        if (step.store_sums) store(sums);
        pack_weights(step, operation.weights, model::code_offset(p_.network, step.input), p_.kernels->lanes);
        split(step);
        p_.steps.push_back(std::move(step));
    }

    // Cuts the output into bands whose tables fit the cache, and more where there are threads for them.
    void split(ConvStep& step) {
        const bool line = step.pointwise();
        const std::size_t pixel = index(step.groups) * kTable;
        const std::size_t row = pixel * index(line ? step.out.width : step.in.width + 2 * step.pad);
        const auto rows_read = [&](int rows) { return line ? rows : input_rows(step, rows); };
        const int pieces = p_.options.threads > 1 ? p_.options.threads * kPiecesPerThread : 1;
        step.band_rows = std::max(1, (step.out.height + pieces - 1) / pieces);
        while (step.band_rows > 1 && index(rows_read(step.band_rows)) * row > kBandBytes) step.band_rows = (step.band_rows + 1) / 2;
        step.bands = (step.out.height + step.band_rows - 1) / step.band_rows;
        step.parts = std::clamp(pieces / step.bands, 1, (step.blocks + 1) / 2);
        step.shape.table_row = row;
        step.shape.table_pixel = line ? pixel : pixel * index(step.stride);
        p_.table_bytes = std::max(p_.table_bytes, index(rows_read(step.band_rows)) * row + kSlack);
        p_.code_sums = std::max(p_.code_sums, index(rows_read(step.band_rows)) * index(line ? step.out.width : step.in.width + 2 * step.pad));
        p_.window_sums = std::max(p_.window_sums, index(step.band_rows) * index(step.out.width));
        p_.row_pixels = std::max(p_.row_pixels, index(line ? step.out.width * step.band_rows : step.out.width));
    }

    void add(int i, const model::ResidualAdd&) {
        store(i);
        p_.steps.push_back(AddStep{i, layer(i).inputs[0], layer(i).inputs[1]});
    }

    void add(int i, const model::Thresholds& operation) {
        ThresholdStep step{pack_thresholds(i, operation), layer(i).inputs[0], {}};
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
        if (auto* conv = std::get_if<ConvStep>(&step)) point(conv->shape, conv->thresholds);
        if (auto* thresholds = std::get_if<ThresholdStep>(&step)) point(thresholds->shape, thresholds->thresholds);
    }

    Prepared p_;
    std::vector<bool> done_;
    std::vector<std::vector<int>> readers_;  // of every layer
};

}  // namespace

std::shared_ptr<const Prepared> prepare(const model::Network& network, const Options& options) {
    if (options.threads < 1 || options.threads > 1024) fail("engine: {} threads; give 1 to 1024", options.threads);
    return Preparation(network, options).run();
}

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hwy/aligned_allocator.h>

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/engine.h"
#include "engine/kernels.h"

namespace ern::engine {

// Network -> steps. A convolution takes in the residual add that it completes and the thresholds that read the result,
// so that these sums are thresholded in registers; what another layer reads is stored.

template <typename T>
class AlignedArray {
  public:
    AlignedArray() = default;
    explicit AlignedArray(std::size_t size) : data_(hwy::AllocateAligned<T>(size)), size_(size) {
        for (std::size_t i = 0; i < size; ++i) data_[i] = T{};
    }
    T* data() const { return data_.get(); }
    T& operator[](std::size_t i) const { return data_[i]; }
    std::size_t size() const { return size_; }

  private:
    hwy::AlignedFreeUniquePtr<T[]> data_;
    std::size_t size_ = 0;
};

// Thresholds of a layer's padded channels, as the kernels want them.
struct PackedThresholds {
    int layer = -1;
    std::array<AlignedArray<std::int32_t>, 3> at;  // [channel]
    AlignedArray<std::uint64_t> rising;            // one bit a channel: not inverted
};

struct EmbedStep {
    int layer = 0;
    int codes_per_channel = 0;
    std::vector<std::array<std::uint64_t, 2>> planes;  // [byte]: low and high bits of its codes
};

struct ConvStep {
    int layer = 0;          // the convolution
    int input = 0;          // codes
    int residual = -1;      // accumulators that are added
    int sum = -1;           // the ResidualAdd
    bool store_products = false, store_sums = false;
    PackedThresholds thresholds;  // layer -1 without
    model::Shape in, out;
    int kernel = 0, stride = 0, pad = 0;
    int in_words = 0, groups = 0, blocks = 0;
    ConvShape shape;                      // for the kernels, its pointers into what follows
    AlignedArray<std::uint8_t> weights;
    // What codes with an offset add, by the part of the window that lies inside the map.
    AlignedArray<std::int32_t> offsets;   // [row class][column class][channel]; empty without
    std::vector<int> row_class, column_class;  // of every output row and column
    int column_classes = 0;
    int band_rows = 0;                    // output rows of a piece of work
    int bands = 0, parts = 0;             // pieces of work: bands x parts of the blocks

    // A 1x1 window without padding: pixels in a line, only those that are read.
    bool pointwise() const { return kernel == 1 && pad == 0; }
};

struct AddStep {
    int layer = 0, a = 0, b = 0;
};

struct ThresholdStep {
    PackedThresholds thresholds;
    int input = 0;
    ConvShape shape;
};

struct PoolStep {
    int layer = 0, input = 0;
    model::Pool pool;
    model::Shape in, out;
};

struct SumStep {
    int layer = 0, input = 0;
    std::vector<double> logit_scale;
};

using Step = std::variant<EmbedStep, ConvStep, AddStep, ThresholdStep, PoolStep, SumStep>;

// Where a layer's map lies in the memory of a frame.
struct Place {
    bool stored = false;
    std::size_t offset = 0, bytes = 0;
};

struct Prepared {
    model::Network network;
    Options options;
    const Kernels* kernels = nullptr;
    std::vector<Step> steps;
    std::vector<Place> places;       // one a layer
    std::size_t map_bytes = 0;       // of all maps
    std::size_t table_bytes = 0;     // scratch of a thread
    std::size_t code_sums = 0;       // the same, code sums of a band
    std::size_t window_sums = 0;     // the same, windows of a band
    std::size_t row_pixels = 0;      // the same, windows that a kernel takes at once
};

std::shared_ptr<const Prepared> prepare(const model::Network& network, const Options& options);

// Rows of the input that output rows y, ..., y + rows - 1 read.
inline int input_rows(const ConvStep& step, int rows) { return (rows - 1) * step.stride + step.kernel; }

inline int words_of(int channels) { return (channels + kBlock - 1) / kBlock; }

// Weights of a convolution in the kernels' order, and what the offset of its codes adds.
void pack_weights(ConvStep& step, const model::WeightBits& weights, int code_offset, int lanes);

PackedThresholds pack_thresholds(int layer, const model::Thresholds& thresholds);

// Gives every stored map its place; maps that never live at the same time share memory unless `apart`.
void place_maps(Prepared& prepared, bool apart);

}  // namespace ern::engine

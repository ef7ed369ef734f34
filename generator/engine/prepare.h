// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/engine.h"
#include "engine/kernels.h"

namespace ern::engine {

// Network -> steps. A convolution takes in the residual add that it completes and the thresholds that read the result,
// so that these sums are thresholded in registers; what another layer reads is stored.

// Zeros, at the alignment of the widest vectors. Of exactly its size, so that the address sanitizer sees its end.
template <typename T>
class AlignedArray {
  public:
    AlignedArray() = default;
    explicit AlignedArray(std::size_t size) : data_(static_cast<T*>(::operator new(size * sizeof(T), kAlign))), size_(size) {
        std::uninitialized_value_construct_n(data_.get(), size);
    }
    T* data() const { return data_.get(); }
    T& operator[](std::size_t i) const { return data_[i]; }
    std::size_t size() const { return size_; }

  private:
    static constexpr std::align_val_t kAlign{64};
    struct Free {
        void operator()(T* data) const { ::operator delete(data, kAlign); }
    };
    std::unique_ptr<T[], Free> data_;
    std::size_t size_ = 0;
};

using RawArray = AlignedArray<std::uint8_t>;

// Thresholds of a layer's padded channels, as the kernels want them.
struct PackedThresholds {
    int layer = -1;
    std::array<RawArray, 3> at;          // [channel] of int16 or int32
    AlignedArray<std::uint64_t> rising;  // one bit a channel: not inverted
};

struct EmbedStep {
    int layer = 0;
    using Planes = std::array<std::uint64_t, 2>;  // low bits, high bits
    // A word of 64 channels: what each byte of a pixel that has codes there adds to it.
    struct Part {
        int colour = 0;
        std::vector<Planes> planes;  // [byte]
    };
    std::vector<std::vector<Part>> words;
};

struct ConvStep {
    int layer = 0;      // the convolution
    int input = 0;      // codes
    int residual = -1;  // accumulators that are added
    int sum = -1;       // the ResidualAdd
    bool narrow = false;
    bool store_products = false, store_sums = false;
    PackedThresholds thresholds;  // layer -1 without
    model::Shape in, out;         // of a 1x1 window at every pixel: one row
    int kernel = 0, stride = 0, pad = 0;
    int in_words = 0, groups = 0, blocks = 0;
    ConvShape shape;         // for the kernels, its pointers into what follows
    RawArray weights;
    RawArray bias;                     // of padded channels; empty without
    std::vector<std::uint64_t> outside;  // planes of a pixel outside the map

    // How the map is cut: strips of columns, bands of rows, parts of the blocks.
    int columns = 0, strips = 0, band_rows = 0, bands = 0, parts = 0;
    int gather = 1;           // distance of the pixels whose tables lie side by side
    int table_columns = 0;    // tables of a row of a strip
    std::size_t table_row = 0;  // bytes of them
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

// Scratch of a thread, in elements.
struct ScratchSizes {
    std::size_t table_bytes = 0, table_columns = 0, row_sums = 0, columns = 0, kernel = 0;
};

struct Prepared {
    model::Network network;
    Options options;
    const Kernels* kernels = nullptr;
    std::vector<bool> narrow;     // one a layer: accumulators of 16 bits
    std::vector<Step> steps;
    std::vector<Place> places;    // one a layer
    std::size_t map_bytes = 0;    // of all maps
    ScratchSizes scratch;
};

std::shared_ptr<const Prepared> prepare(const model::Network& network, const Options& options);

inline int words_of(int channels) { return (channels + kBlock - 1) / kBlock; }

// Weights of a convolution in the kernels' order, the bias that makes up for the offset of its codes, and what stands
// for 0 outside the map.
void pack_weights(ConvStep& step, const model::WeightBits& weights, int code_offset, const Kernels& kernels);

PackedThresholds pack_thresholds(int layer, const model::Thresholds& thresholds, bool narrow);

// Cuts a convolution for the caches and `threads` threads, and makes `scratch` large enough.
void cut(ConvStep& step, int threads, const Kernels& kernels, ScratchSizes& scratch);

// Maps of accumulators that fit 16 bits, one entry a layer. Maps that are added to each other are equal in that.
std::vector<bool> narrow_maps(const model::Network& network);

// Gives every stored map its place; maps that never live at the same time share memory unless `apart`.
void place_maps(Prepared& prepared, bool apart);

}  // namespace ern::engine

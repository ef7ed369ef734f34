// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace ern::model {

// The integer network: what golden, engine and hardware compute, and all that they need to know.
//
// A network is a list of layers in execution order; each layer names the layers it reads by index (kPicture is the
// picture itself) and produces one map. There are three kinds of map, all stored [y][x][channel]:
//   codes         0..3, one byte each; a code stands for the value code + code_offset of the layer that made it
//   accumulators  int32, exact
//   sums          int64, one a channel, from a GlobalSum; logit[c] = sum[c] * logit_scale[c]

inline constexpr int kPicture = -1;

// Limits that check() enforces, so that no index, sum or allocation further on can overflow.
inline constexpr int kMaxSide = 65'536;                               // height and width, pixels
inline constexpr int kMaxChannels = 65'536;                           // channels of a map
inline constexpr int kMaxKernel = 255;                                // side of a window, pixels
inline constexpr int kMaxCodesPerColour = 31;                         // embedding codes that a byte can reach
inline constexpr std::int64_t kMaxMapSize = std::int64_t{1} << 30;    // values of a map
inline constexpr std::int64_t kMaxAccumulator = std::int64_t{1} << 30;  // worst case of |accumulator|

struct Shape {
    int height = 0;
    int width = 0;
    int channels = 0;
    bool operator==(const Shape&) const = default;
    std::int64_t pixels() const { return std::int64_t{height} * width; }
    std::int64_t size() const { return pixels() * channels; }
};

// Signs of a convolution's weights; a set bit is +1, a clear bit is -1. Bit order [out][ky][kx][in], packed into
// 64-bit words without gaps, least significant bit first.
class WeightBits {
  public:
    WeightBits() = default;
    WeightBits(int out, int kernel, int in);
    bool positive(int out, int ky, int kx, int in) const {
        const std::size_t i = index(out, ky, kx, in);
        return (words_[i / 64] >> (i % 64)) & 1u;
    }
    void set(int out, int ky, int kx, int in, bool positive);
    int out() const { return out_; }
    int kernel() const { return kernel_; }
    int in() const { return in_; }
    std::int64_t count() const { return std::int64_t{out_} * kernel_ * kernel_ * in_; }
    const std::vector<std::uint64_t>& words() const { return words_; }
    std::vector<std::uint64_t>& words() { return words_; }
    bool operator==(const WeightBits&) const = default;

  private:
    std::size_t index(int out, int ky, int kx, int in) const {
        return ((static_cast<std::size_t>(out) * static_cast<std::size_t>(kernel_) + static_cast<std::size_t>(ky)) *
                    static_cast<std::size_t>(kernel_) +
                static_cast<std::size_t>(kx)) *
                   static_cast<std::size_t>(in_) +
               static_cast<std::size_t>(in);
    }
    int out_ = 0, kernel_ = 0, in_ = 0;
    std::vector<std::uint64_t> words_;
};

// Picture bytes [y][x][colour] -> codes. A byte v gives codes_per_channel codes, e = 0, 1, ...:
//   code = clamp(floor((v - 8(e+1) + 79) / 80), 0, 3)
// in channel colour * codes_per_channel + e.
struct PixelEmbedding {
    int codes_per_channel = 10;
    bool operator==(const PixelEmbedding&) const = default;
};

// Codes -> accumulators: acc[y][x][o] = sum over ky, kx, i of (+-1) * value, where value is the code plus the code
// offset of the input at [y*stride + ky - pad][x*stride + kx - pad][i], and 0 outside the map. kernel x kernel,
// output height (H + 2 pad - kernel) / stride + 1. A fully connected layer is a 1x1 convolution of a 1x1 map.
struct Conv {
    int stride = 1;
    int pad = 0;
    WeightBits weights;
    bool operator==(const Conv&) const = default;
};

// Two accumulator maps of the same shape -> their sum.
struct ResidualAdd {
    bool operator==(const ResidualAdd&) const = default;
};

// One channel of Thresholds: code = number of k in 0..2 with (acc >= at[k]) != inverted. at never falls with k, or
// never rises when inverted.
// kNever and kAlways are the two constants: acc >= kNever is false and acc >= kAlways is true for every acc.
struct ChannelThresholds {
    static constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::max();
    static constexpr std::int32_t kAlways = std::numeric_limits<std::int32_t>::min();
    std::array<std::int32_t, 3> at{kNever, kNever, kNever};
    bool inverted = false;
    bool operator==(const ChannelThresholds&) const = default;
};

// Accumulators -> codes, one entry a channel. code_offset, -3..0: a code stands for the value code + code_offset (0 for
// the half-wave activation of the ERN, -1 for the ternary activation of other W1A2 dialects).
struct Thresholds {
    int code_offset = 0;
    std::vector<ChannelThresholds> channels;
    bool operator==(const Thresholds&) const = default;
};

enum class PoolKind { max, average };

// Codes -> codes over a kernel x kernel window, outside the map code 0. Maximum, or the mean rounded to the nearest
// code, halves up, over all kernel * kernel positions: code >= k iff 2 * sum >= (2k - 1) * kernel^2.
struct Pool {
    PoolKind kind = PoolKind::max;
    int kernel = 2;
    int stride = 2;
    int pad = 0;
    bool operator==(const Pool&) const = default;
};

// Accumulators -> sums over all pixels of each channel: global average pooling without the division, which is part
// of logit_scale.
struct GlobalSum {
    std::vector<double> logit_scale;
    bool operator==(const GlobalSum&) const = default;
};

using Operation = std::variant<PixelEmbedding, Conv, ResidualAdd, Thresholds, Pool, GlobalSum>;

struct Layer {
    std::string name;         // unique; the network's own name
    std::vector<int> inputs;  // indices of earlier layers, or kPicture
    Operation operation;
    Shape shape;  // of the output
    bool operator==(const Layer&) const = default;
};

struct Network {
    std::string name;
    Shape input;                      // the picture, bytes [y][x][colour]
    std::vector<Layer> layers;        // the last one is the GlobalSum that gives the logits
    std::vector<std::string> labels;  // one a class, or empty
    std::map<std::string, std::string> notes;  // provenance: data set, recipe, accuracy
    bool operator==(const Network&) const = default;

    int classes() const { return layers.empty() ? 0 : layers.back().shape.channels; }
};

enum class MapKind { codes, accumulators, sums };

// The kind of map that a layer makes.
MapKind map_kind(const Layer& layer);

// The shape that an operation makes from the shape of its first input. Throws Error where the window does not fit.
Shape output_shape(const Operation& operation, const Shape& in, const std::string& name);

// What has to be added to the codes of a layer's map to get their values: that of the Thresholds it comes from,
// through pooling; 0 for the pixel embedding.
int code_offset(const Network& network, int layer);

// Checks everything that the rest of the program relies on: unique names, inputs before use, each map used, map
// kinds, shapes, channel counts, ordered thresholds, one GlobalSum at the end, and the limits above. Throws Error with
// the layer's name. Called on every network that is read or made.
void check(const Network& network);

// Multiply-accumulates of one layer for one picture; 0 for all but Conv.
std::int64_t macs(const Network& network, const Layer& layer);

// Sum over all layers.
std::int64_t total_macs(const Network& network);
std::int64_t weight_bits(const Network& network);

// Readable name of an operation: "conv", "thresholds", ...
std::string operation_name(const Operation& operation);

}  // namespace ern::model

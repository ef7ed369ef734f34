// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "fuzz/random.h"
#include "model/network.h"

namespace ern::fuzz {

// A network by a few numbers, from which its weights and thresholds are made: small enough to read, to shrink and to
// keep as a file.
enum class BlockKind { conv, residual, bottleneck, max_pool, average_pool };

// How the thresholds of a block's activations lie: around zero (steps of what accumulators spread); falling (negative
// gamma); constants (zero gamma); at the largest accumulators that there can be; far outside of them; two or three
// equal; all of these.
enum class Style { rising, falling, constant, edge, far, equal, mixed };

struct Block {
    BlockKind kind = BlockKind::conv;
    int channels = 1;   // of the map that it leaves; a pooling keeps its input's
    int inner = 1;      // residual, bottleneck: of the maps inside
    int kernel = 1;     // residual, bottleneck: odd, of the convolution with the stride
    int stride = 1;
    int pad = 0;        // conv, pooling
    int repeats = 0;    // residual, bottleneck: further blocks, whose shortcut is the map before
    Style style = Style::mixed;
    std::uint32_t seed = 1;
    bool operator==(const Block&) const = default;
};

struct NetworkSpec {
    int height = 1, width = 1, colours = 1;
    std::vector<Block> blocks;
    int classes = 1;
    int last_kernel = 1;  // of the classifier
    std::uint32_t seed = 1;
    bool operator==(const NetworkSpec&) const = default;
};

// The network. Throws Error where a window does not fit its map.
model::Network build(const NetworkSpec& spec);

// Convolutions and poolings, the classifier among them.
int layers_of(const NetworkSpec& spec);

// How large random networks get. The largest convolutions are halved until the whole is within max_macs.
struct Limits {
    int layers = 12;
    int channels = 600;
    int side = 96;
    std::int64_t max_macs = 3'000'000;
    int deep_percent = 0;     // a chain of residual blocks on one large map, whose rows may not all find room (up to 31 layers)
    int paired_percent = 0;   // begin with what chance hardly gives: a convolution for which two rows of the picture lie in a word
};

// Any legal network: sides from 1, channels from 1 and around the sizes of words, kernels to 7, strides to 5, padding,
// residual blocks and bottlenecks with shortcuts, pooling, all styles of thresholds.
NetworkSpec random_spec(Random& random, const Limits& limits);

std::string_view name_of(BlockKind kind);
std::string_view name_of(Style style);

nlohmann::ordered_json to_json(const NetworkSpec& spec);
// Throws Error, naming source and key.
NetworkSpec spec_from_json(const nlohmann::json& json, std::string_view source);

}  // namespace ern::fuzz

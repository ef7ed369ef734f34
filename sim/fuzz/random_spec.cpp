// SPDX-License-Identifier: Apache-2.0
// Random specs: each number from a mixture of all that is legal and of where things go wrong, ones and word borders.
#include <algorithm>

#include "fuzz/network_spec.h"
#include "support/error.h"

namespace ern::fuzz {

namespace {

int random_side(Random& random, int most) {
    const int kind = random.uniform(0, 9);
    if (kind < 3) return random.uniform(1, 4);
    if (kind < 7) return random.uniform(1, 17);
    return random.skewed(1, most);
}

int random_channels(Random& random, int most) {
    const int kind = random.uniform(0, 9);
    if (kind < 2) return random.uniform(1, 10);
    if (kind < 5) return std::min(most, random.pick({8, 12, 16, 24, 32, 48, 64, 96, 128, 256}) + random.uniform(-1, 1));
    return random.skewed(1, most);
}

Block random_block(Random& random, const Limits& limits, int layers_left) {
    Block b;
    const int kind = random.uniform(0, 99);
    b.kind = kind < 45                      ? BlockKind::conv
             : kind < 65 && layers_left > 3 ? BlockKind::residual
             : kind < 80 && layers_left > 4 ? BlockKind::bottleneck
             : kind < 90                    ? BlockKind::max_pool
                                            : BlockKind::average_pool;
    b.seed = random.next();
    b.style = random.chance(60) ? Style::mixed : static_cast<Style>(random.uniform(0, 5));
    b.channels = random_channels(random, limits.channels);
    b.inner = random_channels(random, limits.channels);
    b.stride = random.pick({1, 1, 1, 1, 2, 2, 2, 3, 4, 5});
    if (b.kind == BlockKind::conv || b.kind == BlockKind::max_pool || b.kind == BlockKind::average_pool) {
        b.kernel = b.kind == BlockKind::conv ? random.pick({1, 1, 2, 3, 3, 3, 3, 4, 5, 7}) : random.uniform(1, 5);
        b.pad = random.chance(50) ? b.kernel / 2 : random.uniform(0, b.kernel - 1);
    } else {
        b.kernel = random.pick({1, 3, 3, 3, 5});
        b.repeats = random.uniform(0, std::min(3, (layers_left - 4) / 3));
        b.repeats = std::max(0, b.repeats);
    }
    return b;
}

// Removes windows that do not fit: such a block becomes pointwise.
void fit(NetworkSpec& spec) {
    int height = spec.height, width = spec.width;
    for (Block& b : spec.blocks) {
        const bool residual = b.kind == BlockKind::residual || b.kind == BlockKind::bottleneck;
        const int pad = residual ? b.kernel / 2 : b.pad;
        if (std::min(height, width) + 2 * pad < b.kernel) b.kernel = 1, b.pad = 0;
        const int used = residual ? b.kernel / 2 : b.pad;
        height = (height + 2 * used - b.kernel) / b.stride + 1;
        width = (width + 2 * used - b.kernel) / b.stride + 1;
    }
}

// Makes the block of the largest convolution smaller, or the picture, or leaves the last block out: padding lets maps grow
// from a single pixel.
void halve(NetworkSpec& spec) {
    Block* largest = nullptr;
    for (Block& b : spec.blocks) {
        const auto size = [](const Block& x) { return std::max(x.channels, x.inner); };
        if (!largest || size(b) > size(*largest)) largest = &b;
    }
    if (largest && std::max(largest->channels, largest->inner) > 12) {
        largest->channels = (largest->channels + 1) / 2;
        largest->inner = (largest->inner + 1) / 2;
    } else if (spec.height > 1 || spec.width > 1) {
        spec.height = (spec.height + 1) / 2;
        spec.width = (spec.width + 1) / 2;
    } else if (!spec.blocks.empty()) {
        spec.blocks.pop_back();
    } else {
        spec.classes = (spec.classes + 1) / 2;
    }
}

// The first convolution reads the picture with three rows and columns, a stride of two and padding, which is at least 8 wide.
void pair_rows(Random& random, NetworkSpec& spec, int layers) {
    spec.width = std::max(spec.width, random.uniform(8, 20));
    const auto first = std::find_if(spec.blocks.begin(), spec.blocks.end(), [](const Block& b) { return b.kind == BlockKind::conv; });
    Block block{.channels = 8, .seed = spec.seed};
    if (first != spec.blocks.end()) {
        block = *first;
        spec.blocks.erase(first);
    } else if (layers_of(spec) >= layers) {
        return;
    }
    block.kernel = 3;
    block.stride = 2;
    block.pad = 1;
    spec.blocks.insert(spec.blocks.begin(), block);
}

// A convolution, then residual blocks of one map, each of which needs a row more of the map before it.
NetworkSpec deep_spec(Random& random) {
    NetworkSpec spec;
    spec.seed = random.next();
    spec.height = random.uniform(20, 48);
    spec.width = random.uniform(10, 48);
    spec.colours = 3;
    spec.classes = random.skewed(1, 16);
    spec.blocks.push_back({.channels = random.uniform(2, 16), .kernel = 3, .stride = 2, .pad = 1, .seed = random.next()});
    const bool bottleneck = random.chance(50);
    spec.blocks.push_back({.kind = bottleneck ? BlockKind::bottleneck : BlockKind::residual,
                           .channels = random.uniform(4, 24),
                           .inner = random.uniform(2, 12),
                           .kernel = 3,
                           .repeats = random.uniform(4, bottleneck ? 9 : 5),
                           .seed = random.next()});
    return spec;
}

NetworkSpec shallow_spec(Random& random, const Limits& limits) {
    NetworkSpec spec;
    spec.seed = random.next();
    spec.height = random_side(random, limits.side);
    spec.width = random_side(random, limits.side);
    spec.colours = random.pick({1, 2, 3, 3});
    spec.classes = random.chance(80) ? random.skewed(1, 16) : random_channels(random, 70);
    spec.last_kernel = random.chance(90) ? 1 : 3;
    const int layers = random.uniform(1, limits.layers);
    while (layers_of(spec) < layers) {
        const int left = layers - layers_of(spec);
        const Block block = random_block(random, limits, left);
        NetworkSpec longer = spec;
        longer.blocks.push_back(block);
        if (layers_of(longer) <= layers) spec = longer;
    }
    if (limits.paired_percent > 0 && random.chance(limits.paired_percent)) pair_rows(random, spec, layers);
    return spec;
}

}  // namespace

NetworkSpec random_spec(Random& random, const Limits& limits) {
    const bool deep = limits.deep_percent > 0 && random.chance(limits.deep_percent);
    NetworkSpec spec = deep ? deep_spec(random) : shallow_spec(random, limits);
    for (;;) {
        fit(spec);
        if (model::total_macs(build(spec)) <= limits.max_macs) return spec;
        halve(spec);
    }
}

}  // namespace ern::fuzz

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "model/network.h"

namespace ern::model {

// A network of the ERN family as its text description gives it (models/*.toml): sizes and structure, no weights.

struct StemConv {
    int channels = 0;
    int kernel = 3;  // padded by kernel / 2
    int stride = 1;
    bool operator==(const StemConv&) const = default;
};

enum class BlockKind { basic, bottleneck };

// A row of pre-activation blocks; the first one carries the stride and the 1x1 down-sampling convolution.
struct Stage {
    int blocks = 1;
    int channels = 0;  // of the block's inner convolutions; a bottleneck puts out four times as many
    int stride = 1;
    bool operator==(const Stage&) const = default;
};

struct Architecture {
    std::string name;
    Shape input;
    int classes = 0;
    std::vector<std::string> labels;  // empty, or one a class
    int embedding_codes = 10;         // codes a colour channel
    std::vector<StemConv> stem;       // BatchNorm and activation follow every one but the last
    BlockKind block = BlockKind::basic;
    std::vector<Stage> stages;
    bool operator==(const Architecture&) const = default;
};

// Parses the text of a description. `source` stands in messages. Throws Error with line and key for anything
// unknown, missing or out of range.
Architecture parse_architecture(std::string_view text, std::string_view source);
Architecture read_architecture(const std::filesystem::path& path);

// A description that parse_architecture() makes the same Architecture of.
std::string architecture_text(const Architecture& architecture);

}  // namespace ern::model

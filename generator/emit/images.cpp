// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "emit/project.h"

namespace ern::emit {

namespace {

// `bits` bits of little-endian 64-bit words as one hexadecimal number.
std::string hex_line(const std::vector<std::uint64_t>& words, int bits) {
    std::string line;
    for (int digit = (bits + 3) / 4 - 1; digit >= 0; --digit) {
        const auto word = words[static_cast<std::size_t>(digit / 16)];
        line += "0123456789abcdef"[(word >> (digit % 16 * 4)) & 15];
    }
    return line + "\n";
}

void append_bits(std::vector<std::uint64_t>& words, int& position, std::uint64_t value, int bits) {
    for (int i = 0; i < bits; ++i, ++position) {
        if (static_cast<std::size_t>(position / 64) >= words.size()) words.push_back(0);
        words[static_cast<std::size_t>(position / 64)] |= ((value >> i) & 1) << (position % 64);
    }
}

}  // namespace

std::string weights_hex(const schedule::Plan& plan) {
    std::string text;
    for (const auto& row : plan.weights) text += hex_line(row, plan.accelerator.lanes());
    return text;
}

std::string thresholds_hex(const schedule::Plan& plan) {
    const int width = plan.accelerator.accumulator_bits;
    std::string text;
    for (const auto& row : plan.thresholds) {
        std::vector<std::uint64_t> words;
        int position = 0;
        for (std::size_t k = 0; k < 3; ++k) append_bits(words, position, static_cast<std::uint32_t>(row[k]), width);
        append_bits(words, position, static_cast<std::uint64_t>(row[3]), 1);
        text += hex_line(words, position);
    }
    return text;
}

std::string program_hex(const schedule::Plan& plan) {
    std::string text;
    for (const auto& descriptor : plan.program) {
        for (std::uint32_t word : descriptor.words) text += fmt::format("{:08x}\n", word);
    }
    return text;
}

}  // namespace ern::emit

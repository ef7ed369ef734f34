// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ern::schedule {

// External memory behind the accelerator's memory port. Program, weights, thresholds and pictures stream from it.
enum class MemoryKind { none, sdr, ddr3, ddr3_800, sdr32 };  // their numbers go into fingerprints

// A memory as it looks from the port: one burst of `port_bits` beats after the other, each as fast as the part gives it.
struct ExternalMemory {
    MemoryKind kind = MemoryKind::none;
    int port_bits = 128;  // of one beat: 32, 64 or 128
    bool operator==(const ExternalMemory&) const = default;
};

// The sizes of one accelerator (a TOML file, accelerators/*.toml). One accelerator runs every network that fits it.
struct Accelerator {
    std::string name;
    std::string board;  // board that the file is meant for, or empty

    // [array] windows of taps x channels lanes against `outputs` dot units, in systolic columns
    int taps = 3;
    int tap_rows = 1;      // rows of pixels that the taps of a window lie in
    int channels = 32;
    int outputs = 16;
    int column_outputs = 16;
    int tile_depth = 512;  // pixels of a tile whose partial sums are not kept
    int dot_latency = 4;   // cycles
    bool pooling = true;   // can compute pooling layers

    // [widths]
    int accumulator_bits = 16;

    // [memory] depths in words
    int activation_words = 512;  // a bank; a word is `channels` codes, there are `taps` banks
    int sum_words = 512;         // a word is `outputs` accumulators
    int weight_rows = 4096;      // a row is `lanes` bits
    int threshold_rows = 1024;   // a row is 3 * accumulator_bits + 1 bits
    int program_words = 512;     // of 32 bits
    int result_words = 16;       // of 32 bits

    int kept_weight_rows = 0;     // with external memory: streamed rows that later tiles of a layer use again
    int kept_threshold_rows = 0;
    int spill = 0;                // 1: residual maps may lie partly in external memory
    int overlap = 0;              // 1: a frame's last layers run beside the next frame's first ones

    // [external], optional. With it, weight_rows, threshold_rows and program_words are the streams' buffers.
    ExternalMemory external;

    // [clock], [link]
    double clock_mhz = 80.0;
    int baud = 3000000;

    int lanes() const { return taps * channels; }
    int tap_columns() const { return taps / tap_rows; }
    int bank(int y, int x, int block) const;  // of the word of column x in row y (negative: above the map) and channel block `block`
    int columns() const { return outputs / column_outputs; }
    int macs_per_cycle() const { return lanes() * outputs; }
    std::int64_t activation_bits() const { return std::int64_t{activation_words} * taps * channels * 2; }
    std::int64_t sum_bits() const { return std::int64_t{sum_words} * outputs * accumulator_bits; }
    std::int64_t weight_bits() const { return std::int64_t{weight_rows} * lanes(); }
    std::int64_t threshold_bits() const { return std::int64_t{threshold_rows} * (3 * accumulator_bits + 1); }
    std::int64_t program_bits() const { return std::int64_t{program_words} * 32; }
    std::int64_t kept_bits() const {
        return std::int64_t{kept_weight_rows} * lanes() + std::int64_t{kept_threshold_rows} * (3 * accumulator_bits + 1);
    }
    std::int64_t memory_bits() const {
        return activation_bits() + sum_bits() + weight_bits() + threshold_bits() + program_bits() + kept_bits();
    }
    bool operator==(const Accelerator&) const = default;
};

// An integer of the configuration file: its place, the range that the hardware allows.
struct IntegerKey {
    const char* table;
    const char* key;
    int Accelerator::*member;
    int low, high;
    int missing = kNeeded;  // value where it is missing
    static constexpr int kNeeded = -1;
};
std::span<const IntegerKey> integer_keys();

// As files have it: "none", "sdr", "sdr32", "ddr3" or "ddr3-800". memory_kind throws Error with the names that there are.
std::string_view memory_name(MemoryKind kind);
MemoryKind memory_kind(std::string_view name, std::string_view source);
// Of a configuration that does not say: two words of SDRAM, a burst of DDR3.
int usual_port_bits(MemoryKind kind);

// A configuration file that parse_accelerator() makes the same accelerator of. Names have no quotation marks.
std::string accelerator_text(const Accelerator& accelerator);

// Parses and checks a configuration. Throws Error naming source, key, value, what is allowed.
Accelerator parse_accelerator(std::string_view text, std::string_view source);
Accelerator read_accelerator(const std::filesystem::path& path);

// Ranges, divisibility, and what the Verilog modules demand of their parameters. Throws Error.
void check(const Accelerator& accelerator, std::string_view source);

// The end of a message about something that is too small: "[memory] sum_words = 600 would do", for one setting or several of one table, with the smallest ECP5 that
// holds the memories then, where not each one does; or that no configuration may name so much.
struct Setting {
    std::string_view key;
    std::int64_t value;
};
std::string remedy(const Accelerator& accelerator, const std::vector<Setting>& settings);

// CRC-32 over all sizes: hardware and program carry it, so that a program for another accelerator is refused.
std::uint32_t fingerprint(const Accelerator& accelerator);

}  // namespace ern::schedule

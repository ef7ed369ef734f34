// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schedule/plan.h"
#include "support/container.h"

namespace ern::schedule {

// What a host needs to run a network on an accelerator, without the model: the contents of the three memories that
// hold it, where the picture goes, and what the results mean.
struct Image {
    std::uint32_t configuration = 0;  // fingerprint of the accelerator that it was made for
    std::string accelerator, network;
    std::uint32_t network_fingerprint = 0;
    model::Shape picture;
    int picture_base = 0, picture_row_step = 0, picture_block_step = 0;  // activation words
    std::int64_t predicted_cycles = 0;
    std::vector<double> logit_scale;
    std::vector<std::string> labels;
    // Words as the host link sends them: whole bytes, least significant first.
    int weight_bytes = 0, threshold_bytes = 0;  // a row
    std::vector<std::uint8_t> program, weights, thresholds;
    // External memory: bits of a beat (0: everything lies on the chip; then nothing below counts) and the first beat of
    // each part. Program, weights and thresholds are then filled up to whole units of 32 bits a row (stream_row_bytes).
    int beat_bits = 0;
    std::uint32_t program_at = 0, weights_at = 0, thresholds_at = 0, pictures_at = 0, picture_beats = 0;
    bool operator==(const Image&) const = default;
};

Image make_image(const Plan& plan);

// Beats that a part of the image fills in external memory.
std::uint32_t beats_of(const Image& image, const std::vector<std::uint8_t>& part);

// The program file, "*.ernprog": a support/container.h whose blob is program, weights, thresholds one after the other.
inline constexpr support::ContainerFormat kImageFormat{"ERNPROGR", 2, "a program", "*.ernprog"};
std::vector<std::uint8_t> serialize(const Image& image);
Image deserialize_image(std::span<const std::uint8_t> bytes, std::string_view source);
Image read_image(const std::filesystem::path& path);

}  // namespace ern::schedule

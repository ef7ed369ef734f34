// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "link/frame.h"
#include "schedule/image.h"

namespace ern::link {

// A byte stream to and from a device.
class Transport {
  public:
    virtual ~Transport() = default;
    virtual void write(std::span<const std::uint8_t> bytes) = 0;
    // The next byte, or nothing within the transport's patience for one answer.
    virtual std::optional<std::uint8_t> read() = 0;
    virtual std::string name() const = 0;
};

// What the device says of itself.
struct Identity {
    std::uint32_t version = 0, configuration = 0, clock_hz = 0;
    int taps = 0, channels = 0, outputs = 0, accumulator_bits = 0;
    int activation_words = 0, sum_words = 0, weight_rows = 0, threshold_rows = 0, program_words = 0, result_words = 0;
};

struct Result {
    std::uint16_t picture = 0;
    std::uint32_t cycles = 0;               // of the frame, by the device's own counter
    std::vector<std::int32_t> sums;         // one a class
};

// The host's side of the link. Every command is repeated up to kAttempts times when its answer is missing or damaged;
// commands are such that a repetition does no harm. Throws Error: no answer, another device, a refused command, an error
// of the accelerator. A result is returned only for the picture that it was computed from.
class Session {
  public:
    static constexpr int kAttempts = 5;

    explicit Session(Transport& transport);

    Identity identify();

    // Loads a program, after checking that the device is the accelerator that it was compiled for, and that what was
    // loaded raised no error. on_progress gets bytes done and bytes in all.
    void load(const schedule::Image& image, const std::function<void(std::size_t, std::size_t)>& on_progress = {});

    // Only the registers that belong to a program; for memories that were filled in another way.
    void configure(const schedule::Image& image);

    // Sends a picture under the next number, waiting until the device has room. Returns the number.
    std::uint16_t send_picture(std::span<const std::uint8_t> picture);

    // Waits until the result of this picture is there, fetches it and gives its room back. classes: how many sums.
    // Results come in the order of their pictures; one that nobody waited for is dropped. Throws Error where the frame read
    // something else from the device's memories than the program that was loaded or configured.
    Result wait_result(std::uint16_t picture, int classes);

    // Whether the device's memories still hold the program, by the frame of a black picture.
    void check_memories(const schedule::Image& image);

    std::uint32_t read_register(std::uint8_t index);
    void write_register(std::uint8_t index, std::uint32_t value);
    // Abandons what runs, clears errors.
    void reset();

    std::int64_t repeated() const { return repeated_; }  // commands that were sent more than once

  private:
    struct Answer {
        std::uint8_t status = 0;
        std::vector<std::uint32_t> words;
    };
    Answer command(std::uint8_t opcode, std::span<const std::uint8_t> body);
    std::optional<Answer> await(std::uint8_t sequence_number);
    void write_memory(std::uint8_t memory, std::span<const std::uint8_t> bytes, int word_bytes,
                      const std::function<void(std::size_t)>& on_bytes, std::uint32_t first_word = 0);
    void refuse_other_device(const schedule::Image& image);
    void refuse_other_memories(std::uint32_t checksum);
    void stop_streams(const schedule::Image& image);
    void configure_streams(const schedule::Image& image);
    void send_chunk(std::uint16_t number, std::span<const std::uint8_t> picture, std::size_t offset, std::size_t count);
    void release(std::uint16_t picture);
    void refuse_error();

    Transport& transport_;
    FrameDecoder decoder_;
    std::uint8_t sequence_number_ = 0;
    std::uint16_t picture_number_ = 0;
    std::int64_t repeated_ = 0;
    std::int64_t busy_polls_;   // how often a device may be busy in a row: see session.cpp
    std::optional<std::uint16_t> checksum_;  // of a frame of the program that was loaded
};

}  // namespace ern::link

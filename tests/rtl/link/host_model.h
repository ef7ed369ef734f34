// SPDX-License-Identifier: Apache-2.0
// The device's side of docs/link.md, command by command: what is answered, and what is done to the accelerator. The
// numbers are the document's, written down again here.
#pragma once

#include <array>
#include <string>

#include "frames.h"

namespace ern::rtl {

enum Command : std::uint8_t { kReadReg = 1, kWriteReg, kWriteMem, kPixels, kReadResult, kReleaseResult };
enum Status : std::uint8_t { kOk, kBadFrame, kBadOpcode, kBadLength, kBusy, kBadOffset, kEmpty, kTimeout };
inline constexpr std::size_t kMaxWords = 60;

// What the accelerator says while a command runs.
struct Surroundings {
    std::array<std::uint32_t, 64> registers{};
    bool can_start = true, result_waiting = false;
    std::uint16_t result_id = 0, result_check = 0;
    std::array<std::uint32_t, 64> result{};
    std::size_t takes = SIZE_MAX;   // picture bytes, after which no more are taken
};

struct Outcome {
    Bytes answer;                       // content of the frame
    std::vector<std::string> actions;   // on the accelerator, in order
    bool open_words = false;            // the answer's words say nothing
};

// The actions by their names, for the model and for what the bench sees at the ports.
inline std::string write_register(unsigned index, std::uint32_t value) {
    return "register " + std::to_string(index) + " = " + std::to_string(value);
}
inline std::string memory_byte(unsigned space, std::uint32_t address, bool first, unsigned byte) {
    return (first ? "memory " + std::to_string(space) + " from " + std::to_string(address) + ": " : "memory: ") +
           std::to_string(byte);
}
inline std::string start_picture(unsigned id) { return "picture " + std::to_string(id); }
inline std::string picture_byte(unsigned byte) { return "pixel " + std::to_string(byte); }
inline const std::string kRelease = "release";

class HostModel {
  public:
    // A command is sequence number, opcode, fields, data.
    Outcome execute(const Bytes& command, const Surroundings& s) {
        Outcome outcome;
        outcome.answer = {command[0], kOk};
        const std::uint8_t opcode = command[1];
        if (opcode < kReadReg || opcode > kReleaseResult) return with(outcome, kBadOpcode);
        static constexpr std::size_t fields_end[] = {0, 4, 7, 7, 8, 5, 4};
        const std::size_t end = fields_end[opcode];
        const bool has_data = opcode == kWriteMem || opcode == kPixels;
        if (has_data ? command.size() <= end : command.size() != end) return with(outcome, kBadLength);
        switch (opcode) {
            case kReadReg: return read_register(command, s, outcome);
            case kWriteReg: outcome.actions.push_back(write_register(command[2], number(command, 3, 4))); return outcome;
            case kWriteMem: return write_memory(command, outcome);
            case kPixels: return pixels(command, s, outcome);
            case kReadResult: return read_result(command, s, outcome);
            default: return release(command, s, outcome);
        }
    }

    void forget_picture() { picture_.reset(); }
    std::optional<std::uint16_t> picture() const { return picture_; }
    std::uint32_t offset() const { return offset_; }

  private:
    static std::uint32_t number(const Bytes& bytes, std::size_t at, std::size_t count) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < count; ++i) value |= std::uint32_t{bytes[at + i]} << 8 * i;
        return value;
    }

    static Outcome with(Outcome outcome, Status status) {
        outcome.answer[1] = status;
        return outcome;
    }

    static Outcome read_register(const Bytes& command, const Surroundings& s, Outcome outcome) {
        if (command[3] > kMaxWords) return with(outcome, kBadLength);
        for (std::size_t i = 0; i < command[3]; ++i) {
            outcome.answer = outcome.answer + little(s.registers.at(command[2] + i), 4);
        }
        return outcome;
    }

    static Outcome write_memory(const Bytes& command, Outcome outcome) {
        for (std::size_t i = 7; i < command.size(); ++i) {
            outcome.actions.push_back(memory_byte(command[2], number(command, 3, 4), i == 7, command[i]));
        }
        return outcome;
    }

    Outcome pixels(const Bytes& command, const Surroundings& s, Outcome outcome) {
        const auto id = static_cast<std::uint16_t>(number(command, 2, 2));
        const std::uint32_t offset = number(command, 4, 4);
        const bool starts = offset == 0 && picture_ != id;
        if (starts && !s.can_start) return with(outcome, kBusy);
        if (!starts && (picture_ != id || offset != offset_)) {
            outcome.open_words = picture_ != id;
            outcome.answer = outcome.answer + little(offset_, 4);
            return with(outcome, kBadOffset);
        }
        if (starts) outcome.actions.push_back(start_picture(id));
        picture_ = id;
        offset_ = offset;
        for (std::size_t i = 8; i < command.size(); ++i, ++offset_) {
            if (i - 8 == s.takes) {
                picture_.reset();
                return with(outcome, kTimeout);
            }
            outcome.actions.push_back(picture_byte(command[i]));
        }
        return outcome;
    }

    static Outcome read_result(const Bytes& command, const Surroundings& s, Outcome outcome) {
        if (!s.result_waiting) return with(outcome, kEmpty);
        if (command[4] >= kMaxWords) return with(outcome, kBadLength);
        outcome.answer = outcome.answer + little(s.result_id, 2) + little(s.result_check, 2);
        for (std::size_t i = 0; i < command[4]; ++i) {
            outcome.answer = outcome.answer + little(s.result.at(number(command, 2, 2) + i), 4);
        }
        return outcome;
    }

    static Outcome release(const Bytes& command, const Surroundings& s, Outcome outcome) {
        if (!s.result_waiting || number(command, 2, 2) != s.result_id) return with(outcome, kEmpty);
        outcome.actions.push_back(kRelease);
        return outcome;
    }

    std::optional<std::uint16_t> picture_;
    std::uint32_t offset_ = 0;
};

}  // namespace ern::rtl

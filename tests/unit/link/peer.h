// SPDX-License-Identifier: Apache-2.0
// A device on the other end of the link, in software: it answers commands as docs/link.md says, and a test can spoil
// what passes.
#pragma once

#include <deque>
#include <functional>
#include <map>

#include "link/protocol.h"
#include "link/session.h"

namespace ern::link {

struct PeerResult {
    std::uint16_t picture;
    std::vector<std::int32_t> sums;
};

class Peer : public Transport {
  public:
    std::map<int, std::uint32_t> registers{{reg("MAGIC"), kMagic},
                                           {reg("VERSION"), kVersion},
                                           {reg("CONFIGURATION"), 0x12345678},
                                           {reg("SHAPE"), 3 | 32 << 8 | 16 << 16},
                                           {reg("WIDTHS"), 14 | 16 << 8},
                                           {reg("CLOCK_HZ"), 80000000},
                                           {reg("RESULT_CYCLES"), 4711}};
    std::map<int, Bytes> memories;  // as they were written, from address 0 on
    std::deque<PeerResult> results;
    std::map<std::uint16_t, Bytes> pictures;
    int busy = 0, empty = 0;       // answers of that kind that come first
    int commands = 0, releases = 0;
    int memory_word_bytes = 4;
    // Called with each frame's number (0, 1, ...): false loses the command or the answer.
    std::function<bool(int)> hears = [](int) { return true; };
    std::function<bool(int)> answers = [](int) { return true; };
    // May change what an answer says.
    std::function<void(int, Bytes&)> change = [](int, Bytes&) {};

    void write(std::span<const std::uint8_t> bytes) override {
        for (std::uint8_t byte : bytes) {
            if (const auto content = decoder_.put(byte)) execute(*content);
        }
    }
    std::optional<std::uint8_t> read() override {
        if (to_host_.empty()) return std::nullopt;
        const std::uint8_t byte = to_host_.front();
        to_host_.pop_front();
        return byte;
    }
    std::string name() const override { return "peer"; }

    void send(const Bytes& bytes) { to_host_.insert(to_host_.end(), bytes.begin(), bytes.end()); }
    void send_frame(const Bytes& content) { send(encode_frame(content)); }

  private:
    static std::uint32_t number(const Bytes& bytes, std::size_t at, std::size_t count) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < count; ++i) value |= std::uint32_t{bytes.at(at + i)} << (8 * i);
        return value;
    }
    static void append(Bytes& bytes, std::uint32_t value) {
        for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }

    void execute(const Bytes& command) {
        const int index = commands++;
        if (!hears(index)) return;
        Bytes answer{command.at(0), status("OK")};
        if (command.at(1) == opcode("READ_REG")) append(answer, registers[command.at(2)]);
        else if (command.at(1) == opcode("WRITE_REG")) registers[command.at(2)] = number(command, 3, 4);
        else if (command.at(1) == opcode("WRITE_MEM")) write_memory(command);
        else if (command.at(1) == opcode("PIXELS")) pixels(command, answer);
        else if (command.at(1) == opcode("READ_RESULT")) read_result(command, answer);
        else if (command.at(1) == opcode("RELEASE_RESULT")) release(command, answer);
        else answer[1] = status("BAD_OPCODE");
        change(index, answer);
        if (answers(index)) send_frame(answer);
    }

    void write_memory(const Bytes& command) {
        Bytes& memory = memories[command.at(2)];
        const std::size_t at = number(command, 3, 4) * static_cast<std::size_t>(memory_word_bytes);
        const std::size_t count = command.size() - 7;
        if (memory.size() < at + count) memory.resize(at + count);
        std::copy(command.begin() + 7, command.end(), memory.begin() + static_cast<std::ptrdiff_t>(at));
    }

    void pixels(const Bytes& command, Bytes& answer) {
        const auto picture = static_cast<std::uint16_t>(number(command, 2, 2));
        const std::uint32_t offset = number(command, 4, 4);
        if (busy > 0) {
            --busy;
            answer[1] = status("BUSY");
            return;
        }
        Bytes& taken = pictures[picture];
        if (offset != taken.size()) {
            answer[1] = status("BAD_OFFSET");
            append(answer, static_cast<std::uint32_t>(taken.size()));
            return;
        }
        taken.insert(taken.end(), command.begin() + 8, command.end());
    }

    void read_result(const Bytes& command, Bytes& answer) {
        if (empty > 0 || results.empty()) {
            --empty;
            answer[1] = status("EMPTY");
            return;
        }
        append(answer, results.front().picture);
        const std::size_t first = number(command, 2, 2), count = command.at(4);
        for (std::size_t i = first; i < first + count; ++i) {
            append(answer, static_cast<std::uint32_t>(results.front().sums.at(i)));
        }
    }

    void release(const Bytes& command, Bytes& answer) {
        if (results.empty() || number(command, 2, 2) != results.front().picture) {
            answer[1] = status("EMPTY");
            return;
        }
        results.pop_front();
        ++releases;
    }

    FrameDecoder decoder_;
    std::deque<std::uint8_t> to_host_;
};

}  // namespace ern::link

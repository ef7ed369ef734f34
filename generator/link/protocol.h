// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ern::link {

// The host link's numbers. These tables are their only definition: rtl_templates/link/ern_link_defs.vh and the tables of
// docs/link.md are made from them, and a test keeps the committed files equal.

inline constexpr std::uint32_t kMagic = 0x464e5245;  // "ERNF"
inline constexpr std::uint32_t kVersion = 3;
inline constexpr int kMaxData = 240;      // data bytes of a WRITE_MEM or PIXELS command
inline constexpr int kMaxWords = 60;      // 32-bit words of an answer
inline constexpr int kFrameBytes = 256;   // the device's buffer: header, data and CRC of a command

struct Constant {
    std::string_view name;
    std::uint32_t value;
    std::string_view meaning;
};

inline constexpr std::array kOpcodes{
    Constant{"READ_REG", 1, "index (1), count (1) -> count registers of 4 bytes"},
    Constant{"WRITE_REG", 2, "index (1), value (4)"},
    Constant{"WRITE_MEM", 3, "memory (1), word address (4), data"},
    Constant{"PIXELS", 4, "picture number (2), offset in the picture (4), data"},
    Constant{"READ_RESULT", 5, "first word (2), count (1) -> picture number (2), checksum of what its frame read (2), count words of 4 bytes"},
    Constant{"RELEASE_RESULT", 6, "picture number (2)"},
};

inline constexpr std::array kStatuses{
    Constant{"OK", 0, "done"},
    Constant{"BAD_FRAME", 1, "checksum, length or framing wrong; nothing was done, sequence number 0"},
    Constant{"BAD_OPCODE", 2, "unknown command"},
    Constant{"BAD_LENGTH", 3, "the command is shorter than its fields, or asks for too much"},
    Constant{"BUSY", 4, "no room for a picture now; nothing was done"},
    Constant{"BAD_OFFSET", 5, "not the next byte of the picture -> the expected offset (4); nothing was done"},
    Constant{"EMPTY", 6, "no result, or one of another picture; nothing was done"},
    Constant{"TIMEOUT", 7, "the accelerator did not take the bytes; the picture is lost, send it under a new number"},
};

inline constexpr std::array kMemories{
    Constant{"PROGRAM", 0, "descriptors, 4 bytes a word"},
    Constant{"WEIGHTS", 1, "weight rows"},
    Constant{"THRESHOLDS", 2, "threshold rows"},
    Constant{"EXTERNAL", 3, "beats of external memory, where there is one; then the others are not to be written"},
};

inline constexpr std::array kRegisters{
    Constant{"MAGIC", 0, "0x464e5245, \"ERNF\""},
    Constant{"VERSION", 1, "version of this protocol"},
    Constant{"CONFIGURATION", 2, "CRC-32 of the accelerator's configuration; a program carries the same"},
    Constant{"SHAPE", 3, "taps | channels << 8 | outputs << 16"},
    Constant{"WIDTHS", 4, "accumulator bits | outputs a column << 8"},
    Constant{"N_ACTIVATION", 5, "activation words a bank"},
    Constant{"N_SUM", 6, "partial-sum words"},
    Constant{"N_WEIGHT", 7, "weight rows"},
    Constant{"N_THRESHOLD", 8, "threshold rows"},
    Constant{"N_PROGRAM", 9, "program words"},
    Constant{"N_RESULT", 10, "result words"},
    Constant{"CLOCK_HZ", 11, "clock"},
    Constant{"EXTERNAL_BITS", 12, "bits of a beat of external memory; 0: there is none"},
    Constant{"STATUS", 16, "bit 0 running, 1 result waiting, 2 picture waiting, 3 error, 4 load beyond a memory"},
    Constant{"ERROR", 17, "code | descriptor << 8; code 1 watchdog, 2 unknown opcode, 3 program leaves its memory"},
    Constant{"RESULT_ID", 18, "picture number of the last published result"},
    Constant{"RESULT_CYCLES", 19, "cycles of its frame, start to publication, without waiting for the host"},
    Constant{"WATCHDOG", 20, "rw: cycles without progress after which a frame is stopped"},
    Constant{"CONTROL", 21, "w: bit 0 abandon the frame and its results, bit 1 clear the error"},
    Constant{"LINK_ERRORS", 22, "frames that were refused as damaged"},
    Constant{"PICTURE_BASE", 23, "rw: first activation word of the picture"},
    Constant{"PICTURE_SIZE", 24, "rw: width | height << 16"},
    Constant{"PICTURE_COLOURS", 25, "rw: bytes a pixel, 1 to 3"},
    Constant{"PICTURE_STEPS", 26, "rw: words between channel blocks | words between rows << 16"},
    Constant{"PROGRAM_AT", 32, "rw: first beat of the program in external memory"},
    Constant{"PROGRAM_BEATS", 33, "rw: its beats; 0 holds its stream"},
    Constant{"WEIGHTS_AT", 34, "rw: first beat of the weight rows in the order of use"},
    Constant{"WEIGHTS_BEATS", 35, "rw: their beats; 0 holds their stream"},
    Constant{"THRESHOLDS_AT", 36, "rw: first beat of the threshold rows in the order of use"},
    Constant{"THRESHOLDS_BEATS", 37, "rw: their beats; 0 holds their stream"},
    Constant{"PICTURES_AT", 38, "rw: first beat of the room for two pictures, one behind the other"},
    Constant{"PICTURES_BEATS", 39, "rw: beats of one picture, five bytes of it in 32 bits"},
};

// Value of a name in one of the tables, at compile time.
template <std::size_t N>
consteval std::uint32_t value_of(const std::array<Constant, N>& table, std::string_view name) {
    for (const Constant& c : table) {
        if (c.name == name) return c.value;
    }
    throw "no such constant";
}
consteval std::uint8_t opcode(std::string_view name) { return static_cast<std::uint8_t>(value_of(kOpcodes, name)); }
consteval std::uint8_t status(std::string_view name) { return static_cast<std::uint8_t>(value_of(kStatuses, name)); }
consteval std::uint8_t memory(std::string_view name) { return static_cast<std::uint8_t>(value_of(kMemories, name)); }
consteval std::uint8_t reg(std::string_view name) { return static_cast<std::uint8_t>(value_of(kRegisters, name)); }

// The Verilog include and the documentation's tables.
std::string protocol_verilog();
std::string protocol_markdown();

}  // namespace ern::link

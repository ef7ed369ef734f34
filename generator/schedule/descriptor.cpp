// SPDX-License-Identifier: Apache-2.0
#include "schedule/descriptor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "support/error.h"

namespace ern::schedule {

namespace {

const Field& find_field(std::string_view name) {
    const auto it = std::find_if(kFields.begin(), kFields.end(), [&](const Field& f) { return f.name == name; });
    ensure(it != kFields.end(), "a descriptor field is in the table");
    return *it;
}

constexpr bool table_is_sound() {
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        const Field& a = kFields[i];
        if (a.word < 0 || a.word >= kDescriptorWords || a.bits < 1 || a.low_bit + a.bits > 32) return false;
        for (std::size_t j = 0; j < i; ++j) {
            const Field& b = kFields[j];
            if (a.name == b.name) return false;
            if (a.word == b.word && a.low_bit < b.low_bit + b.bits && b.low_bit < a.low_bit + a.bits) return false;
        }
    }
    return true;
}
static_assert(table_is_sound(), "descriptor fields overlap, leave their word or share a name");

std::uint64_t mask(int bits) { return (std::uint64_t{1} << bits) - 1; }

std::string upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return result;
}

}  // namespace

std::int64_t get(const Descriptor& descriptor, std::string_view name) {
    const Field& field = find_field(name);
    const std::uint64_t raw =
        (std::uint64_t{descriptor.words[static_cast<std::size_t>(field.word)]} >> field.low_bit) & mask(field.bits);
    if (field.is_signed && ((raw >> (field.bits - 1)) & 1)) {
        return static_cast<std::int64_t>(raw) - (std::int64_t{1} << field.bits);
    }
    return static_cast<std::int64_t>(raw);
}

void set(Descriptor& descriptor, std::string_view name, std::int64_t value) {
    const Field& field = find_field(name);
    const std::int64_t low = field.is_signed ? -(std::int64_t{1} << (field.bits - 1)) : 0;
    ensure(value >= low && value <= field_limit(name), fmt::format("descriptor field {} holds {}", name, value));
    std::uint32_t& word = descriptor.words[static_cast<std::size_t>(field.word)];
    const std::uint64_t place = mask(field.bits) << field.low_bit;
    word = static_cast<std::uint32_t>((word & ~place) | ((static_cast<std::uint64_t>(value) << field.low_bit) & place));
}

std::int64_t field_limit(std::string_view name) {
    const Field& field = find_field(name);
    return static_cast<std::int64_t>(mask(field.is_signed ? field.bits - 1 : field.bits));
}

Descriptor descriptor_at(std::span<const std::uint8_t> program, std::size_t at) {
    Descriptor d;
    for (std::size_t word = 0; word < d.words.size(); ++word) {
        for (std::size_t b = 0; b < 4; ++b) d.words[word] |= std::uint32_t{program[at + 4 * word + b]} << (8 * b);
    }
    return d;
}

std::string descriptor_verilog() {
    std::string text =
        "// SPDX-License-Identifier: Apache-2.0\n"
        "// Lowest bit of each field of a descriptor. Made from the table in generator/schedule/descriptor.h.\n"
        "`ifndef ERN_DESCRIPTOR_VH\n`define ERN_DESCRIPTOR_VH\n\n";
    text += fmt::format("`define ERN_D_WORDS {}\n`define ERN_D_BITS {}\n\n", kDescriptorWords, kDescriptorBits);
    text += fmt::format("`define ERN_OP_END 4'd{}\n`define ERN_OP_CONV 4'd{}\n`define ERN_OP_REDUCE 4'd{}\n"
                        "`define ERN_OP_EMBED 4'd{}\n`define ERN_OP_SPILL 4'd{}\n`define ERN_OP_FILL 4'd{}\n\n",
                        static_cast<int>(Opcode::end), static_cast<int>(Opcode::conv), static_cast<int>(Opcode::reduce),
                        static_cast<int>(Opcode::embed), static_cast<int>(Opcode::spill), static_cast<int>(Opcode::fill));
    for (const Field& f : kFields) {
        text += fmt::format("`define ERN_D_{:<18} {:>3}  // {} bits{}: {}\n", upper(f.name), f.word * 32 + f.low_bit,
                            f.bits, f.is_signed ? ", signed" : "", f.meaning);
    }
    text += "\n`endif\n";
    return text;
}

std::string descriptor_markdown() {
    std::string text = "| field | word | bits | meaning |\n|---|---|---|---|\n";
    for (const Field& f : kFields) {
        text += fmt::format("| {} | {} | {}..{} | {}{} |\n", f.name, f.word, f.low_bit + f.bits - 1, f.low_bit,
                            f.is_signed ? "signed; " : "", f.meaning);
    }
    return text;
}

}  // namespace ern::schedule

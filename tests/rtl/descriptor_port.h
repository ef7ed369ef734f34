// SPDX-License-Identifier: Apache-2.0
// Descriptors on a port, by the fields' names in schedule/descriptor.h.
#pragma once

#include <stdexcept>
#include <string_view>

#include "schedule/descriptor.h"
#include "stream.h"

namespace ern::rtl {

template <typename Port>
void set_descriptor_field(Port& port, std::string_view name, std::uint64_t value) {
    for (const schedule::Field& field : schedule::kFields) {
        if (field.name != name) continue;
        const auto bits = static_cast<std::size_t>(field.bits);
        if (!field.is_signed && (value >> bits) != 0) throw std::out_of_range(std::string(name));
        set_field(port, static_cast<std::size_t>(field.word * 32 + field.low_bit), bits, value);
        return;
    }
    throw std::out_of_range(std::string(name));
}

}  // namespace ern::rtl

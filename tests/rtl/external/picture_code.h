// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ern::rtl {

// A picture's byte as it lies in external memory: the code of 6 bits at the head of ern_picture_store.
inline std::uint32_t picture_code(std::uint32_t byte) { return byte / 8 * 2 + (byte % 8 != 0); }

}  // namespace ern::rtl

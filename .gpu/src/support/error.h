// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace ern {

// What a user can cause and mend: one line that says what is wrong, where, and what to do.
// Thrown anywhere, caught once in the command line, which prints it and leaves with exit status 2.
class Error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// Throws Error with a formatted message.
template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
    throw Error(fmt::format(format, std::forward<Args>(args)...));
}

// A claim that the code relies on; a false one is a defect of ernforge, never of the input.
inline void ensure(bool condition, std::string_view claim) {
    if (!condition) throw std::logic_error(fmt::format("internal error, claim does not hold: {}", claim));
}

}  // namespace ern

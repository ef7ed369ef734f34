// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/file.h"

namespace ern::test {

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines(1);
    for (char c : text) {
        if (c == '\n') lines.emplace_back();
        else lines.back() += c;
    }
    return lines;
}

// The lines that differ, between those that are the same at both ends: "-" as committed, "+" as it is now. Empty where
// nothing differs.
inline std::string difference(const std::string& committed, const std::string& now) {
    if (committed == now) return {};
    const auto a = lines_of(committed), b = lines_of(now);
    std::size_t head = 0, tail = 0;
    while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
    while (tail < a.size() - head && tail < b.size() - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
    std::string text = fmt::format("from line {} on:\n", head + 1);
    for (std::size_t i = head > 2 ? head - 2 : 0; i < head; ++i) text += "  " + a[i] + "\n";
    for (std::size_t i = head; i < a.size() - tail; ++i) text += "- " + a[i] + "\n";
    for (std::size_t i = head; i < b.size() - tail; ++i) text += "+ " + b[i] + "\n";
    return text;
}

// How `now` differs from the committed file; with UPDATE_GOLDEN=1 in the environment the file is written instead.
inline std::string golden_difference(const std::filesystem::path& file, const std::string& now) {
    if (const char* update = std::getenv("UPDATE_GOLDEN"); update && std::string(update) == "1") {
        support::write_text(file, now);
        return {};
    }
    if (!std::filesystem::exists(file)) return file.string() + " is not there; UPDATE_GOLDEN=1 writes it";
    const std::string text = difference(support::read_text(file), now);
    return text.empty() ? text : file.string() + " (UPDATE_GOLDEN=1 rewrites it), " + text;
}

}  // namespace ern::test

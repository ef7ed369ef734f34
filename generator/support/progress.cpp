// SPDX-License-Identifier: Apache-2.0
#include "support/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace ern::support {

Progress::Progress(std::string label, std::int64_t total, bool enabled)
    : label_(std::move(label)), total_(std::max<std::int64_t>(total, 1)), enabled_(enabled), start_(Clock::now()) {}

Progress::~Progress() {
    if (enabled_ && drawn_ != Clock::time_point{}) fmt::print(stderr, "\r\033[K");
}

void Progress::update(std::int64_t done, const std::string& note) {
    if (!enabled_) return;
    const auto now = Clock::now();
    if (now - drawn_ < std::chrono::milliseconds(100) && done < total_) return;
    drawn_ = now;
    constexpr int kWidth = 30;
    const double part = std::clamp(static_cast<double>(done) / static_cast<double>(total_), 0.0, 1.0);
    const int filled = static_cast<int>(part * kWidth);
    const double elapsed_s = std::chrono::duration<double>(now - start_).count();
    const std::string left =
        part > 0.01 ? fmt::format("{:.0f} s left", elapsed_s * (1 - part) / part) : std::string("...");
    fmt::print(stderr, "\r\033[K{} [{}{}] {:3.0f} %  {}  {}", label_, std::string(static_cast<std::size_t>(filled), '#'),
               std::string(static_cast<std::size_t>(kWidth - filled), '.'), part * 100, left, note);
    std::fflush(stderr);
}

bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

}  // namespace ern::support

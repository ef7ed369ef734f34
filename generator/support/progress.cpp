// SPDX-License-Identifier: Apache-2.0
#include "support/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace ern::support {

namespace {

// "35 s", "12 min", "3 h 20 min".
std::string duration(double seconds) {
    if (seconds < 100) return fmt::format("{:.0f} s", seconds);
    const auto minutes = static_cast<std::int64_t>(seconds / 60 + 0.5);
    return minutes < 100 ? fmt::format("{} min", minutes) : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace

Progress::Progress(std::string label, std::int64_t total, bool enabled, std::int64_t already)
    : label_(std::move(label)), total_(std::max<std::int64_t>(total, 1)), already_(already), enabled_(enabled), start_(Clock::now()) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
    if (enabled_ && drawn_ != Clock::time_point{}) fmt::print(stderr, "\r\033[K");
    drawn_ = {};
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
    const auto fresh = static_cast<double>(done - already_), to_do = static_cast<double>(total_ - already_);
    const std::string left = fresh > 0.005 * to_do && fresh > 0
                                 ? duration(elapsed_s * std::max(0.0, to_do - fresh) / fresh) + " left"
                                 : std::string("...");
    fmt::print(stderr, "\r\033[K{} [{}{}] {:3.0f} %  {}  {}", label_, std::string(static_cast<std::size_t>(filled), '#'),
               std::string(static_cast<std::size_t>(kWidth - filled), '.'), part * 100, left, note);
    std::fflush(stderr);
}

bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

}  // namespace ern::support

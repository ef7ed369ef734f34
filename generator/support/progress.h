// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace ern::support {

// A one-line progress bar on standard error with the time left. Draws at most ten times a second and clears its
// line when it goes out of scope. A disabled bar does nothing.
class Progress {
  public:
    // `already` units were done before: they say nothing about the speed.
    Progress(std::string label, std::int64_t total, bool enabled, std::int64_t already = 0);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // `done` units of `total` are finished; `note` stands at the end of the line.
    void update(std::int64_t done, const std::string& note = "");

    // Wipes the line, so that text can stand there; the next update() draws it again.
    void clear();

  private:
    using Clock = std::chrono::steady_clock;
    std::string label_;
    std::int64_t total_, already_;
    bool enabled_;
    Clock::time_point start_;
    Clock::time_point drawn_;
};

// True when standard error is a terminal.
bool stderr_is_terminal();

}  // namespace ern::support

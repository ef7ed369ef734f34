// SPDX-License-Identifier: Apache-2.0
#include "fpga/cache.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/file.h"

namespace ern::fpga {

namespace fs = std::filesystem;

Step::Step(fs::path stamp, std::string inputs, std::vector<fs::path> outputs)
    : stamp_(std::move(stamp)), inputs_(std::move(inputs)), outputs_(std::move(outputs)) {}

bool Step::done() const {
    const bool there =
        std::all_of(outputs_.begin(), outputs_.end(), [](const fs::path& output) { return fs::is_regular_file(output); });
    return there && fs::is_regular_file(stamp_) && support::read_text(stamp_) == inputs_;
}

void Step::begin() const { fs::remove(stamp_); }

void Step::end() const { support::write_text(stamp_, inputs_); }

std::string fingerprint(const fs::path& file) {
    const auto bytes = support::read_file(file);
    return fmt::format("{} {} {:08x}", file.filename().string(), bytes.size(), support::crc32(bytes));
}

}  // namespace ern::fpga

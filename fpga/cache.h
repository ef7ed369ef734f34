// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ern::fpga {

// A step whose outputs are kept beside a stamp file: the text of everything that went into it. What is there is used
// again when the stamp holds the same text and all outputs exist. A step that stops half-way leaves no stamp.
class Step {
  public:
    Step(std::filesystem::path stamp, std::string inputs, std::vector<std::filesystem::path> outputs);

    bool done() const;
    void begin() const;  // drops the old stamp
    void end() const;    // writes the new one; call when the outputs are complete

  private:
    std::filesystem::path stamp_;
    std::string inputs_;
    std::vector<std::filesystem::path> outputs_;
};

// "name size crc32" of a file's content, for stamps. Throws Error where it cannot be read.
std::string fingerprint(const std::filesystem::path& file);

}  // namespace ern::fpga

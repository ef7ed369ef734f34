// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "program.h"

namespace ern::test {

inline constexpr const char* kDescription = R"(
name = "tiny"
input = { height = 4, width = 4, channels = 1 }
classes = 2
labels = ["dark", "bright"]
embedding_codes = 4
stem = [{ channels = 4, kernel = 3, stride = 1 }]
block = "basic"
stages = [{ blocks = 1, channels = 4, stride = 2 }]
)";

// With a small description as models/tiny.toml, and dark and bright pictures to train and test with.
class TrainPlace : public Place {
  public:
    TrainPlace() {
        support::write_text(*this / "models/tiny.toml", kDescription);
        for (int i = 0; i < 32; ++i) {
            for (const char* split : {"train", "test"}) {
                const auto value = static_cast<std::uint8_t>(i % 2 == 0 ? i : 200 + i);
                const std::string folder = i % 2 == 0 ? "dark" : "bright";
                write_pgm(fmt::format("data/{}/{}/{}.pgm", split, folder, i), 4, 4,
                          std::vector<std::uint8_t>(16, value));
            }
        }
    }
};

}  // namespace ern::test

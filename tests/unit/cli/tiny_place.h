// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fold/float_network.h"
#include "fold/fold.h"
#include "model/architecture.h"
#include "model/file.h"
#include "program.h"

namespace ern::test {

inline std::vector<std::uint8_t> tiny_pixels(int first) {
    std::vector<std::uint8_t> bytes;
    for (int i = 0; i < 24; ++i) bytes.push_back(static_cast<std::uint8_t>(first + 4 * i));
    return bytes;
}

inline model::Network random_weights(const model::Architecture& architecture) {
    auto network = fold::make_float_network(architecture);
    fold::randomize(network, 5);
    return fold::fold(network);
}

// With a small random network as models/tiny.ern and two labelled pictures.
class TinyPlace : public Place {
  public:
    TinyPlace()
        : network_(random_weights({"tiny", {4, 6, 1}, 2, {"left", "right"}, 10, {{4, 3, 1}}, model::BlockKind::basic,
                                   {{1, 4, 2}}})) {
        model::write_network(*this / "models/tiny.ern", network_);
        write_pgm("data/left/0.pgm", 6, 4, tiny_pixels(10));
        write_pgm("data/right/1.pgm", 6, 4, tiny_pixels(150));
    }
    const model::Network& network() const { return network_; }

  private:
    model::Network network_;
};

}  // namespace ern::test

// SPDX-License-Identifier: Apache-2.0
// parser_seeds DIR writes small valid files of the binary formats, one folder a target.
#include <cstdio>
#include <filesystem>

#include "fuzz/network_spec.h"
#include "link/frame.h"
#include "model/file.h"
#include "schedule/image.h"
#include "small_onnx.h"
#include "support/error.h"
#include "support/file.h"

namespace {

using namespace ern;

constexpr const char* kAccelerator = R"(name = "seed"
[array]
taps = 3
channels = 8
outputs = 8
column_outputs = 4
tile_depth = 64
dot_latency = 3
[widths]
accumulator = 16
[memory]
activation_words = 1024
sum_words = 512
weight_rows = 4096
threshold_rows = 512
program_words = 512
result_words = 32
[clock]
mhz = 80.0
[link]
baud = 115200
)";

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const std::filesystem::path folder = argv[1];
    const auto accelerator = schedule::parse_accelerator(kAccelerator, "seed");
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
        fuzz::Random random(seed);
        const auto network = fuzz::build(fuzz::random_spec(random, {.layers = 4, .channels = 9, .side = 5, .max_macs = 4000}));
        support::write_file(folder / "model" / fmt::format("seed-{}", seed), model::serialize(network));
        try {
            const auto image = schedule::make_image(schedule::make_plan(network, accelerator));
            support::write_file(folder / "program" / fmt::format("seed-{}", seed), schedule::serialize(image));
        } catch (const Error& error) {
            std::fprintf(stderr, "seed %u: %s\n", seed, error.what());
        }
    }
    support::write_file(folder / "onnx" / "seed", test::SmallOnnx().bytes());
    link::Bytes line;
    for (const link::Bytes& content : {link::Bytes{1, 1, 0, 1}, link::Bytes{2, 0xc0, 0xdb, 0xdc}, link::Bytes(40, 7)}) {
        const auto frame = link::encode_frame(content);
        line.insert(line.end(), frame.begin(), frame.end());
    }
    support::write_file(folder / "frames" / "seed", line);
    return 0;
}

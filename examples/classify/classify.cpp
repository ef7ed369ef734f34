// SPDX-License-Identifier: Apache-2.0
// classify MODEL.ern PICTURE.raw: the class of a picture, given as bytes [y][x][channel] of the network's size.
#include <algorithm>
#include <cstdio>
#include <ernforge.hpp>
#include <fstream>
#include <iterator>

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::fprintf(stderr, "classify MODEL.ern PICTURE.raw\n");
        return 2;
    }
    ernforge::Engine engine(argv[1]);
    const ernforge_network network = engine.network();
    std::ifstream file(argv[2], std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    const auto logits = engine.run({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), network.height, network.width, network.channels});
    const auto best = static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
    std::printf("%d %s %.17g\n", best, engine.label(best).c_str(), logits[static_cast<std::size_t>(best)]);
} catch (const ernforge::Error& error) {
    std::fprintf(stderr, "classify: %s\n", error.what());
    return 2;
}

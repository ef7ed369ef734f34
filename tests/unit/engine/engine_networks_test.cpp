// SPDX-License-Identifier: Apache-2.0
// The engine on the networks of models/: the five ERN at sizes that CI can afford, and the committed models on pictures.
// engine_full_test.cpp has the real sizes.
#include <filesystem>

#include "compare.h"
#include "fold/fold.h"
#include "model/architecture.h"
#include "model/file.h"

namespace ern::engine {

namespace {

std::filesystem::path models() {
    const char* source = std::getenv("ERNFORGE_SOURCE_DIR");
    REQUIRE(source != nullptr);
    return std::filesystem::path(source) / "models";
}

}  // namespace

TEST_CASE("the five ERN on small pictures") {
    for (const char* name : {"ern18x0.75", "ern18", "ern34", "ern50", "ern101"}) {
        auto architecture = model::read_architecture(models() / (std::string(name) + ".toml"));
        architecture.input.height = 32;
        architecture.input.width = 48;
        test::compare_everywhere(fold::random_network(architecture, 3), 1, 2);
    }
}

TEST_CASE("the committed models on several pictures") {
    for (const char* name : {"ern-fashion", "ern-cifar"}) {
        const auto network = model::read_network(models() / (std::string(name) + ".ern"));
        for (std::uint32_t seed = 1; seed <= test::count_of("ERN_ENGINE_PICTURES", 10); ++seed) test::compare_everywhere(network, seed, 1);
    }
}

}  // namespace ern::engine

// SPDX-License-Identifier: Apache-2.0
// The engine against golden at real sizes, every value of every layer on every SIMD target of this machine: the five ERN at
// 256x256, the two networks that the original library exported (ERNFORGE_REFERENCE), and ern-cifar on the test pictures
// (ERNFORGE_DATA; ERN_ENGINE_PICTURES of them, else all). Some minutes: labelled slow.
#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>

#include <atomic>
#include <filesystem>

#include "compare.h"
#include "data/data_set.h"
#include "data/picture.h"
#include "engine/batch.h"
#include "fold/fold.h"
#include "model/architecture.h"
#include "model/file.h"
#include "onnx/import.h"
#include "support/process.h"

namespace ern::engine {

namespace {

namespace fs = std::filesystem;

// A place from the environment, or where it is beside the source tree; nothing where it is missing.
fs::path place_of(const char* variable, const char* beside) {
    const char* source = std::getenv("ERNFORGE_SOURCE_DIR");
    const char* given = std::getenv(variable);
    const fs::path place = given ? fs::path(given) : fs::path(source ? source : ".") / ".." / beside;
    if (fs::exists(place)) return place;
    WARN(place.string() << " is missing: nothing is compared (" << variable << " names it)");
    return {};
}

fs::path models() { return fs::path(std::getenv("ERNFORGE_SOURCE_DIR")) / "models"; }

std::int64_t values_of(const model::Network& network) {
    std::int64_t values = 0;
    for (const auto& layer : network.layers) values += layer.shape.size();
    return values;
}

void compare_picture(const std::string& name, const model::Network& network, std::span<const std::uint8_t> picture) {
    const auto expected = golden::run(network, picture);
    for (const std::string& target : targets()) {
        for (const int threads : {1, 2}) test::compare(network, target, threads, picture, expected);
        fmt::print("{} on {}: 0 of {} values differ\n", name, target, values_of(network));
    }
}

// How many of the pictures [first, last) have a value that is not golden's, on each target.
std::int64_t different_pictures(std::vector<Batch>& batches, const model::Network& network, const data::DataSet& set, std::int64_t first,
                                std::int64_t last) {
    std::vector<golden::Result> expected(static_cast<std::size_t>(last - first));
    tbb::parallel_for(first, last, [&](std::int64_t i) { expected[static_cast<std::size_t>(i - first)] = golden::run(network, set.picture(i)); });
    std::atomic<std::int64_t> different{0};
    for (Batch& batch : batches) {
        batch.run(
            last - first, [&](std::int64_t i) { return set.picture(first + i); },
            [&](std::int64_t i, const Engine& engine, std::span<const double> logits) {
                const golden::Result& golden = expected[static_cast<std::size_t>(i)];
                std::int64_t values = !std::equal(logits.begin(), logits.end(), golden.logits.begin(), golden.logits.end());
                for (std::size_t m = 0; m < golden.maps.size(); ++m) values += test::differing(engine, static_cast<int>(m), golden.maps[m]);
                different += values != 0;
            });
    }
    return different;
}

}  // namespace

TEST_CASE("the five ERN at 256x256") {
    for (const char* name : {"ern18x0.75", "ern18", "ern34", "ern50", "ern101"}) {
        const auto network = fold::random_network(model::read_architecture(models() / (std::string(name) + ".toml")), 3);
        compare_picture(name, network, test::random_picture(network.input, 1));
    }
}

TEST_CASE("the networks that the original library exported") {
    const fs::path reference = place_of("ERNFORGE_REFERENCE", "shared/reference");
    if (reference.empty()) return;
    for (const char* name : {"ern18x0.75_256", "ern50_64x96"}) {
        const fs::path folder = fs::temp_directory_path() / fmt::format("ern_engine_{}", name);
        fs::create_directories(folder);
        REQUIRE(support::run_process({"tar", "xf", (reference / (std::string(name) + ".tar.xz")).string(), "-C", folder.string()},
                                     folder / "tar.log") == 0);
        const auto network = fold::fold(onnx_import::read_onnx(folder / "model.onnx"));
        compare_picture(name, network, data::read_picture(folder / "input.png", network.input));
        fs::remove_all(folder);
    }
}

TEST_CASE("ern-cifar on the test pictures") {
    const fs::path place = place_of("ERNFORGE_DATA", "shared/data/cifar10");
    if (place.empty()) return;
    const auto network = model::read_network(models() / "ern-cifar.ern");
    const auto set = data::load_data_set(place, data::Split::test, {network.input, network.classes(), network.labels});
    const auto count = std::min<std::int64_t>(set.size(), test::count_of("ERN_ENGINE_PICTURES", 1'000'000));
    std::vector<Batch> batches;
    batches.reserve(targets().size());
    for (const std::string& target : targets()) batches.emplace_back(network, Options{.target = target, .keep_maps = true, .threads = 2});
    std::int64_t different = 0;
    for (std::int64_t first = 0; first < count; first += 100) {
        different += different_pictures(batches, network, set, first, std::min(first + 100, count));
    }
    fmt::print("{} on {} test pictures, {} values each, {} targets: {} pictures differ\n", network.name, count, values_of(network),
               batches.size(), different);
    CHECK(different == 0);
}

}  // namespace ern::engine

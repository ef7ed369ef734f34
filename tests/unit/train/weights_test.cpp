// SPDX-License-Identifier: Apache-2.0
#include "train/weights.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/error.h"
#include "support/file.h"

namespace ern::train {

namespace {

namespace fs = std::filesystem;

struct WeightsFile {
    fs::path path = fs::temp_directory_path() / fmt::format("ern_{}.weights", ::getpid());
    ~WeightsFile() { fs::remove(path); }
    std::string error() const {
        try {
            read_weights(path);
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }
};

}  // namespace

TEST_CASE("float weights are read as they were written") {
    const WeightsFile file;
    const auto precision = GENERATE(Precision::quantised, Precision::float_weights, Precision::float_network);
    const Weights weights{"name = \"x\"\n", precision, "epochs 3", 0.75, {1.5f, -0.0f, 3e-38f}, {7, 8}};
    write_weights(file.path, weights);
    const Weights found = read_weights(file.path);
    CHECK(found.description == weights.description);
    CHECK(found.precision == precision);
    CHECK(found.recipe == "epochs 3");
    CHECK(found.test_accuracy == 0.75);
    CHECK(found.parameters == weights.parameters);
    CHECK(found.statistics == weights.statistics);
}

TEST_CASE("a damaged file of weights, or another file, is refused") {
    const WeightsFile file;
    CHECK(file.error().find(file.path.string()) != std::string::npos);  // there is none
    write_weights(file.path, {"x", Precision::quantised, "", 0, {1, 2, 3}, {4}});
    const auto whole = support::read_file(file.path);
    for (const std::size_t length : {std::size_t{4}, whole.size() / 2, whole.size() - 1}) {
        support::write_file(file.path, std::span(whole).first(length));
        CHECK(file.error().starts_with(file.path.string() + ": "));
    }
    auto flipped = whole;
    flipped[whole.size() - 3] ^= 1;
    support::write_file(file.path, flipped);
    CHECK(file.error().starts_with(file.path.string() + ": "));
    support::write_text(file.path, "hello, this is no file of weights");
    CHECK(file.error() == file.path.string() +
                              ": not a file of float weights of ernforge, it does not begin with \"ERNFLOAT\"; give a "
                              "*.weights file");
}

}  // namespace ern::train

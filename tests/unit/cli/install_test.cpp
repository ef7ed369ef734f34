// SPDX-License-Identifier: Apache-2.0
// The installed library, as another project finds and uses it: installs it into a folder, builds examples/classify outside
// the tree with find_package, and runs it.
#include <catch2/catch.hpp>

#include "golden/golden.h"
#include "support/process.h"
#include "tiny_place.h"

namespace ern::test {

namespace {

void run(const std::vector<std::string>& arguments, const fs::path& log) {
    const int status = support::run_process(arguments, log);
    INFO(support::read_text(log));
    REQUIRE(status == 0);
}

std::string output(const std::vector<std::string>& arguments) { return support::output_of(arguments).value_or("failed"); }

}  // namespace

TEST_CASE("find_package(ernforge): the example in C++ and in C gives golden's class and logit") {
    const TinyPlace place;
    const fs::path prefix = place / "prefix", build = place / "build", log = place / "log";
    run({"cmake", "--install", ERN_BUILD_DIR, "--prefix", prefix.string(), "--component", "library"}, log);
    run({"cmake", "-S", ERN_SOURCE_DIR "/examples/classify", "-B", build.string(), "-DCMAKE_PREFIX_PATH=" + prefix.string(),
         "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror", "-DCMAKE_C_FLAGS=-Wall -Wextra -Wpedantic -Werror -std=c99"},
        log);
    run({"cmake", "--build", build.string()}, log);

    const std::string model = (place / "models/tiny.ern").string(), picture = (place / "picture.raw").string();
    const auto pixels = tiny_pixels(150);
    support::write_file(picture, pixels);
    const auto logits = golden::run(place.network(), pixels).logits;
    const int best = golden::best_class(logits);
    const std::string expected =
        fmt::format("{} {} {:.17g}", best, place.network().labels[static_cast<std::size_t>(best)], logits[static_cast<std::size_t>(best)]);
    for (const char* program : {"classify", "classify_c"}) {
        const std::string path = (build / program).string();
        CHECK(output({path, model, picture}) == expected);
        CHECK(output({path, "nowhere.ern", picture}) == "failed");
        support::write_file(place / "short.raw", std::span(pixels).first(5));
        CHECK(output({path, model, (place / "short.raw").string()}) == "failed");
        CHECK(output({path, model, "nowhere.raw"}) == "failed");
    }
}

}  // namespace ern::test

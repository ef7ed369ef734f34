// SPDX-License-Identifier: Apache-2.0
#include "model/architecture.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "support/error.h"

using namespace ern::model;

namespace {

// The line numbers in the messages below count from here: name is on line 1.
const std::string kGood = R"(name = "tiny"
input = { height = 8, width = 6, channels = 3 }
classes = 2
embedding_codes = 10
stem = [ { channels = 4, kernel = 3, stride = 2 } ]
block = "bottleneck"
stages = [
    { blocks = 1, channels = 8, stride = 1 },
    { blocks = 2, channels = 16, stride = 2 },
]
)";

std::string replaced(const std::string& from, const std::string& to) {
    std::string text = kGood;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

void refused(const std::string& text, const std::string& message) {
    CAPTURE(text);
    REQUIRE_THROWS_MATCHES(parse_architecture(text, "tiny.toml"), ern::Error, Catch::Message(message));
}

}  // namespace

TEST_CASE("a description gives every size") {
    const Architecture a = parse_architecture(kGood, "tiny.toml");
    CHECK(a.name == "tiny");
    CHECK(a.input == Shape{8, 6, 3});
    CHECK(a.classes == 2);
    CHECK(a.labels.empty());
    CHECK(a.embedding_codes == 10);
    CHECK(a.stem == std::vector<StemConv>{{4, 3, 2}});
    CHECK(a.block == BlockKind::bottleneck);
    CHECK(a.stages == std::vector<Stage>{{1, 8, 1}, {2, 16, 2}});
}

TEST_CASE("a description with labels keeps them in order") {
    const Architecture a = parse_architecture("labels = [\"cat\", \"dog\"]\n" + kGood, "tiny.toml");
    CHECK(parse_architecture(architecture_text(a), "text") == a);
    CHECK(a.labels == std::vector<std::string>{"cat", "dog"});
}

TEST_CASE("the committed descriptions parse and are named as their files") {
    const char* source = std::getenv("ERNFORGE_SOURCE_DIR");
    REQUIRE(source != nullptr);
    const std::filesystem::path folder = std::filesystem::path(source) / "models";
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".toml") continue;
        CAPTURE(entry.path().filename().string());
        CHECK(read_architecture(entry.path()).name == entry.path().stem().string());
        ++count;
    }
    CHECK(count >= 7);
}

TEST_CASE("architecture_bad: each mistake is named with its line and key") {
    refused("name = \n",
            "tiny.toml:1: not valid TOML: Error while parsing key-value pair: expected value, saw '\\n'");
    refused(replaced("classes = 2", "classes = 2\nclass = 2"),
            "tiny.toml:4: class: unknown key; allowed are name, input, classes, labels, embedding_codes, "
            "stem, block, "
            "stages");
    refused(replaced("stride = 2 },\n]", "stride = 2, pad = 1 },\n]"),
            "tiny.toml:9: stages[1].pad: unknown key; allowed are blocks, channels, stride");
    refused(replaced("classes = 2\n", ""),
            "tiny.toml:1: classes: is missing; it has to be an integer in 1..65536");
    refused(replaced("channels = 16, ", ""),
            "tiny.toml:9: stages[1].channels: is missing; it has to be an integer in 1..16384");
    refused(replaced("channels = 16", "channels = 0"),
            "tiny.toml:9: stages[1].channels: has to be an integer in 1..16384, but is 0");
    refused(replaced("channels = 16", "channels = 16.0"),
            "tiny.toml:9: stages[1].channels: has to be an integer in 1..16384");
    refused(replaced("channels = 16", "channels = 99999999999"),
            "tiny.toml:9: stages[1].channels: has to be an integer in 1..16384, but is 99999999999");
    refused(replaced("kernel = 3", "kernel = 4"), "tiny.toml:5: stem[0].kernel: has to be odd, but is 4");
    refused(replaced("height = 8", "height = \"8\""),
            "tiny.toml:2: input.height: has to be an integer in 1..65536");
    refused(replaced("\"bottleneck\"", "\"dense\""),
            "tiny.toml:6: block: has to be \"basic\" or \"bottleneck\", but is \"dense\"");
    refused(replaced("\"bottleneck\"", "3"), "tiny.toml:6: block: has to be \"basic\" or \"bottleneck\"");
    refused(replaced("\"tiny\"", "\"\""), "tiny.toml:1: name: has to be a string that is not empty");
    refused(replaced("{ height = 8, width = 6, channels = 3 }", "[8, 6, 3]"),
            "tiny.toml:2: input: has to be a table { height, width, channels }");
    refused(replaced("[ { channels = 4, kernel = 3, stride = 2 } ]", "[]"),
            "tiny.toml:5: stem: has to be an array of { channels, kernel, stride }");
    refused(replaced("[ { channels = 4, kernel = 3, stride = 2 } ]", "[4]"),
            "tiny.toml:5: stem[0]: has to be a table, as in an array of { channels, kernel, stride }");
    refused("labels = [\"cat\"]\n" + kGood,
            "tiny.toml:1: labels: has to be one label a class: 2, but there are 1");
    refused("labels = [1, 2]\n" + kGood, "tiny.toml:1: labels: has to be an array of strings");
}

TEST_CASE("architecture_bad: a missing file is named") {
    REQUIRE_THROWS_MATCHES(read_architecture("/nowhere/x.toml"), ern::Error,
                           Catch::Message("/nowhere/x.toml: no such file"));
}

// SPDX-License-Identifier: Apache-2.0
// A network that does not fit an accelerator: the message names the layer, what is short, by how much, and a value of a
// setting that, tried here, is enough.
#include <catch2/catch.hpp>
#include <regex>
#include <string>

#include "tiny_place.h"

namespace ern::test {

namespace {

// With a network whose maps, weights and thresholds are too much for the smallest settings.
class FitPlace : public Place {
  public:
    FitPlace() {
        model::write_network(*this / "models/medium.ern",
                             random_weights({"medium", {24, 24, 1}, 5, {}, 10, {{40, 3, 2}}, model::BlockKind::basic,
                                             {{1, 40, 1}, {1, 64, 2}}}));
    }

    // accelerators/ulx3s-25f.toml as accel.toml, with one other value.
    void set(const std::string& key, int value) const {
        std::string text = support::read_text(fs::path(ERN_SOURCE_DIR) / "accelerators/ulx3s-25f.toml");
        replace(text, "program_words", 1024);  // short tiles make long programs, which are not what is tried then
        replace(text, key, value);
        support::write_text(*this / "accel.toml", text);
    }

    void refuses(const std::string& message) const {
        for (const std::string command : {"compile medium --accel accel.toml -o medium.ernprog",
                                          "generate --accel accel.toml --model medium -o out",
                                          "simulate medium --accel accel.toml --data nowhere"}) {
            const auto before = entries();
            const Outcome outcome = run(command);
            CHECK(outcome.status == 2);
            CHECK(outcome.text == "ernforge: " + message + "\n");
            CHECK(entries() == before);
        }
    }

  private:
    static void replace(std::string& text, const std::string& key, int value) {
        const std::regex line("\n" + key + " *= *[0-9]+");
        REQUIRE(std::regex_search(text, line));
        text = std::regex_replace(text, line, fmt::format("\n{} = {}", key, value));
    }
};

struct Case {
    std::string key;
    int too_small, enough;
    std::string message;
};

}  // namespace

TEST_CASE("what does not fit is named, and the value that the message names is enough and no more than needed") {
    const FitPlace place;
    const Case one = GENERATE(values<Case>({
        {"activation_words", 256, 320,
         "layer pixel_embedding: its 24 x 24 x 10 codes need 192 words a bank from word 128 on, activation memory ends at "
         "256: 64 words short ([memory] activation_words = 320 would do)"},
        {"sum_words", 100, 120,
         "layer layer2.0.downsample: its accumulators need 120 words from word 0 on, partial-sum memory ends at 100: 20 "
         "words short ([memory] sum_words = 120 would do)"},
        {"tile_depth", 10, 12,
         "layer conv1: one row has 12 pixels, a tile holds 10: 2 short ([array] tile_depth = 12 would do)"},
        {"weight_rows", 100, 1616,
         "layer conv1: weight memory ends here; it has 100 rows of 96 bits, all layers need 1616: 1516 short ([memory] "
         "weight_rows = 1616 would do)"},
        {"threshold_rows", 100, 272,
         "layer layer1.0.conv2: threshold memory ends here; it has 100 rows, all layers need 272: 172 short ([memory] "
         "threshold_rows = 272 would do)"},
        {"program_words", 100, 192,
         "layer layer2.0.conv1: program memory ends here; it has 100 words, all layers need 192: 92 short ([memory] "
         "program_words = 192 would do)"},
        {"accumulator", 11, 12,
         "layer layer2.0.conv2: accumulators can reach -1008..1023 and need 12 bits, the accelerator has 11: 1 short "
         "([widths] accumulator = 12 would do)"},
        {"result_words", 3, 5,
         "layer avg_pool: 5 classes, the accelerator has 3 result words: 2 short ([memory] result_words = 5 would do)"},
    }));
    INFO(one.key);
    place.set(one.key, one.too_small);
    place.refuses(one.message);
    CHECK(one.message.find(fmt::format("{} = {} would do", one.key, one.enough)) != std::string::npos);
    // Of the two memories of maps a little less may do: other strips are then chosen.
    const bool strips = one.key == "activation_words" || one.key == "sum_words";
    place.set(one.key, strips ? one.enough * 4 / 5 : one.enough - 1);
    CHECK(place.run("compile medium --accel accel.toml").status == 2);
    place.set(one.key, one.enough);
    const Outcome outcome = place.run("compile medium --accel accel.toml -o medium.ernprog");
    INFO(outcome.text);
    CHECK(outcome.status == 0);
    CHECK(fs::exists(place / "medium.ernprog"));
}

}  // namespace ern::test

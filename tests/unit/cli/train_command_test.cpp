// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "model/file.h"
#include "train_place.h"

namespace ern::test {

TEST_CASE("train writes a model that evaluate finds as right as the report says") {
    const TrainPlace place;
    const Outcome outcome = place.run(
        "train tiny --data data -o models/tiny.ern --epochs 8 --batch 8 --lr 0.02 --log log.csv --json -");
    INFO(outcome.text);
    REQUIRE(outcome.status == 0);
    const auto report = nlohmann::json::parse(outcome.text);
    CHECK(report["epochs"].size() == 8);
    CHECK(report["accuracy"] == 1.0);
    CHECK(report["disagreements"] == 0);
    CHECK(report["codes"].get<int>() == 32 * (4 * 4 * 4 + 2 * 2 * 4 + 2 * 2 * 4));
    CHECK(report["codes_different"] == 0);
    CHECK(place.run("evaluate tiny --data data --require 100").status == 0);
    CHECK(fs::exists(place / "log.csv"));

    const auto network = model::read_network(place / "models/tiny.ern");
    CHECK(network.labels == std::vector<std::string>{"dark", "bright"});
    CHECK(network.notes.at("data") == "class folders");
    CHECK(network.notes.at("accuracy.golden") == "100.00 % of 32 test pictures");
}

TEST_CASE("the same command goes on from its checkpoint, other settings are refused") {
    const TrainPlace place;
    const std::string command = "train tiny --data data -o tiny.ern --epochs 2 --batch 8";
    REQUIRE(place.run(command).status == 0);
    const auto first = support::read_file(place / "tiny.ern");
    CHECK(place.run(command).text.find("2 epochs came from tiny.ern.checkpoint") != std::string::npos);
    CHECK(support::read_file(place / "tiny.ern") == first);
    const Outcome other = place.run(command + " --seed 2");
    CHECK(other.status == 2);
    CHECK(other.text.find("(seed=2 instead of seed=1)") != std::string::npos);
    CHECK(place.run(command + " --seed 2 --restart").status == 0);
}

TEST_CASE("a folder of pictures of one's own is enough: its classes, any size, a part held out") {
    const TrainPlace place;
    for (int i = 0; i < 30; ++i) {
        const char* folder = i % 3 == 0 ? "black" : i % 3 == 1 ? "grey" : "white";
        const int width = 3 + i % 7, height = 4 + i % 5;
        place.write_pgm(fmt::format("mine/{}/{}.pgm", folder, i), width, height,
                        std::vector<std::uint8_t>(static_cast<std::size_t>(width * height),
                                                  static_cast<std::uint8_t>(i % 3 * 120)));
    }
    const Outcome outcome = place.run("train tiny --data mine -o models/mine.ern --epochs 30 --batch 9 --lr 0.02");
    INFO(outcome.text);
    REQUIRE(outcome.status == 0);
    CHECK(outcome.text.find("tiny: 27 train and 3 test pictures from mine") != std::string::npos);
    CHECK(outcome.text.find("the classes are the folders black, grey, white; one picture in 10 is held out") !=
          std::string::npos);
    const auto network = model::read_network(place / "models/mine.ern");
    CHECK(network.labels == std::vector<std::string>{"black", "grey", "white"});
    CHECK(place.run("evaluate mine --data mine --require 90").status == 0);
}

TEST_CASE("the ONNX file imports as the identical model") {
    const TrainPlace place;
    REQUIRE(place.run("train tiny --data data -o tiny.ern --epochs 2 --batch 8 --onnx tiny.onnx").status == 0);
    REQUIRE(place.run("import tiny.onnx -o again.ern").status == 0);
    auto network = model::read_network(place / "tiny.ern"), again = model::read_network(place / "again.ern");
    network.notes.clear();
    again.notes.clear();
    CHECK(network == again);
}

TEST_CASE("weights make the same model again, with other notes") {
    const TrainPlace place;
    REQUIRE(place.run("train tiny --data data -o tiny.ern --epochs 2 --batch 8 --weights tiny.weights").status == 0);
    const std::string command = "train tiny --data data -o again.ern --from tiny.weights --epochs 0 ";
    REQUIRE(place.run(command + "--note who=me --note why='a = b'").status == 0);
    auto network = model::read_network(place / "tiny.ern"), again = model::read_network(place / "again.ern");
    CHECK(again.notes.at("who") == "me");
    CHECK(again.notes.at("why") == "a = b");
    CHECK(again.notes.at("recipe") == network.notes.at("recipe"));
    again.notes = network.notes;
    CHECK(network == again);
    const Outcome bad = place.run(command + "--note nothing");
    CHECK(bad.status == 2);
    CHECK(bad.errors == "ernforge: --note nothing: wanted KEY=VALUE\n");
}

}  // namespace ern::test

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "model/file.h"
#include "program.h"

namespace ern::test {

namespace {

constexpr const char* kDescription = R"(
name = "tiny"
input = { height = 4, width = 4, channels = 1 }
classes = 2
labels = ["dark", "bright"]
embedding_codes = 4
stem = [{ channels = 4, kernel = 3, stride = 1 }]
block = "basic"
stages = [{ blocks = 1, channels = 4, stride = 2 }]
)";

class TrainPlace : public Place {
  public:
    TrainPlace() {
        support::write_text(*this / "models/tiny.toml", kDescription);
        for (int i = 0; i < 32; ++i) {
            for (const char* split : {"train", "test"}) {
                const auto value = static_cast<std::uint8_t>(i % 2 == 0 ? i : 200 + i);
                const std::string folder = i % 2 == 0 ? "dark" : "bright";
                write_pgm(fmt::format("data/{}/{}/{}.pgm", split, folder, i), 4, 4,
                          std::vector<std::uint8_t>(16, value));
            }
        }
    }
};

}  // namespace

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

}  // namespace ern::test

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/kernels.h"
#include "golden/golden.h"
#include "tiny_place.h"

namespace ern::test {

namespace {

golden::Result golden_of(const TinyPlace& place, int first) { return golden::run(place.network(), tiny_pixels(first)); }

}  // namespace

TEST_CASE("run gives golden's class and logits, as text and as JSON") {
    const TinyPlace place;
    const Outcome outcome = place.run("run tiny data/left/0.pgm data/right/1.pgm --json -");
    REQUIRE(outcome.status == 0);
    const auto results = nlohmann::json::parse(outcome.text)["results"];
    REQUIRE(results.size() == 2);
    const auto expected = golden_of(place, 150);
    CHECK(results[1]["file"] == "data/right/1.pgm");
    CHECK(results[1]["logits"].get<std::vector<double>>() == expected.logits);
    const int best = golden::best_class(expected.logits);
    CHECK(results[1]["class"] == best);
    CHECK(results[1]["label"] == place.network().labels[static_cast<std::size_t>(best)]);
    CHECK(place.run("run models/tiny.ern data/left/0.pgm").text.starts_with("data/left/0.pgm: "));
}

TEST_CASE("run --dump writes one numpy file a layer, channels first") {
    const TinyPlace place;
    REQUIRE(place.run("run tiny data/left/0.pgm --dump maps --quiet").text.empty());
    for (const auto& layer : place.network().layers) {
        INFO(layer.name);
        CHECK(fs::exists(place / ("maps/" + layer.name + ".npy")));
    }
    const auto file = support::read_file(place / "maps/pixel_embedding.npy");
    const auto result = golden_of(place, 10);
    const auto& codes = std::get<golden::Codes>(result.maps[0]);
    REQUIRE(file.size() == 128 + codes.size());
    CHECK(file[128 + 1] == codes[10]);  // the next pixel of the same channel
    CHECK(file[128 + 24] == codes[1]);  // the next channel of the same pixel
    CHECK(fs::file_size(place / "maps/logits.npy") == 128 + 2 * sizeof(double));
}

TEST_CASE("fast and golden write the same files and logits, fast on every SIMD target") {
    const TinyPlace place;
    const auto results = [&](const std::string& options) {
        return nlohmann::json::parse(place.run("run tiny data/left/0.pgm " + options + " --json -").text)["results"];
    };
    const auto expected = results("--engine golden --dump golden");
    std::vector<std::string> choices{"", "--threads 3"};
    for (const std::string& target : engine::targets()) choices.push_back("--simd " + target);
    for (const std::string& choice : choices) {
        INFO(choice);
        CHECK(results(choice) == expected);
        CHECK(results(choice + " --dump fast") == expected);
        int files = 0;
        for (const auto& entry : fs::directory_iterator(place / "golden")) {
            INFO(entry.path());
            CHECK(support::read_file(entry.path()) == support::read_file(place / "fast" / entry.path().filename()));
            ++files;
        }
        CHECK(files == static_cast<int>(place.network().layers.size()) + 1);
        fs::remove_all(place / "fast");
    }
}

TEST_CASE("run takes a folder's pictures in the order of their names") {
    const TinyPlace place;
    place.write_pgm("more/b.pgm", 6, 4, tiny_pixels(10));
    place.write_pgm("more/a.pgm", 6, 4, tiny_pixels(150));
    support::write_text(place / "more/notes.txt", "no picture");
    const auto results = nlohmann::json::parse(place.run("run tiny data/left/0.pgm more --json -").text)["results"];
    REQUIRE(results.size() == 3);
    CHECK(results[0]["file"] == "data/left/0.pgm");
    CHECK(results[1]["file"] == "more/a.pgm");
    CHECK(results[2]["file"] == "more/b.pgm");
    CHECK(results[1]["logits"].get<std::vector<double>>() == golden_of(place, 150).logits);
}

TEST_CASE("evaluate counts the same by either engine") {
    const TinyPlace place;
    for (int i = 0; i < 20; ++i) place.write_pgm(fmt::format("data/right/{}.pgm", i), 6, 4, tiny_pixels(11 * i));
    const auto report = [&](const std::string& options) {
        auto json = nlohmann::json::parse(place.run("evaluate tiny --data data --json - " + options).text);
        json.erase("pictures_per_second");
        json.erase("engine");
        return json;
    };
    const auto expected = report("--engine golden");
    CHECK(expected["pictures"] == 21);
    for (const char* options : {"", "--jobs 1", "--jobs 5", "--engine golden --jobs 3"}) CHECK(report(options) == expected);
}

TEST_CASE("evaluate counts, and --require decides the exit status") {
    const TinyPlace place;
    const Outcome outcome = place.run("evaluate tiny --data data --json -");
    REQUIRE(outcome.status == 0);
    const auto report = nlohmann::json::parse(outcome.text);
    const int correct = (golden::best_class(golden_of(place, 10).logits) == 0) +
                        (golden::best_class(golden_of(place, 150).logits) == 1);
    CHECK(report["pictures"] == 2);
    CHECK(report["correct"] == correct);
    CHECK(report["accuracy"] == correct / 2.0);
    CHECK(nlohmann::json::parse(place.run("evaluate tiny --data data --limit 1 --json -").text)["pictures"] ==
          1);
    CHECK(place.run("evaluate tiny --data data --require 0").status == 0);
    CHECK(place.run("evaluate tiny --data data/left/.. --require 100").status == (correct == 2 ? 0 : 1));
}

TEST_CASE("inspect shows each layer and the widest accumulator") {
    const TinyPlace place;
    const auto report = nlohmann::json::parse(place.run("inspect tiny --json -").text);
    CHECK(report["layers"].size() == place.network().layers.size());
    CHECK(report["macs"] == model::total_macs(place.network()));
    CHECK(report["largest_accumulator"] > 0);
    CHECK(place.run("inspect tiny").text.starts_with("tiny: 4x6x1 -> 2 classes, fingerprint "));
}

TEST_CASE("inspect shows the descriptors that compile wrote") {
    const TinyPlace place;
    const auto plan = nlohmann::json::parse(
        place.run("compile tiny --accel ulx3s-25f -o tiny.ernprog --json -").text);
    const auto report = nlohmann::json::parse(place.run("inspect tiny.ernprog --json -").text);
    std::int64_t tiles = 0, passes = 0, listed_passes = 0;
    for (const auto& layer : plan["layers"]) {
        tiles += layer["tiles"].get<std::int64_t>();
        passes += layer["passes"].get<std::int64_t>();
    }
    CHECK(report["descriptors"].size() == static_cast<std::size_t>(tiles) + 1);
    CHECK(report["descriptors"].back()["opcode"] == 0);
    for (const auto& descriptor : report["descriptors"]) listed_passes += descriptor["passes"].get<std::int64_t>();
    CHECK(listed_passes == passes);
    CHECK(report["weight_rows"] == plan["weight_rows_used"]);
    CHECK(report["predicted_cycles"] == plan["predicted_cycles"]);
    CHECK(place.run("inspect tiny.ernprog").text.find("\n   0 conv ") != std::string::npos);
}

TEST_CASE("what a user can mend is one line and exit status 2") {
    const TinyPlace place;
    const auto check = [&](const std::string& arguments, const std::string& message) {
        const Outcome outcome = place.run(arguments);
        CHECK(outcome.status == 2);
        CHECK(outcome.text == "ernforge: " + message + "\n");
    };
    const std::string models = (place / "models").string();
    check("run nothing x.png", "nothing: no such file, and no nothing.ern in " + models);
    check("run tiny x.png", "x.png: no such file");
    check("run tiny models/tiny.ern",
          "models/tiny.ern: no picture (JPEG, PNG, BMP, PGM or PPM): unknown image type");
    check("run data/left/0.pgm x.png",
          "data/left/0.pgm: not a model of ernforge, it does not begin with \"ERNMODEL\"; give a *.ern file");
    check("evaluate tiny",
          "no data: give --data DIR or set ERNFORGE_DATA (Fashion-MNIST: install dataset-fashion-mnist)");
    check("evaluate tiny --data nowhere", "nowhere: no such file or directory");
}

}  // namespace ern::test

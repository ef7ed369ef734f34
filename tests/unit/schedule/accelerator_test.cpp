// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <regex>
#include <set>

#include "configurations.h"
#include "schedule/accelerator.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::schedule {

namespace {

const std::string kGood = R"(name = "good"
board = "ulx3s-25f"
[array]
taps = 3
channels = 32
outputs = 16
column_outputs = 8
tile_depth = 98
dot_latency = 4
[widths]
accumulator = 14
[memory]
activation_words = 512
sum_words = 512
weight_rows = 6656
threshold_rows = 1024
program_words = 512
result_words = 16
[clock]
mhz = 80.5
[link]
baud = 3000000
)";

struct Key {
    std::string table, name;
    std::int64_t low, high;
    int line;  // of kGood
};

const std::vector<Key> kKeys{{"array", "taps", 2, 9, 4},
                             {"array", "channels", 8, 256, 5},
                             {"array", "outputs", 2, 512, 6},
                             {"array", "column_outputs", 1, 512, 7},
                             {"array", "tile_depth", 4, 65535, 8},
                             {"array", "dot_latency", 2, 16, 9},
                             {"widths", "accumulator", 8, 24, 11},
                             {"memory", "activation_words", 256, 32768, 13},
                             {"memory", "sum_words", 16, 65535, 14},
                             {"memory", "weight_rows", 16, 1 << 24, 15},
                             {"memory", "threshold_rows", 16, 1 << 20, 16},
                             {"memory", "program_words", 32, 1 << 20, 17},
                             {"memory", "result_words", 2, 4096, 18},
                             {"link", "baud", 9600, 12000000, 22}};

// kGood with another line for a key; an empty one leaves it out.
std::string with(const std::string& key, const std::string& line) {
    std::string text = kGood;
    const std::size_t at = text.find("\n" + key + " = ") + 1;
    REQUIRE(at != 0);
    return text.replace(at, text.find('\n', at) + 1 - at, line.empty() ? "" : line + "\n");
}

std::string refusal(const std::string& text) {
    try {
        parse_accelerator(text, "a.toml");
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("every value arrives where it belongs") {
    const Accelerator a = parse_accelerator(kGood, "a.toml");
    CHECK(a.name == "good");
    CHECK(a.board == "ulx3s-25f");
    CHECK((a.taps == 3 && a.channels == 32 && a.outputs == 16 && a.column_outputs == 8 && a.tile_depth == 98));
    CHECK((a.dot_latency == 4 && a.accumulator_bits == 14 && a.activation_words == 512 && a.sum_words == 512));
    CHECK((a.weight_rows == 6656 && a.threshold_rows == 1024 && a.program_words == 512 && a.result_words == 16));
    CHECK((a.clock_mhz == 80.5 && a.baud == 3000000));
    CHECK((a.lanes() == 96 && a.columns() == 2 && a.macs_per_cycle() == 1536));
    CHECK(parse_accelerator(with("mhz", "mhz = 80"), "").clock_mhz == 80.0);
}

TEST_CASE("a key that is missing, of another type or out of its range is named with what is allowed") {
    for (const Key& key : kKeys) {
        const std::string what = fmt::format("a.toml: [{}] {}", key.table, key.name);
        const std::string range = fmt::format("an integer from {} to {}", key.low, key.high);
        const std::string wrong = fmt::format("{} must be {} (line {})", what, range, key.line);
        CHECK(refusal(with(key.name, "")) == what + " is missing; " + range);
        for (const std::string& value : {std::to_string(key.low - 1), std::to_string(key.high + 1), std::string("-1"),
                                        std::string("\"16\""), std::string("16.0"), std::string("true"), std::string("[16]"),
                                        std::string("9223372036854775807")}) {
            CHECK(refusal(with(key.name, key.name + " = " + value)) == wrong);
        }
    }
}

TEST_CASE("the ends of each range are allowed where the other values agree with them") {
    for (const Key& key : kKeys) {
        for (const std::int64_t value : {key.low, key.high}) {
            const std::string message = refusal(with(key.name, fmt::format("{} = {}", key.name, value)));
            INFO(key.name << " = " << value << ": " << message);
            CHECK(message.find("must be an integer") == std::string::npos);
        }
    }
}

TEST_CASE("unknown keys and tables, a missing name, a clock out of range, a broken file") {
    CHECK(refusal(with("taps", "taps = 3\nlanes = 96")) == "a.toml: unknown key 'lanes' in [array] (line 5)");
    CHECK(refusal(with("taps", "taps = 3\nbaud = 9600")) == "a.toml: unknown key 'baud' in [array] (line 5)");
    CHECK(refusal("taps = 3\n" + kGood) == "a.toml: unknown key 'taps' (line 1)");
    CHECK(refusal(kGood + "[power]\nwatts = 1\n") == "a.toml: unknown key 'watts' in [power] (line 24)");
    CHECK(refusal(kGood + "[power]\n") == "a.toml: unknown table [power] (line 23)");
    CHECK(refusal(with("board", "board = 25")) == "a.toml: board must be a text (line 2)");
    CHECK(refusal(kGood.substr(kGood.find('\n') + 1)) == "a.toml: name is missing");
    CHECK(refusal("name = 5\n" + kGood.substr(kGood.find('\n') + 1)) == "a.toml: name must be a text (line 1)");
    CHECK(refusal("name = \"two\\nlines\"\n" + kGood.substr(kGood.find('\n') + 1)) ==
          "a.toml: name must be a text of one line (line 1)");
    for (const char* value : {"0.5", "401", "\"80\"", "nan", "inf"}) {
        CHECK(refusal(with("mhz", fmt::format("mhz = {}", value))) == "a.toml: [clock] mhz must be a number from 1 to 400");
    }
    CHECK(refusal(with("mhz", "")) == "a.toml: [clock] mhz must be a number from 1 to 400");
    const std::string broken = refusal(with("taps", "taps = = 3"));
    CHECK(broken.starts_with("a.toml: line 4: "));
    CHECK(broken.find('\n') == std::string::npos);
}

TEST_CASE("values that contradict each other") {
    CHECK(refusal(with("column_outputs", "column_outputs = 5")) ==
          "a.toml: [array] column_outputs = 5 does not divide outputs = 16");
    CHECK(refusal(with("outputs", "outputs = 24")) ==
          "a.toml: [array] outputs = 24 must divide channels = 32, or be 1 to 3 times as many");
    CHECK(refusal(with("outputs", "outputs = 128")) ==
          "a.toml: [array] outputs = 128 must divide channels = 32, or be 1 to 3 times as many");
    CHECK(refusal(with("outputs", "outputs = 96")) == "accepted");
    CHECK(refusal(with("accumulator", "accumulator = 10")) ==
          "a.toml: [widths] accumulator = 10 cannot hold one pass of 96 lanes; it must be at least 11");
    CHECK(refusal(with("accumulator", "accumulator = 11")) == "accepted");
    CHECK(refusal(with("mhz", "mhz = 11.9")) ==
          "a.toml: [link] baud = 3000000 needs a clock of at least 12.0 MHz, [clock] mhz is 11.9");
    CHECK(refusal(with("mhz", "mhz = 12")) == "accepted");
}

TEST_CASE("all committed configurations are good, and have different fingerprints") {
    std::set<std::uint32_t> fingerprints;
    std::size_t files = 0;
    for (const char* folder : {"accelerators", "tests/accelerators"}) {
        for (const auto& file : test::configuration_files(folder)) {
            INFO(file.string());
            const Accelerator a = read_accelerator(file);
            CHECK(a.name == file.stem().string());
            fingerprints.insert(fingerprint(a));
            ++files;
        }
    }
    CHECK(files >= 6);
    CHECK(fingerprints.size() == files);
}

TEST_CASE("a configuration that was written is read as the same") {
    for (const char* folder : {"accelerators", "tests/accelerators"}) {
        for (const auto& file : test::configuration_files(folder)) {
            INFO(file.string());
            const Accelerator a = read_accelerator(file);
            CHECK(parse_accelerator(accelerator_text(a), "written") == a);
        }
    }
}

TEST_CASE("every size that the hardware depends on changes the fingerprint") {
    const Accelerator good = parse_accelerator(kGood, "");
    for (int Accelerator::*member :
         {&Accelerator::taps, &Accelerator::channels, &Accelerator::outputs, &Accelerator::column_outputs,
          &Accelerator::tile_depth, &Accelerator::dot_latency, &Accelerator::accumulator_bits, &Accelerator::activation_words,
          &Accelerator::sum_words, &Accelerator::weight_rows, &Accelerator::threshold_rows, &Accelerator::program_words,
          &Accelerator::result_words, &Accelerator::baud}) {
        Accelerator other = good;
        ++(other.*member);
        CHECK(fingerprint(other) != fingerprint(good));
    }
    Accelerator other = good;
    other.clock_mhz += 0.5;
    CHECK(fingerprint(other) != fingerprint(good));
    CHECK(fingerprint(parse_accelerator(kGood, "")) == fingerprint(good));
}

TEST_CASE("a remedy names no value that the reader would refuse, and the smallest device that holds it") {
    const Accelerator a = parse_accelerator(kGood, "");
    CHECK(remedy(a, {{"sum_words", 600}}) == "[memory] sum_words = 600 would do");
    CHECK(remedy(a, {{"sum_words", 600}, {"activation_words", 700}}) == "[memory] sum_words = 600 and activation_words = 700 would do");
    CHECK(remedy(a, {{"sum_words", 5000}}) == "[memory] sum_words = 5000 would do, on an LFE5U-45F at least");
    CHECK(remedy(a, {{"sum_words", 65535}}) == "[memory] sum_words = 65535 would do, but no ECP5 has its 15.5 Mbit of block RAM: LFE5U-85F "
                                               "has 3.8; with [external] memory less is needed");
    CHECK(remedy(a, {{"sum_words", 65536}}) == "[memory] sum_words can be at most 65535");
    CHECK(remedy(a, {{"accumulator", 12}}) == "[widths] accumulator = 12 would do");
    CHECK_THROWS_AS(remedy(a, {{"colour", 1}}), std::logic_error);
}

TEST_CASE("a port has 32, 64 or 128 bits, which are a whole number") {
    const auto with_port = [](const char* bits) { return refusal(fmt::format("{}[external]\nkind = \"ddr3\"\nport_bits = {}\n", kGood, bits)); };
    const std::string refused = "a.toml: [external] port_bits must be 32, 64 or 128";
    CHECK(with_port("128") == "accepted");
    for (const char* bits : {"1E28", "128.0", "\"128\"", "4294967328", "-32", "16", "[]", "nan"}) CHECK(with_port(bits) == refused);
}

TEST_CASE("rings of streams hold a burst of beats, in whole beats") {
    const auto with_rings = [](int weights, int thresholds, int program) {
        std::string text = fmt::format("{}[external]\nkind = \"ddr3\"\n", kGood);
        for (const auto& [key, value] : {std::pair{"weight_rows", weights}, {"threshold_rows", thresholds}, {"program_words", program}}) {
            text = std::regex_replace(text, std::regex(fmt::format("{} = [0-9]+", key)), fmt::format("{} = {}", key, value));
        }
        return refusal(text);
    };
    // 96 lanes fill 4 words of 32 bits, a beat; 43 bits of thresholds fill 2.
    CHECK(with_rings(33, 32, 64) == "accepted");
    CHECK(with_rings(32, 32, 64) == "a.toml: [memory] weight_rows = 32 holds no burst of 32 beats of 128 bits; it must be at least 33");
    CHECK(with_rings(33, 31, 64) == "a.toml: [memory] threshold_rows = 31 holds no burst of 16 beats of 128 bits; it must be at least 32");
    CHECK(with_rings(33, 33, 64) == "a.toml: [memory] threshold_rows = 33 must be a multiple of 2, the rows of a beat");
    CHECK(with_rings(33, 32, 62) == "a.toml: [memory] program_words = 62 holds no burst of 16 beats of 128 bits; it must be at least 64");
}

}  // namespace ern::schedule

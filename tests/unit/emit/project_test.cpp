// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <unistd.h>

#include <map>
#include <nlohmann/json.hpp>

#include "emit/project.h"
#include "fuzz/random_network.h"
#include "golden_text.h"
#include "support/error.h"

namespace ern::emit {

namespace {

namespace fs = std::filesystem;

fs::path source_directory() {
    const char* directory = std::getenv("ERNFORGE_SOURCE_DIR");
    REQUIRE(directory != nullptr);
    return directory;
}

schedule::Accelerator accelerator() {
    return schedule::read_accelerator(source_directory() / "tests/accelerators/part-words.toml");
}

schedule::Plan plan() {
    return schedule::make_plan(fuzz::random_network(7, {.side = 9, .channels = 40, .blocks = 3, .classes = 5}), accelerator());
}

class Folder {
  public:
    Folder() : path_(fs::temp_directory_path() / fmt::format("ern_emit_{}", ::getpid())) { fs::remove_all(path_); }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    fs::path operator/(const std::string& name) const { return path_ / name; }

  private:
    fs::path path_;
};

std::map<std::string, std::string> contents(const fs::path& directory) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
        if (entry.is_regular_file()) files[fs::relative(entry.path(), directory).generic_string()] = support::read_text(entry.path());
    }
    return files;
}

// A line of hexadecimal digits as bits, bit 0 first.
std::vector<bool> bits_of(const std::string& line) {
    std::vector<bool> bits;
    for (auto digit = line.rbegin(); digit != line.rend(); ++digit) {
        const int value = std::stoi(std::string(1, *digit), nullptr, 16);
        for (int i = 0; i < 4; ++i) bits.push_back((value >> i) & 1);
    }
    return bits;
}

}  // namespace

TEST_CASE("top, file list and manifest are the committed ones") {
    const Folder folder;
    const auto the_plan = plan();
    write_project(accelerator(), Target::portable, folder / "project", &the_plan);
    for (const char* name : {"ern_top.v", "files.f", "manifest.json"}) {
        const std::string text = support::read_text(folder / "project" / name);
        const std::string difference = test::golden_difference(source_directory() / "tests/golden/part-words" / name, text);
        INFO(difference);
        CHECK(difference.empty());
    }
}

TEST_CASE("a difference from a committed text is shown line by line") {
    CHECK(test::difference("a\nb\nc\nd\n", "a\nb\nc\nd\n") == "");
    CHECK(test::difference("a\nb\nc\nd\n", "a\nb\nx\ny\nd\n") == "from line 3 on:\n  a\n  b\n- c\n+ x\n+ y\n");
    CHECK(test::difference("a\n", "") == "from line 1 on:\n- a\n");
}

TEST_CASE("a second project has the same bytes, wherever it is, and names no place of this machine") {
    const Folder folder;
    const auto the_plan = plan();
    write_project(accelerator(), Target::ecp5, folder / "one", &the_plan);
    write_project(accelerator(), Target::ecp5, folder / "some/where/else", &the_plan);
    write_project(accelerator(), Target::ecp5, folder / "one", &the_plan);  // over the first one
    const auto one = contents(folder / "one"), other = contents(folder / "some/where/else");
    CHECK(one.size() > 30);
    CHECK((one == other));
    for (const auto& [name, text] : one) {
        INFO(name);
        CHECK(text.find(source_directory().string()) == std::string::npos);
        CHECK(text.find((folder / "").string()) == std::string::npos);
    }
}

TEST_CASE("the modules are copied unchanged, and the file list names each that the target needs once") {
    const Folder folder;
    for (const Target target : {Target::portable, Target::ecp5}) {
        const Project project = write_project(accelerator(), target, folder / "project");
        const auto written = contents(folder / "project");
        CHECK(written.size() == project.files.size());
        std::string expected = "+incdir+rtl\nern_top.v\n";
        for (const fs::path& file : rtl_files()) {
            const std::string name = "rtl/" + file.filename().string();
            CHECK(written.at(name) == support::read_text(rtl_directory() / file));
            const bool only_ecp5 = name.starts_with("rtl/ern_ecp5_");
            if (name.ends_with(".v") && (target == Target::ecp5 || !only_ecp5)) expected += name + "\n";
        }
        CHECK(written.at("files.f") == expected);
        const auto manifest = nlohmann::json::parse(written.at("manifest.json"));
        CHECK(manifest["files"].size() + 1 == project.files.size());  // all but the manifest itself
        CHECK(manifest["parameters"]["TARGET"] == (target == Target::ecp5 ? 1 : 0));
        CHECK_FALSE(manifest.contains("network"));
    }
}

TEST_CASE("every parameter has its value in the top and is connected") {
    const std::string top = top_verilog(accelerator(), Target::portable);
    for (const Parameter& parameter : parameters(accelerator(), Target::portable)) {
        INFO(parameter.name);
        CHECK(top.find(fmt::format(".{0}({0})", parameter.name)) != std::string::npos);
        CHECK(top.find(" " + parameter.name + " ") != std::string::npos);
        CHECK_FALSE(parameter.comment.empty());
    }
}

TEST_CASE("the memory images hold the plan's words, one a line, most significant digit first") {
    const auto the_plan = plan();
    const auto& a = the_plan.accelerator;
    const auto weights = test::lines_of(weights_hex(the_plan)), thresholds = test::lines_of(thresholds_hex(the_plan));
    REQUIRE(weights.size() == the_plan.weights.size() + 1);
    REQUIRE(thresholds.size() == the_plan.thresholds.size() + 1);
    int different = 0;
    for (std::size_t row = 0; row < the_plan.weights.size(); ++row) {
        const auto bits = bits_of(weights[row]);
        REQUIRE(bits.size() >= static_cast<std::size_t>(a.lanes()));
        for (std::size_t lane = 0; lane < static_cast<std::size_t>(a.lanes()); ++lane) {
            different += bits[lane] != ((the_plan.weights[row][lane / 64] >> (lane % 64) & 1) != 0);
        }
    }
    const auto width = static_cast<std::size_t>(a.accumulator_bits);
    for (std::size_t row = 0; row < the_plan.thresholds.size(); ++row) {
        const auto bits = bits_of(thresholds[row]);
        REQUIRE(bits.size() >= 3 * width + 1);
        for (std::size_t bit = 0; bit < 3 * width + 1; ++bit) {
            different += bits[bit] != ((the_plan.thresholds[row][bit / width] >> (bit % width) & 1) != 0);
        }
    }
    CHECK(different == 0);
    std::string program;
    for (const auto& descriptor : the_plan.program) {
        for (const std::uint32_t word : descriptor.words) program += fmt::format("{:08x}\n", word);
    }
    CHECK(program_hex(the_plan) == program);
}

// Regression: Yosys stopped at a module that does not exist, which said nothing to whoever wrote the configuration.
TEST_CASE("a latency that the dot unit for ECP5 does not have is refused for that target, with the one that it has") {
    const Folder folder;
    schedule::Accelerator a = accelerator();
    a.dot_latency = (a.lanes() + 31) / 32 + 2;
    CHECK_NOTHROW(write_project(a, Target::ecp5, folder / "right"));
    --a.dot_latency;
    CHECK_NOTHROW(write_project(a, Target::portable, folder / "portable"));
    CHECK_THROWS_WITH(write_project(a, Target::ecp5, folder / "short"), Catch::Contains("[array] dot_latency is") && Catch::Contains("set it to"));
    CHECK_FALSE(fs::exists(folder / "short"));
}

TEST_CASE("a folder of modules that is not there is named with the setting") {
    ::setenv("ERNFORGE_RTL", "/nowhere", 1);
    CHECK_THROWS_MATCHES(
        rtl_directory(), Error,
        Catch::Matchers::Message("/nowhere: the Verilog modules are not there; set ERNFORGE_RTL to the folder rtl_templates"));
    ::unsetenv("ERNFORGE_RTL");
}

}  // namespace ern::emit

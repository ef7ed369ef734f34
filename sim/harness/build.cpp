// SPDX-License-Identifier: Apache-2.0
#include "harness/build.h"

#include <unistd.h>

#include <cstdlib>

#include "emit/project.h"
#include "fpga/prepare.h"
#include "support/error.h"
#include "support/file.h"
#include "support/process.h"

namespace ern::harness {

namespace fs = std::filesystem;

namespace {

// Everything that decides what the library is, in one text.
std::string identity(const std::vector<std::string>& command, const fs::path& project) {
    std::string text = support::output_of({"verilator", "--version"}).value_or("no verilator");
    for (const std::string& word : command) text += "\n" + word;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(project)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) text += fmt::format("\n{}\n{}", file.filename().string(), support::read_text(file));
    return text;
}

std::string hash(const std::string& text) {
    const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    const std::uint32_t first = support::crc32(bytes);
    return fmt::format("{:08x}{:08x}", first, support::crc32(bytes, first ^ 0x5a5a5a5a));
}

// Models that count what they meet (scripts/coverage) are large: compiling them well would take longer than running them.
bool counted() { return std::getenv("ERNFORGE_COVERAGE") != nullptr; }
// So are netlists, and few cycles are run of them.
enum class Kind { modules, netlist };
std::string optimisation(Kind kind) { return counted() || kind == Kind::netlist ? "-O0" : "-O2"; }

std::string compile_flags(const schedule::Accelerator& a, Kind kind) {
    std::string flags = fmt::format("-fPIC -std=c++20 {} -march=native -I../project", optimisation(kind));
    if (a.external.kind != schedule::MemoryKind::none) flags += fmt::format(" -DERN_PORT_BITS={}", a.external.port_bits);
    return flags;
}

fs::path harness_sources() {
    const char* variable = std::getenv("ERNFORGE_HARNESS");
    const fs::path directory = variable ? variable : ERNFORGE_HARNESS_DIR;
    if (!fs::exists(directory / "verilated_top.cpp")) {
        fail("{}: the simulation's sources are not there; set ERNFORGE_HARNESS to the folder sim/harness", directory.string());
    }
    return directory;
}

// The Verilated library of the project in work/project, kept under the hash of all that it is made of.
fs::path build_library(const fs::path& work, std::vector<std::string> command, const schedule::Accelerator& accelerator, Kind kind) {
    for (const char* file : {"verilated_top.cpp", "top_ports.h", "coverage.h"}) {
        support::write_text(work / "project" / file, support::read_text(harness_sources() / file));
    }
    command.insert(command.end(),
                   {"--top-module", "ern_top", "--Mdir", "../obj", "../project/verilated_top.cpp", "-o", "libern_top.so",
                    "-CFLAGS", compile_flags(accelerator, kind), "-LDFLAGS", "-shared", "-MAKEFLAGS",
                    fmt::format("OPT_FAST={}{}", optimisation(kind), support::find_program("ccache") ? " CXX='ccache g++'" : "")});
    const fs::path cache = cache_directory();
    const fs::path library = cache / (hash(identity(command, work / "project")) + ".so");
    if (!fs::exists(library)) {
        const fs::path log = cache / (library.stem().string() + ".log");
        const int status = support::run_process(command, log, work / "project");
        if (status != 0) {
            fs::remove_all(work);
            fail("verilator could not build accelerator {} (status {}); its log is {}", accelerator.name, status, log.string());
        }
        fs::rename(work / "obj" / "libern_top.so", library);
    }
    fs::remove_all(work);
    return library;
}

void require_programs(const std::vector<const char*>& programs) {
    for (const char* program : programs) {  // each is in a package of its own name
        if (!support::find_program(program)) fail("{0} is missing, which simulations need: apt install {0}", program);
    }
}

}  // namespace

fs::path cache_directory() {
    if (const char* own = std::getenv("ERNFORGE_CACHE")) return own;
    if (const char* xdg = std::getenv("XDG_CACHE_HOME")) return fs::path(xdg) / "ernforge";
    if (const char* home = std::getenv("HOME")) return fs::path(home) / ".cache" / "ernforge";
    fail("no cache folder: set ERNFORGE_CACHE to a folder that can be written");
}

fs::path build_top(const schedule::Accelerator& accelerator, bool waves) {
    require_programs({"verilator", "g++"});
    const fs::path work = cache_directory() / fmt::format("build-{}", ::getpid());
    fs::remove_all(work);
    emit::write_project(accelerator, emit::Target::portable, work / "project");
    std::vector<std::string> command{"verilator", "--cc", "--exe", "--build", "-j", "2", "-O3", "--flatten", "--x-assign",
                                     "unique", "--x-initial", "unique", "--assert", "--vpi", "-f", "files.f"};
    if (counted()) {
        command.insert(command.end(), {"--coverage-line", "--coverage-toggle", "--coverage-max-width", "1024", "--output-split", "20000"});
    }
    if (waves) command.insert(command.end(), {"--trace-fst", "--trace-structs"});
    return build_library(work, command, accelerator, Kind::modules);
}

fs::path build_netlist_top(const schedule::Accelerator& accelerator, bool abc9) {
    require_programs({"verilator", "g++", "yosys"});
    const fs::path work = cache_directory() / fmt::format("netlist-{}", ::getpid());
    fs::remove_all(work);
    const emit::Project project = emit::write_project(accelerator, emit::Target::ecp5, work / "rtl");
    std::string sources;
    for (const fs::path& file : project.files) {
        if (file.extension() == ".v") sources += fmt::format(" {}", file.generic_string());
    }
    const fs::path log = cache_directory() / fmt::format("netlist-{}.log", accelerator.name), netlist = work / "netlist.json";
    const auto yosys = [&](const std::string& script) {
        if (const int status = support::run_process({"yosys", "-q", "-p", script}, log, work / "rtl"); status != 0)
            fail("yosys could not synthesise accelerator {} (status {}); its log is {}", accelerator.name, status, log.string());
    };
    yosys(fmt::format("read_verilog -Irtl{}; synth_ecp5 -nobram -nodsp {} -top ern_top; rename -top ern_top; opt_clean -purge; "
                      "write_json ../netlist.json", sources, abc9 ? "-abc9" : ""));
    support::write_text(netlist, fpga::prepare_netlist(support::read_text(netlist, 1ull << 32)).json);
    fs::create_directories(work / "project");
    yosys("read_json ../netlist.json; write_verilog -noattr ../project/ern_top.v");
    fs::remove_all(work / "rtl");
    const fs::path cells = support::find_program("yosys")->parent_path().parent_path() / "share" / "yosys";
    return build_library(work,
                         {"verilator", "--cc", "--exe", "--build", "-j", "2", "-O3", "-Wno-fatal", "--x-assign", "unique",
                          "--x-initial", "unique", "--vpi", "-I" + cells.string(), "-I" + (cells / "ecp5").string(), "ern_top.v",
                          (cells / "ecp5" / "cells_sim.v").string()},
                         accelerator, Kind::netlist);
}

}  // namespace ern::harness

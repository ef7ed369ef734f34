// SPDX-License-Identifier: Apache-2.0
#include "campaign/run.h"

#include <array>

#include "harness/build.h"
#include "harness/gates.h"
#include "harness/icarus.h"
#include "harness/simulate.h"
#include "support/error.h"

namespace ern::campaign {

namespace {

constexpr std::array<std::string_view, 9> kVerdicts{"right",  "refused", "too long", "mismatch",   "cycles",
                                                    "stopped", "defect",  "crash",    "bad refusal"};
constexpr std::int64_t kAnyCycles = std::int64_t{1} << 40;

Outcome judge(const harness::SimulationReport& report, bool exact_cycles) {
    Outcome outcome{Verdict::right, "", report.compared, report.cycles};
    for (const auto& layer : report.layers) {
        if (layer.mismatches == 0) continue;
        outcome.verdict = Verdict::mismatch;
        outcome.text = fmt::format("{}: {} values differ, {}", layer.name, layer.mismatches, layer.first_mismatch);
        return outcome;
    }
    if (report.mismatches != 0) {
        outcome.verdict = Verdict::mismatch;
        outcome.text = fmt::format("{} results through the link, or their cycles, differ", report.mismatches);
        return outcome;
    }
    for (const auto& layer : report.layers) {
        if (!exact_cycles || layer.cycles == layer.predicted_cycles) continue;
        outcome.verdict = Verdict::cycles;
        outcome.text = fmt::format("{}: {} cycles, predicted {}", layer.name, layer.cycles, layer.predicted_cycles);
        return outcome;
    }
    return outcome;
}

bool names_a_remedy(const std::string& text) {
    return text.find("[") != std::string::npos || text.find("more than the") != std::string::npos;
}

}  // namespace

std::string_view name_of(Verdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }

std::optional<Planned> plan_case(const Case& c, std::int64_t most_cycles, Outcome& outcome) {
    try {
        Planned planned{fuzz::build(c.network), {}};
        planned.plan = schedule::make_plan(planned.network, c.accelerator);
        if (planned.plan.predicted_cycles <= most_cycles) return planned;
        outcome = {Verdict::too_long, fmt::format("{} cycles", planned.plan.predicted_cycles)};
    } catch (const Error& error) {
        outcome = {names_a_remedy(error.what()) ? Verdict::refused : Verdict::bad_refusal, error.what()};
    } catch (const std::exception& error) {
        outcome = {Verdict::defect, error.what()};
    }
    return std::nullopt;
}

Outcome run_planned(const Case& c, const Planned& planned, Simulator simulator, const std::filesystem::path& library) {
    try {
        const auto pictures = pictures_of(c);
        // External memory makes cycles a matter of its refresh, which a prediction does not follow.
        const bool exact = c.run.stall_percent == 0 && !planned.plan.external();
        if (simulator == Simulator::icarus) {
            return judge(harness::simulate_with_icarus(planned.network, planned.plan, pictures), true);
        }
        if (simulator != Simulator::verilator) {
            return judge(harness::simulate_gates(library, planned.network, planned.plan, pictures, c.run.seed), false);
        }
        harness::RunOptions options;
        options.simulation.seed = c.run.seed;
        options.simulation.stall_percent = c.run.stall_percent;
        options.simulation.late_percent = c.run.late_percent;
        options.load_through_link = c.run.load_through_link;
        const auto report = harness::simulate(library, planned.network, planned.plan, pictures, options);
        Outcome outcome = judge(report, exact);
        for (const auto& frame : report.frames) {
            if (!exact || outcome.verdict != Verdict::right || frame.cycles == planned.plan.predicted_cycles) continue;
            outcome.verdict = Verdict::cycles;
            outcome.text = fmt::format("the device says {} cycles a frame, predicted {}", frame.cycles, planned.plan.predicted_cycles);
        }
        return outcome;
    } catch (const Error& error) {
        return {Verdict::stopped, error.what()};
    } catch (const std::exception& error) {
        return {Verdict::defect, error.what()};
    }
}

std::filesystem::path prepare(const schedule::Accelerator& accelerator, Simulator simulator) {
    if (simulator == Simulator::icarus) return {};
    if (simulator != Simulator::verilator) return harness::build_netlist_top(accelerator, simulator == Simulator::gates_abc9);
    return harness::build_top(accelerator, false);
}

Outcome run_case(const Case& c, Simulator simulator) {
    Outcome outcome;
    const auto planned = plan_case(c, kAnyCycles, outcome);
    if (!planned) return outcome;
    std::filesystem::path library;
    try {
        library = prepare(c.accelerator, simulator);
    } catch (const Error& error) {
        return {Verdict::defect, error.what()};
    }
    return run_planned(c, *planned, simulator, library);
}

}  // namespace ern::campaign

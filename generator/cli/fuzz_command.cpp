// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>

#include "campaign/campaign.h"
#include "cli/session.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::cli {

namespace fs = std::filesystem;

namespace {

struct FuzzArguments {
    campaign::Options options;
    std::string simulator = "verilator", directory = "fuzz-out", regressions;
    std::vector<std::string> merge, replay;
    bool coverage = false;
};

// Kept with the sources, where the tests run them; else with the campaign.
fs::path regressions_of(const FuzzArguments& arguments) {
    if (!arguments.regressions.empty()) return arguments.regressions;
    const fs::path kept = fs::path(ERNFORGE_SOURCE_DIR) / "tests" / "fuzz" / "regressions";
    return fs::exists(kept) ? kept : fs::path(arguments.directory) / "regressions";
}

void report(Session& session, const campaign::Summary& sum, bool coverage) {
    for (const campaign::Failure& f : sum.failures) {
        session.say("group {} case {}: {}: {}\n  {}\n", f.group, f.number, campaign::name_of(f.verdict), f.text, f.file);
    }
    std::string others;
    for (const auto& [verdict, times] : sum.verdicts) others += fmt::format("{}{} {}", others.empty() ? "" : ", ", times, verdict);
    session.say("{} cases on {} configurations ({} finished), {} frames, {} values compared, {} failures\n", sum.cases, sum.groups,
                sum.finished_groups, sum.frames, sum.compared, sum.failures.size());
    session.say("networks: {}; {} cycles simulated, {:.0f} s\n", others, sum.cycles, sum.seconds);
    if (coverage) session.say("\ncovered:\n{}", sum.coverage.describe());
    session.report = sum.to_json();
    if (!sum.failures.empty()) session.status = kExitWrong;
}

void replay(Session& session, const std::vector<std::string>& files) {
    session.report["results"] = nlohmann::ordered_json::array();
    int wrong = 0;
    for (const std::string& file : files) {
        const auto regression = campaign::parse_regression(support::read_text(file), file);
        const auto outcome = campaign::run_case(regression.test, regression.simulator);
        session.say("{}: {}{}{}\n", file, campaign::name_of(outcome.verdict), outcome.text.empty() ? "" : ": ", outcome.text);
        session.report["results"].push_back({{"file", file}, {"verdict", campaign::name_of(outcome.verdict)}, {"text", outcome.text}});
        wrong += campaign::is_failure(outcome.verdict);
    }
    session.report["mismatches"] = wrong;
    if (wrong > 0) session.status = kExitWrong;
}

void fuzz(Session& session, FuzzArguments& arguments) {
    if (!arguments.replay.empty()) return replay(session, arguments.replay);
    if (!arguments.merge.empty()) {
        return report(session, campaign::summarize({arguments.merge.begin(), arguments.merge.end()}), arguments.coverage);
    }
    campaign::Options& options = arguments.options;
    if (options.seconds == 0 && options.groups == 0) fail("fuzz: say when to stop, by --seconds N or --groups N");
    options.simulator = campaign::simulator_of(arguments.simulator);
    options.directory = arguments.directory;
    options.regressions = regressions_of(arguments);
    const auto on_progress = [&](const campaign::Summary& sum) {
        if (session.progress) fmt::print(stderr, "{} cases, {} failures\n", sum.cases, sum.failures.size());
    };
    report(session, campaign::run_campaign(options, on_progress), arguments.coverage);
}

}  // namespace

void add_fuzz(CLI::App& app, Session& session) {
    auto a = std::make_shared<FuzzArguments>();
    CLI::App* sub = add_subcommand(
        app, session, "fuzz", "Random networks on random accelerators",
        "Each group of cases is one random legal configuration and many random legal networks on it; every layer of\n"
        "every frame is compared with golden. Goes on where it was stopped. Failing cases are made small and kept.\n"
        "  ernforge fuzz --seconds 600 --seed 1 --jobs 2\n"
        "  ernforge fuzz --groups 100 --cases 200 -o campaign        # 20,000 cases\n"
        "  ernforge fuzz --replay tests/fuzz/regressions/*.json\n"
        "  ernforge fuzz --merge shard-1 shard-2 --json summary.json");
    sub->add_option("--seconds", a->options.seconds, "Begin no case later")->check(CLI::PositiveNumber)->type_name("N");
    sub->add_option("--seed", a->options.first_group, "First group, which decides all that is random")->type_name("S");
    sub->add_option("--groups", a->options.groups, "How many groups; without, as many as there is time for")
        ->check(CLI::PositiveNumber)->type_name("N");
    sub->add_option("--cases", a->options.cases, "Cases a group")->check(CLI::PositiveNumber)->type_name("N");
    sub->add_option("--jobs", a->options.jobs, "Processes")->check(CLI::Range(1, 256))->type_name("J");
    sub->add_option("--simulator", a->simulator, "verilator, icarus, or gates and gates-abc9: netlists of small accelerators")->type_name("NAME");
    sub->add_option("-o,--output", a->directory, "Folder of the campaign")->type_name("DIR");
    sub->add_option("--regressions", a->regressions, "Folder for failing cases")->type_name("DIR");
    sub->add_option("--merge", a->merge, "Sum up the campaigns in these folders")->type_name("DIR...");
    sub->add_option("--replay", a->replay, "Run kept cases again")->check(CLI::ExistingFile)->type_name("FILE...");
    sub->add_flag("--coverage", a->coverage, "Print what was covered");
    sub->callback([&session, a] { fuzz(session, *a); });
}

}  // namespace ern::cli

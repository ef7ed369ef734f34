// SPDX-License-Identifier: Apache-2.0
#include "campaign/group.h"

#include <unistd.h>

#include "campaign/shrink.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::campaign {

namespace fs = std::filesystem;

namespace {

constexpr unsigned kMostSeconds = 300;  // a case; then it hangs
constexpr int kMostTries = 400, kMostBuilds = 6;
constexpr double kSaveSeconds = 2;

std::int64_t most_cycles(Simulator simulator) {
    return simulator == Simulator::verilator ? 60'000 : 6'000;
}

Outcome judge(const Case& c, Simulator simulator) {
    ::alarm(2 * kMostSeconds);
    return run_case(c, simulator);
}

std::string keep(const Options& options, const Failure& failure, const Case& c) {
    const fs::path file = options.regressions / fmt::format("{}-{}-{}.json", name_of(options.simulator), failure.group, failure.number);
    support::write_text(file, to_text({c, options.simulator, fmt::format("{}: {}", name_of(failure.verdict), failure.text)}));
    return file.string();
}

void record_failure(Group& group, const Options& options, const Case& c, const Outcome& outcome) {
    Failure failure{group.number, group.next, outcome.verdict, outcome.text, ""};
    failure.file = keep(options, failure, c);
    const Case small = shrink(c, outcome.verdict, [&](const Case& x) { return judge(x, options.simulator); }, kMostTries, kMostBuilds);
    failure.text = run_case(small, options.simulator).text;
    keep(options, failure, small);
    group.done.failures.push_back(failure);
}

void one_case(Group& group, const Options& options, const schedule::Accelerator& accelerator, const fs::path& library) {
    const Case c = group_case(group.number, group.next, accelerator, options.simulator);
    ::alarm(kMostSeconds);
    Outcome outcome;
    const auto planned = plan_case(c, most_cycles(options.simulator), outcome);
    if (planned) outcome = run_planned(c, *planned, options.simulator, library);
    ::alarm(0);
    ++group.done.verdicts[std::string(name_of(outcome.verdict))];
    if (planned) {
        ++group.done.cases;
        group.done.frames += c.run.frames;
        group.done.compared += outcome.compared;
        group.done.cycles += outcome.cycles;
        group.done.coverage.add(c, planned->plan);
    }
    if (is_failure(outcome.verdict)) record_failure(group, options, c, outcome);
    ++group.next;
}

// A legal configuration that no simulation can be made of.
void note_unbuildable(Group& group, const Options& options, const std::string& why) {
    Failure failure{group.number, 0, Verdict::defect, why, ""};
    const auto accelerator = group_configuration(group.number, options.simulator);
    failure.file = keep(options, failure, group_case(group.number, 0, accelerator, options.simulator));
    group.done.failures.push_back(failure);
    ++group.done.verdicts[std::string(name_of(Verdict::defect))];
    group.next = Group::kMostTries * group.target;
    write_group(group_file(options.directory, group.number), group);
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

fs::path group_file(const fs::path& directory, std::uint32_t number) { return directory / fmt::format("group-{}.json", number); }

Group read_group(const fs::path& file) {
    try {
        const auto json = nlohmann::json::parse(support::read_text(file));
        Group g{json.at("group"), simulator_of(json.at("simulator")), json.at("target"), json.at("next"), {}};
        Summary& s = g.done;
        s.verdicts = json.at("verdicts").get<std::map<std::string, std::int64_t>>();
        s.cases = json.at("cases");
        s.frames = json.at("frames");
        s.compared = json.at("compared");
        s.cycles = json.at("cycles");
        s.seconds = json.at("seconds");
        s.coverage = Coverage::from_json(json.at("coverage"));
        for (const auto& f : json.at("failures")) {
            s.failures.push_back({f.at("group"), f.at("number"), static_cast<Verdict>(f.at("verdict")), f.at("text"), f.at("file")});
        }
        return g;
    } catch (const nlohmann::json::exception& error) {
        fail("{}: {}; remove it to run its group again", file.string(), error.what());
    }
}

void write_group(const fs::path& file, const Group& g) {
    const Summary& s = g.done;
    nlohmann::ordered_json json{{"group", g.number}, {"simulator", name_of(g.simulator)}, {"target", g.target}, {"next", g.next},
                                {"verdicts", s.verdicts}, {"cases", s.cases}, {"frames", s.frames}, {"compared", s.compared},
                                {"cycles", s.cycles}, {"seconds", s.seconds}};
    json["configuration"] = to_json(group_configuration(g.number, g.simulator));
    json["failures"] = nlohmann::ordered_json::array();
    for (const Failure& f : s.failures) {
        json["failures"].push_back({{"group", f.group}, {"number", f.number}, {"verdict", static_cast<int>(f.verdict)},
                                    {"text", f.text}, {"file", f.file}});
    }
    json["coverage"] = s.coverage.to_json();
    support::write_text(file, json.dump(1) + "\n");
}

void work_on(Group group, const Options& options, Clock::time_point deadline) {
    const fs::path file = group_file(options.directory, group.number);
    const auto accelerator = group_configuration(group.number, options.simulator);
    auto saved = Clock::now();
    const auto save = [&] {
        group.done.seconds += seconds_since(saved);
        saved = Clock::now();
        write_group(file, group);
    };
    fs::path library;
    try {
        library = prepare(accelerator, options.simulator);
    } catch (const Error& error) {
        note_unbuildable(group, options, error.what());
        return;
    }
    const fs::path at = options.directory / fmt::format("group-{}.at", group.number);
    while (!group.finished() && Clock::now() < deadline) {
        support::write_text(at, fmt::format("{}\n", group.next));  // for note_crash
        const std::size_t failures = group.done.failures.size();
        one_case(group, options, accelerator, library);
        if (group.done.failures.size() != failures || seconds_since(saved) > kSaveSeconds) save();
    }
    save();
    fs::remove(at);
}

void note_crash(Group& group, const Options& options, const std::string& how) {
    const fs::path at = options.directory / fmt::format("group-{}.at", group.number);
    Outcome outcome{Verdict::crash, how};
    if (!fs::exists(at)) {
        group.next = Group::kMostTries * group.target;  // it died while the simulation was built
        outcome.text = how + " while its simulation was built";
    } else {
        group.next = std::stoi(support::read_text(at));
    }
    Failure failure{group.number, group.next, outcome.verdict, outcome.text, ""};
    const auto accelerator = group_configuration(group.number, options.simulator);
    failure.file = keep(options, failure, group_case(group.number, group.next, accelerator, options.simulator));
    group.done.failures.push_back(failure);
    ++group.done.verdicts[std::string(name_of(Verdict::crash))];
    ++group.next;
    write_group(group_file(options.directory, group.number), group);
}

}  // namespace ern::campaign

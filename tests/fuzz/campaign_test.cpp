// SPDX-License-Identifier: Apache-2.0
// A campaign on modules as they are finds nothing; on modules that are broken on purpose it finds the fault, makes it
// small and keeps it; stopped half-way it goes on, and ends with the same sums.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <cstdlib>

#include "campaign/campaign.h"
#include "campaign/group.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::campaign {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t kGroup = 1;

class Place {
  public:
    Place() : folder_(fs::temp_directory_path() / fmt::format("ern_campaign_{}", ::getpid())) { fs::create_directories(folder_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { fs::remove_all(folder_); }
    Options options(const std::string& name, int cases) const {
        Options o;
        o.first_group = kGroup;
        o.groups = 1;
        o.cases = cases;
        o.directory = folder_ / name;
        o.regressions = folder_ / (name + "-regressions");
        return o;
    }
    // rtl_templates with one text replaced, from now on used for every simulation.
    void break_module(const std::string& file, const std::string& from, const std::string& to) const {
        const fs::path rtl = folder_ / "rtl";
        fs::copy(fs::path(std::getenv("ERNFORGE_SOURCE_DIR")) / "rtl_templates", rtl, fs::copy_options::recursive);
        std::string text = support::read_text(rtl / file);
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        support::write_text(rtl / file, text.replace(at, from.size(), to));
        ::setenv("ERNFORGE_RTL", rtl.c_str(), 1);
    }

  private:
    fs::path folder_;
};

}  // namespace

TEST_CASE("a campaign that is stopped goes on, and ends as one that was not") {
    const Place place;
    const Summary whole = run_campaign(place.options("whole", 12), {});
    CHECK(whole.cases == 12);
    CHECK(whole.finished_groups == 1);
    CHECK(whole.frames == 48);
    CHECK(whole.failures.empty());
    CHECK(whole.compared > 1000);

    Options halves = place.options("halves", 12);
    Options five = halves;
    five.cases = 5;
    CHECK(run_campaign(five, {}).cases == 5);
    const Summary continued = run_campaign(halves, {});
    CHECK(continued.cases == whole.cases);
    CHECK(continued.compared == whole.compared);
    CHECK(continued.cycles == whole.cycles);
    CHECK(continued.coverage.counts() == whole.coverage.counts());

    CHECK_THROWS_AS(run_campaign(five, {}), Error);                                    // of fewer cases than it has
    CHECK_THROWS_AS(summarize({halves.directory, halves.directory}), Error);           // the same group twice
}

TEST_CASE("a campaign finds a broken module, and its regression shows the fault again") {
    const Place place;
    // A comparison that is one off; codes that come a cycle early.
    const auto [file, from, to] = GENERATE(table<std::string, std::string, std::string>(
        {{"post/ern_threshold.v", "$signed(in_acc) >= ", "$signed(in_acc) > "},
         {"array/ern_array.v", "code_valid[LATENCY_DOT+N_COLUMNS+2];", "code_valid[LATENCY_DOT+N_COLUMNS+1];"}}));
    place.break_module(file, from, to);
    const Summary broken = run_campaign(place.options("broken", 6), {});
    REQUIRE_FALSE(broken.failures.empty());
    const Failure& failure = broken.failures.front();
    CHECK(failure.verdict == Verdict::mismatch);
    const Regression kept = parse_regression(support::read_text(failure.file), failure.file);
    CHECK(run_case(kept.test, kept.simulator).verdict == Verdict::mismatch);
    const Case original = group_case(kGroup, failure.number, group_configuration(kGroup, Simulator::verilator), Simulator::verilator);
    CHECK(kept.test.network.blocks.size() <= original.network.blocks.size());
    CHECK(kept.test.run.frames == 1);
    ::unsetenv("ERNFORGE_RTL");
    CHECK(run_case(kept.test, kept.simulator).verdict == Verdict::right);
}

TEST_CASE("a process that dies is a failure of the case that it was at, not of the campaign") {
    const Place place;
    const Options options = place.options("crash", 4);
    Group group{kGroup, Simulator::verilator, 4, 0, {}};
    fs::create_directories(options.directory);
    support::write_text(options.directory / "group-1.at", "2\n");
    note_crash(group, options, "signal 11");
    const Group noted = read_group(group_file(options.directory, kGroup));
    CHECK(noted.next == 3);
    REQUIRE(noted.done.failures.size() == 1);
    CHECK(noted.done.failures[0].number == 2);
    CHECK(noted.done.failures[0].verdict == Verdict::crash);
    CHECK(fs::exists(noted.done.failures[0].file));
}

}  // namespace ern::campaign

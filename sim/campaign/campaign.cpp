// SPDX-License-Identifier: Apache-2.0
#include "campaign/campaign.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <set>

#include "campaign/group.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::campaign {

namespace fs = std::filesystem;

namespace {

constexpr int kMostCrashes = 3;  // a group, then it is left

void add(Summary& sum, const Group& group) {
    const Summary& one = group.done;
    ++sum.groups;
    sum.finished_groups += group.finished();
    for (const auto& [verdict, times] : one.verdicts) sum.verdicts[verdict] += times;
    sum.cases += one.cases;
    sum.frames += one.frames;
    sum.compared += one.compared;
    sum.cycles += one.cycles;
    sum.seconds += one.seconds;
    sum.failures.insert(sum.failures.end(), one.failures.begin(), one.failures.end());
    sum.coverage.merge(one.coverage);
}

Group group_of(const Options& options, std::uint32_t number) {
    const fs::path file = group_file(options.directory, number);
    if (!fs::exists(file)) return {number, options.simulator, options.cases, 0, {}};
    Group group = read_group(file);
    if (group.simulator != options.simulator || group.target > options.cases) {
        fail("{}: made with --simulator {} --cases {}; use those, more cases or another folder", file.string(), name_of(group.simulator),
             group.target);
    }
    group.target = options.cases;  // more than it was begun with: the same cases and then further ones
    return group;
}

// Groups in order, each in a process of its own, so that one that crashes or hangs spoils nothing.
class Workers {
  public:
    Workers(const Options& options, Clock::time_point deadline) : options_(options), deadline_(deadline) {}

    void run(const std::function<void()>& on_second) {
        std::uint32_t next = options_.first_group;
        for (;;) {
            while (std::ssize(running_) < options_.jobs && more(next)) start(next++);
            if (running_.empty()) return;
            wait_a_moment();
            on_second();
        }
    }

  private:
    bool more(std::uint32_t next) const {
        const bool there = options_.groups == 0 || next < options_.first_group + static_cast<std::uint32_t>(options_.groups);
        return there && Clock::now() < deadline_;
    }

    void start(std::uint32_t number) {
        const Group group = group_of(options_, number);
        if (group.finished()) return;
        std::fflush(nullptr);
        const pid_t child = ::fork();
        if (child < 0) fail("no process for group {} can be started", number);
        if (child > 0) {
            running_[child] = number;
            return;
        }
        int status = 1;
        try {
            work_on(group, options_, deadline_);
            status = 0;
        } catch (const std::exception& error) {
            fmt::print(stderr, "ernforge: group {}: {}\n", number, error.what());
        }
        std::fflush(nullptr);
        ::_exit(status);
    }

    void wait_a_moment() {
        int status = 0;
        const pid_t child = ::waitpid(-1, &status, WNOHANG);
        if (child <= 0) {
            ::usleep(100'000);
            return;
        }
        const auto found = running_.find(child);
        if (found == running_.end()) return;
        const std::uint32_t number = found->second;
        running_.erase(found);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
        Group group = group_of(options_, number);
        note_crash(group, options_, WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status)) : "its process gave up");
        if (group.done.verdicts[std::string(name_of(Verdict::crash))] < kMostCrashes && Clock::now() < deadline_) start(number);
    }

    const Options& options_;
    Clock::time_point deadline_;
    std::map<pid_t, std::uint32_t> running_;
};

}  // namespace

nlohmann::ordered_json Summary::to_json() const {
    nlohmann::ordered_json json{{"groups", groups}, {"finished_groups", finished_groups}, {"cases", cases}, {"frames", frames},
                                {"compared", compared}, {"mismatches", failures.size()}, {"simulated_cycles", cycles},
                                {"seconds", seconds}, {"verdicts", verdicts}};
    json["failures"] = nlohmann::ordered_json::array();
    for (const Failure& f : failures) {
        json["failures"].push_back({{"group", f.group}, {"number", f.number}, {"verdict", name_of(f.verdict)}, {"text", f.text},
                                    {"file", f.file}});
    }
    json["coverage"] = coverage.to_json();
    return json;
}

Summary summarize(const std::vector<fs::path>& directories) {
    Summary sum;
    std::set<std::uint32_t> seen;
    for (const fs::path& directory : directories) {
        if (!fs::is_directory(directory)) fail("{}: no such folder of a campaign", directory.string());
        std::set<fs::path> files;
        for (const auto& entry : fs::directory_iterator(directory)) {
            if (entry.path().extension() == ".json" && entry.path().stem().string().starts_with("group-")) files.insert(entry.path());
        }
        for (const fs::path& file : files) {
            const Group group = read_group(file);
            if (!seen.insert(group.number).second) fail("{}: group {} is in another folder too", file.string(), group.number);
            add(sum, group);
        }
    }
    return sum;
}

Summary run_campaign(const Options& options, const std::function<void(const Summary&)>& on_progress) {
    fs::create_directories(options.directory);
    const auto limit = options.seconds > 0 ? std::chrono::duration<double>(options.seconds) : std::chrono::duration<double>(1e9);
    const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(limit);
    auto reported = Clock::now();
    Workers(options, deadline).run([&] {
        if (!on_progress || Clock::now() - reported < std::chrono::seconds(5)) return;
        reported = Clock::now();
        on_progress(summarize({options.directory}));
    });
    return summarize({options.directory});
}

}  // namespace ern::campaign

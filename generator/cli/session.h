// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <string>

#include "support/progress.h"

namespace ern::cli {

inline constexpr int kExitDone = 0;   // done and right
inline constexpr int kExitWrong = 1;  // done and wrong: a mismatch, a missed clock, accuracy under --require
inline constexpr int kExitUser = 2;   // the user can mend it

// What the subcommands share: the global options, and what goes back to the shell.
struct Session {
    bool quiet = false;
    bool verbose = false;
    bool progress = false;
    std::string json_path;  // empty: no JSON; "-": standard output
    nlohmann::ordered_json report;
    int status = kExitDone;

    // Text for people, on standard output; silent with --quiet and when JSON goes to standard output.
    template <typename... Args>
    void say(fmt::format_string<Args...> format, Args&&... args) const {
        if (quiet || json_path == "-") return;
        fmt::print(format, std::forward<Args>(args)...);
        std::fflush(stdout);  // what is done shows at once in a log file too
    }
    // A progress bar on standard error; drawn on a terminal or with --progress, never with --quiet.
    // `already` units were done before, by a run that this one goes on with.
    support::Progress bar(std::string label, std::int64_t total, std::int64_t already = 0) const;
};

// Each subcommand lives in <name>_command.cpp and adds itself to the application with its options, its help and a
// callback that does the work, throws ern::Error for what the user can mend, and fills session.report.
CLI::App* add_subcommand(CLI::App& app, Session& session, const std::string& name, const std::string& summary,
                         const std::string& teaching);

void add_train(CLI::App& app, Session& session);
void add_inspect(CLI::App& app, Session& session);
void add_random(CLI::App& app, Session& session);
void add_import(CLI::App& app, Session& session);
void add_run(CLI::App& app, Session& session);
void add_evaluate(CLI::App& app, Session& session);
void add_bench(CLI::App& app, Session& session);
void add_compile(CLI::App& app, Session& session);
void add_generate(CLI::App& app, Session& session);
void add_simulate(CLI::App& app, Session& session);
void add_infer(CLI::App& app, Session& session);
void add_synth(CLI::App& app, Session& session);
void add_fuzz(CLI::App& app, Session& session);
void add_explore(CLI::App& app, Session& session);
void add_compressor(CLI::App& app, Session& session);
void add_doctor(CLI::App& app, Session& session);

}  // namespace ern::cli

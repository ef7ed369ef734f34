// SPDX-License-Identifier: Apache-2.0
// The one place where arguments become work and errors become exit statuses.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "cli/session.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::cli {

support::Progress Session::bar(std::string label, std::int64_t total, std::int64_t already) const {
    return {std::move(label), total, !quiet && (progress || support::stderr_is_terminal()), already};
}

CLI::App* add_subcommand(CLI::App& app, Session& session, const std::string& name, const std::string& summary,
                         const std::string& teaching) {
    CLI::App* sub = app.add_subcommand(name, summary);
    sub->footer(teaching);
    sub->add_option("--json", session.json_path, "Write the results as JSON to FILE, or - for standard output")
        ->type_name("FILE");
    sub->add_flag("--quiet", session.quiet, "Print nothing but errors and results asked for");
    sub->add_flag("--verbose", session.verbose, "Print more");
    sub->add_flag("--progress", session.progress, "Draw progress bars even when standard error is no terminal");
    return sub;
}

namespace {

// One line, with the help that belongs to what was asked for.
void refuse(const CLI::App& app, const CLI::ParseError& error, const std::string& first_argument) {
    const auto chosen = app.get_subcommands();
    const std::string command = chosen.empty() ? "ernforge" : "ernforge " + chosen.front()->get_name();
    std::string what = error.what();
    if (chosen.empty() && !first_argument.empty()) what = first_argument + ": no such command";
    std::replace(what.begin(), what.end(), '\n', ' ');
    fmt::print(stderr, "{}: {}; {} --help shows what it takes\n", command, what, command);
}

int run(int argc, char** argv) {
    CLI::App app{"ernforge: accelerators for networks with 1-bit weights and 2-bit activations", "ernforge"};
    app.require_subcommand(1);
    app.set_help_all_flag("--help-all", "Help of every subcommand");
    app.set_version_flag("--version", "ernforge " ERNFORGE_VERSION "\n(ernforge doctor lists the tools it finds)");
    Session session;
#ifdef ERNFORGE_TRAIN
    add_train(app, session);
#endif
    add_inspect(app, session);
    add_random(app, session);
    add_import(app, session);
    add_run(app, session);
    add_evaluate(app, session);
    add_bench(app, session);
    add_compile(app, session);
    add_generate(app, session);
    add_simulate(app, session);
    add_infer(app, session);
    add_explore(app, session);
    add_synth(app, session);
    add_fuzz(app, session);
    add_compressor(app, session);
    add_doctor(app, session);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // help and version
        refuse(app, error, argc > 1 ? argv[1] : "");
        return kExitUser;
    }
    if (!session.json_path.empty()) {
        const std::string text = session.report.dump(2) + "\n";
        if (session.json_path == "-") {
            fmt::print("{}", text);
        } else {
            support::write_text(session.json_path, text);
        }
    }
    return session.status;
}

}  // namespace
}  // namespace ern::cli

int main(int argc, char** argv) {
    try {
        return ern::cli::run(argc, argv);
    } catch (const ern::Error& error) {
        fmt::print(stderr, "ernforge: {}\n", error.what());
        return ern::cli::kExitUser;
    } catch (const std::filesystem::filesystem_error& error) {
        fmt::print(stderr, "ernforge: {}: {}\n", error.path1().string(), error.code().message());
        return ern::cli::kExitUser;
    } catch (const std::exception& error) {
        fmt::print(stderr, "ernforge: {}\n(this is a defect of ernforge; please report it with the command)\n", error.what());
        return 3;
    }
}

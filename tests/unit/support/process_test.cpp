// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>

#include "folder.h"
#include "support/error.h"
#include "support/file.h"
#include "support/process.h"

namespace ern::support {

namespace {

int shell(const std::string& script, const std::filesystem::path& log = {}, const std::filesystem::path& directory = {},
          const std::function<void(std::string_view)>& on_line = {}, const std::function<bool()>& go_on = {}) {
    return run_process({"/bin/sh", "-c", script}, log, directory, on_line, go_on);
}

}  // namespace

TEST_CASE("the exit status comes back, a signal as 128 and its number") {
    CHECK(shell("exit 0") == 0);
    CHECK(shell("exit 7") == 7);
    CHECK(shell("kill -TERM $$") == 128 + SIGTERM);
    CHECK(shell("kill -KILL $$") == 128 + SIGKILL);
}

TEST_CASE("both streams go to the log and line by line to the caller, the last one without its end too") {
    const Folder folder;
    std::vector<std::string> lines;
    const auto on_line = [&](std::string_view line) { lines.emplace_back(line); };
    REQUIRE(shell("echo out; echo err >&2; echo; printf rest", folder / "logs/log", {}, on_line) == 0);
    CHECK(lines == std::vector<std::string>{"out", "err", "", "rest"});
    CHECK(read_text(folder / "logs/log") == "out\nerr\n\nrest");
}

TEST_CASE("the log has a line as soon as the caller has it, so that a long run can be followed") {
    const Folder folder;
    std::string seen;
    const auto on_line = [&](std::string_view) { seen = read_text(folder / "log"); };
    REQUIRE(shell("echo first", folder / "log", {}, on_line) == 0);
    CHECK(seen == "first\n");
}

TEST_CASE("a process works in its folder, has no input and gets its arguments as they are") {
    const Folder folder;
    CHECK(shell("echo here > file; read line", {}, folder / "") != 0);  // read fails at the end of input
    CHECK(read_text(folder / "file") == "here\n");
    std::string line;
    run_process({"/bin/echo", "a b", "$HOME", "*"}, {}, {}, [&](std::string_view text) { line = text; });
    CHECK(line == "a b $HOME *");
}

TEST_CASE("a process that the caller gives up ends, and its lines until then are there") {
    const auto start = std::chrono::steady_clock::now();
    int lines = 0;
    const int status = run_process({"/bin/sh", "-c", "echo one; echo two; exec sleep 60"}, {}, {},
                                   [&](std::string_view) { ++lines; }, [&] { return lines < 2; });
    CHECK(status == 128 + SIGTERM);
    CHECK(lines == 2);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
    CHECK(shell("echo one; exit 3", {}, {}, {}, [] { return true; }) == 3);
}

TEST_CASE("a program that is not there is named") {
    CHECK_THROWS_MATCHES(run_process({"no-such-program-here"}, {}), Error,
                         Catch::Matchers::Message(
                             "no-such-program-here: no such program; ernforge doctor says how to install it"));
    const Folder folder;
    CHECK_THROWS_MATCHES(shell("true", folder / ""), Error,
                         Catch::Matchers::Message((folder / "").string() + ": cannot be written"));
}

TEST_CASE("programs are found on PATH and by path; folders and plain files are none") {
    const Folder folder;
    write_text(folder / "bin/tool", "#!/bin/sh\necho '  version 3  '\n");
    write_text(folder / "bin/plain", "text");
    std::filesystem::create_directories(folder / "bin/folder");
    std::filesystem::permissions(folder / "bin/tool", std::filesystem::perms::owner_all);
    const std::string before = std::getenv("PATH");
    ::setenv("PATH", ("/nowhere:" + (folder / "bin").string()).c_str(), 1);
    CHECK(find_program("tool") == folder / "bin/tool");
    CHECK_FALSE(find_program("plain"));
    CHECK_FALSE(find_program("folder"));
    CHECK_FALSE(find_program("other"));
    ::setenv("PATH", before.c_str(), 1);
    CHECK(find_program((folder / "bin/tool").string()) == folder / "bin/tool");
    CHECK_FALSE(find_program((folder / "bin/folder").string()));
    CHECK_FALSE(find_program((folder / "bin/other").string()));
    CHECK(output_of({(folder / "bin/tool").string()}) == "  version 3");
    CHECK_FALSE(output_of({"/bin/sh", "-c", "echo text; exit 1"}));
    CHECK_FALSE(output_of({"no-such-program-here"}));
}

}  // namespace ern::support

// SPDX-License-Identifier: Apache-2.0
#include "support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "support/error.h"

namespace ern::support {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void become(const std::vector<std::string>& arguments, const fs::path& directory, int output) {
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
    if (!directory.empty() && ::chdir(directory.c_str()) != 0) ::_exit(127);
    std::vector<char*> argv;
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
}

void collect(int input, std::ofstream& log, const std::function<void(std::string_view)>& on_line) {
    std::string line;
    char buffer[4096];
    for (;;) {
        const ssize_t count = ::read(input, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        if (log.is_open()) log.write(buffer, count).flush();
        if (!on_line) continue;
        for (ssize_t i = 0; i < count; ++i) {
            if (buffer[i] != '\n') {
                line += buffer[i];
                continue;
            }
            on_line(line);
            line.clear();
        }
    }
    if (on_line && !line.empty()) on_line(line);
}

bool is_program(const fs::path& path) {
    std::error_code none;
    return fs::is_regular_file(path, none) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

int run_process(const std::vector<std::string>& arguments, const fs::path& log_file, const fs::path& directory,
                const std::function<void(std::string_view)>& on_line, const std::function<bool()>& go_on) {
    ensure(!arguments.empty(), "a process has a program");
    if (!find_program(arguments[0])) fail("{}: no such program; ernforge doctor says how to install it", arguments[0]);
    std::ofstream log;
    if (!log_file.empty()) {
        if (log_file.has_parent_path()) fs::create_directories(log_file.parent_path());
        log.open(log_file, std::ios::binary | std::ios::trunc);
        if (!log) fail("{}: cannot be written", log_file.string());
    }
    int pipe_ends[2];
    if (::pipe2(pipe_ends, O_CLOEXEC) != 0) fail("{}: cannot be started ({})", arguments[0], std::strerror(errno));
    const pid_t child = ::fork();
    if (child < 0) fail("{}: cannot be started ({})", arguments[0], std::strerror(errno));
    if (child == 0) become(arguments, directory, pipe_ends[1]);
    ::close(pipe_ends[1]);
    if (go_on) {
        collect(pipe_ends[0], log, [&](std::string_view line) {
            if (on_line) on_line(line);
            if (!go_on()) ::kill(child, SIGTERM);
        });
    } else {
        collect(pipe_ends[0], log, on_line);
    }
    ::close(pipe_ends[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::optional<fs::path> find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        return is_program(name) ? std::optional<fs::path>(name) : std::nullopt;
    }
    const char* variable = std::getenv("PATH");
    std::string path = variable ? variable : "/usr/bin:/bin";
    std::size_t start = 0;
    while (start <= path.size()) {
        const std::size_t end = std::min(path.find(':', start), path.size());
        const fs::path candidate = fs::path(path.substr(start, end - start)) / name;
        if (is_program(candidate)) return candidate;
        start = end + 1;
    }
    return std::nullopt;
}

std::optional<std::string> output_of(const std::vector<std::string>& arguments) {
    if (!find_program(arguments[0])) return std::nullopt;
    std::string text;
    const int status = run_process(arguments, {}, {}, [&](std::string_view line) {
        text += line;
        text += '\n';
    });
    if (status != 0) return std::nullopt;
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

}  // namespace ern::support

// SPDX-License-Identifier: Apache-2.0
// A training that is killed (SIGKILL) five times at random moments, and gone on with each time, ends in the same files as
// one that nobody disturbs. A checkpoint is written after every step, so kills strike in the middle of writing too.
#include <fcntl.h>
#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <random>
#include <thread>

#include "train_place.h"

namespace ern::test {

namespace {

constexpr int kEpochs = 60, kKills = 5;

std::vector<std::string> arguments_for(const std::string& name) {
    return {"train", "tiny", "--data", "data", "-o", name + ".ern", "--weights", name + ".weights", "--log", name + ".csv",
            "--epochs", std::to_string(kEpochs), "--batch", "8", "--checkpoint-seconds", "0", "--workers", "2", "--crop", "1",
            "--flip", "--cutmix", "1", "--randaugment", "1,9", "--average", "0.9", "--progressive", "0.3", "--skip-golden"};
}

// The program with these arguments in the place's folder, silent.
pid_t start(const TrainPlace& place, const std::vector<std::string>& arguments) {
    const std::string folder = (place / "").string();
    std::vector<char*> argv{const_cast<char*>(ERNFORGE)};
    for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    const pid_t child = ::fork();
    if (child != 0) return child;
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, 1);
    ::dup2(nowhere, 2);
    if (::chdir(folder.c_str()) == 0) ::execv(ERNFORGE, argv.data());
    ::_exit(127);
}

int lines_of(const fs::path& file) {
    if (!fs::exists(file)) return 0;
    const std::string text = support::read_text(file);
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

// Waits until the log has so many epochs, and a random while more.
bool killed_after(pid_t child, const fs::path& log, int epochs, std::chrono::milliseconds more) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(240);
    while (lines_of(log) < epochs + 1 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::this_thread::sleep_for(more);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

}  // namespace

TEST_CASE("killed five times at random moments, a training ends in the same weights") {
    const TrainPlace place;
    int status = 0;
    ::waitpid(start(place, arguments_for("whole")), &status, 0);
    REQUIRE(status == 0);

    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (int k = 0; k < kKills; ++k) {
        const int epochs = 8 * k + static_cast<int>(random() % 8);
        const std::chrono::milliseconds more(random() % 40);
        INFO("kill " << k << " after epoch " << epochs << " and " << more.count() << " ms");
        REQUIRE(killed_after(start(place, arguments_for("killed")), place / "killed.csv", epochs, more));
        CHECK_FALSE(fs::exists(place / "killed.ern"));
    }
    ::waitpid(start(place, arguments_for("killed")), &status, 0);
    REQUIRE(status == 0);
    CHECK(support::read_file(place / "killed.weights") == support::read_file(place / "whole.weights"));
    CHECK(support::read_file(place / "killed.ern") == support::read_file(place / "whole.ern"));
    CHECK(lines_of(place / "killed.csv") == kEpochs + 1);
}

}  // namespace ern::test

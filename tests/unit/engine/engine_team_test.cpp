// SPDX-License-Identifier: Apache-2.0
// The threads of a frame: every piece once, whatever the numbers, also where the machine lends no thread but this one.
#include "engine/team.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <vector>

namespace ern::engine {

namespace {

// Many short steps of all sizes; the pieces that were not done exactly once, and threads out of range.
int faults(Team& team, int size, int steps) {
    int wrong = 0;
    team.run([&] {
        for (int step = 0; step < steps; ++step) {
            const int count = step % 41;
            std::vector<int> done(static_cast<std::size_t>(count));  // a piece is one thread's: no atomics
            std::atomic<int> outside{0};
            int before = step;  // what a step writes, the next one reads
            team.share(count, [&](int piece, int thread) {
                done[static_cast<std::size_t>(piece)] += 1 + before - step;
                outside += thread < 0 || thread >= size;
            });
            for (const int times : done) wrong += times != 1;
            wrong += outside;
        }
    });
    return wrong;
}

}  // namespace

TEST_CASE("every piece is done once, step after step, frame after frame") {
    for (const int size : {2, 3, 7}) {
        Team team(size);
        for (int frame = 0; frame < 20; ++frame) CHECK(faults(team, size, 500) == 0);
    }
}

TEST_CASE("several threads have work when there is enough") {
    Team team(2);
    std::vector<int> pieces(2);
    // On a busy machine a thread may take a second to leave what it did before.
    for (int frame = 0; frame < 5'000 && pieces[1] == 0; ++frame) {
        team.run([&] {
            team.share(64, [&](int, int thread) {
                ++pieces[static_cast<std::size_t>(thread)];
                const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(20);
                while (std::chrono::steady_clock::now() < end) {}
            });
        });
    }
    CHECK(pieces[0] > 0);
    CHECK(pieces[1] > 0);
}

TEST_CASE("a frame gets done though no other thread comes") {
    const tbb::global_control alone(tbb::global_control::max_allowed_parallelism, 1);
    Team team(3);
    CHECK(faults(team, 3, 200) == 0);
}

}  // namespace ern::engine

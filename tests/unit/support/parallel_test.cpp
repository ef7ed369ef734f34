// SPDX-License-Identifier: Apache-2.0
#include "support/parallel.h"

#include <catch2/catch.hpp>
#include <atomic>
#include <string>
#include <vector>

#include "support/error.h"

using namespace ern;

TEST_CASE("every index is worked on once, whatever the number of threads") {
    const int jobs = GENERATE(1, 2, 7);
    std::vector<std::atomic<int>> seen(100);
    support::parallel_for(jobs, 100, [&](std::int64_t i) { ++seen[static_cast<std::size_t>(i)]; });
    for (const auto& count : seen) CHECK(count == 1);
    support::parallel_for(jobs, 0, [](std::int64_t) { FAIL("nothing to do"); });
}

TEST_CASE("the error of the lowest index is thrown on, and nothing is begun after it for long") {
    for (int round = 0; round < 50; ++round) {
        std::atomic<std::int64_t> begun{0};
        std::string message;
        try {
            support::parallel_for(4, 100'000, [&](std::int64_t i) {
                ++begun;
                if (i >= 20) fail("picture {}", i);
            });
        } catch (const Error& error) {
            message = error.what();
        }
        CHECK(message == "picture 20");
        CHECK(begun < 100'000);
    }
}

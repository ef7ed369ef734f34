// SPDX-License-Identifier: Apache-2.0
// Shrinking with judges that know what is wrong: it must arrive at the least case that has it, and stop.
#include <catch2/catch.hpp>

#include "campaign/shrink.h"

namespace ern::campaign {

namespace {

Case large_case() {
    for (int number = 0;; ++number) {
        Case c = group_case(3, number, group_configuration(3, Simulator::verilator), Simulator::verilator);
        if (c.network.blocks.size() >= 5 && c.network.classes > 3) return c;
    }
}

Case shrunk(const Case& c, const std::function<bool(const Case&)>& wrong, int& tries, int most = 1000) {
    tries = 0;
    return shrink(c, Verdict::mismatch, [&](const Case& x) {
        ++tries;
        return Outcome{wrong(x) ? Verdict::mismatch : Verdict::right};
    }, most, 6);
}

}  // namespace

TEST_CASE("a case that is wrong whatever it is shrinks to nothing") {
    int tries = 0;
    const Case small = shrunk(large_case(), [](const Case&) { return true; }, tries);
    CHECK(small.network.blocks.empty());
    CHECK((small.network.height == 1 && small.network.width == 1 && small.network.classes == 1));
    CHECK((small.run.frames == 1 && small.run.stall_percent == 0));
    CHECK(tries < 200);
}

TEST_CASE("what makes a case wrong stays") {
    int tries = 0;
    Case c = large_case();
    c.network.blocks[2] = {.channels = 77, .kernel = 5, .stride = 3, .pad = 2, .seed = 4};
    c.run.stall_percent = 30;
    const auto wrong = [](const Case& x) {
        if (x.run.frames < 2 || x.run.stall_percent == 0) return false;
        for (const auto& b : x.network.blocks) {
            if (b.channels > 40 && b.kernel == 5 && b.stride >= 2) return true;
        }
        return false;
    };
    const Case small = shrunk(c, wrong, tries);
    REQUIRE(wrong(small));
    CHECK(small.network.blocks.size() == 1);
    CHECK(small.network.blocks[0].channels == 41);
    CHECK(small.network.blocks[0].stride == 2);
    CHECK(small.run.frames == 2);
}

TEST_CASE("another verdict is not the same fault") {
    const Case c = large_case();
    const Case same = shrink(c, Verdict::mismatch, [](const Case&) { return Outcome{Verdict::stopped}; }, 100, 6);
    CHECK(same == c);
}

TEST_CASE("shrinking ends at its limit") {
    int tries = 0;
    shrunk(large_case(), [](const Case&) { return true; }, tries, 7);
    CHECK(tries == 7);
}

TEST_CASE("a regression comes back from its file") {
    const Regression r{large_case(), Simulator::icarus, "mismatch: here"};
    const Regression read = parse_regression(to_text(r), "test");
    CHECK(read.test == r.test);
    CHECK(read.simulator == r.simulator);
    CHECK(read.found == r.found);
}

TEST_CASE("a regression names files without their folders") {
    const Regression r{large_case(), Simulator::verilator, "defect: g++ stops with status 1; /some/a-b/build.log has more: 1 / 2"};
    CHECK(parse_regression(to_text(r), "test").found == "defect: g++ stops with status 1; build.log has more: 1 / 2");
}

}  // namespace ern::campaign

// SPDX-License-Identifier: Apache-2.0
// Whole commands through ern_host against the model of docs/link.md: answers, and what happens at the accelerator's ports;
// then lines with damage of every kind, after which the next frame must be right again.
#include "host_bench.h"

namespace {

using namespace ern::rtl;

Bytes pixels(unsigned id, std::uint32_t offset, const Bytes& data) {
    return Bytes{kPixels} + little(id, 2) + little(offset, 4) + data;
}

// Opcode, fields and data; most of them are right.
Bytes random_body(std::mt19937& random, const HostModel& model, const Surroundings& s) {
    const auto count = [&](unsigned most) { return between(random, 0u, most); };
    const auto data = [&] { return random_bytes(random, between(random, std::size_t{1}, std::size_t{chance(random, 1) ? 240u : 9u})); };
    const unsigned id = model.picture().value_or(7);
    const unsigned first = count(63);
    switch (random() % 12) {
        case 0: return Bytes{kReadReg} + little(first, 1) + little(count(std::min(60u, 64 - first)), 1);
        case 1: return Bytes{kReadReg, 0} + little(between(random, 59u, 62u), 1);      // about the longest answer
        case 2: return Bytes{kWriteReg} + little(first, 1) + random_bytes(random, 4);
        case 3: return Bytes{kWriteMem} + random_bytes(random, 5) + data();
        case 4: return pixels(static_cast<unsigned>(random() & 0xffffu), 0, data());   // a new picture
        case 5: return pixels(id, model.offset(), data());                             // its next bytes
        case 6: return pixels(id, model.offset() + between(random, 1u, 3u), data());   // a hole
        case 7: return Bytes{kReadResult} + little(first, 2) + little(count(std::min(59u, 64 - first)), 1);
        case 8: return Bytes{kReleaseResult} + little(s.result_id + (chance(random, 3) ? 1u : 0u), 2);
        case 9: return Bytes{static_cast<std::uint8_t>(between(random, 7u, 255u))} + random_bytes(random, count(9));
        case 10: return Bytes{kReadResult, 0, 0} + little(between(random, 58u, 61u), 1);
        default: return Bytes{static_cast<std::uint8_t>(between(random, 0u, 7u))} + Bytes(count(3));   // too short
    }
}

Surroundings random_surroundings(std::mt19937& random) {
    Surroundings s;
    for (auto& r : s.registers) r = static_cast<std::uint32_t>(random());
    for (auto& r : s.result) r = static_cast<std::uint32_t>(random());
    s.can_start = chance(random, 6);
    s.result_waiting = chance(random, 5);
    s.result_id = static_cast<std::uint16_t>(random());
    s.result_check = static_cast<std::uint16_t>(random());
    return s;
}

std::uint8_t random_number(std::mt19937& random) { return static_cast<std::uint8_t>(between(random, 1u, 255u)); }

void check(const Outcome& expected, const Bytes& answer) {
    if (!expected.open_words) REQUIRE(answer == expected.answer);
    REQUIRE(answer.size() == expected.answer.size());
    REQUIRE((answer[0] == expected.answer[0] && answer[1] == expected.answer[1]));
}

void check(const std::vector<std::string>& expected, const std::vector<std::string>& seen) {
    const auto [e, s] = std::mismatch(expected.begin(), expected.end(), seen.begin(), seen.end());
    if (e == expected.end() && s == seen.end()) return;
    FAIL("action " << e - expected.begin() << " is '" << (s == seen.end() ? "nothing" : *s) << "', expected '"
                   << (e == expected.end() ? "nothing" : *e) << "'");
}

// Sends one command and compares all that comes of it.
void exchange(HostBench& bench, HostModel& model, const Bytes& body) {
    const Bytes command = Bytes{random_number(bench.random())} + body;
    const Outcome expected = model.execute(command, bench.surroundings);
    INFO("opcode " << int{body[0]} << ", bytes " << body.size() << ", status " << int{expected.answer[1]});
    bench.send(line_of(command));
    const auto answers = bench.run();
    REQUIRE(answers.size() == 1);
    check(expected, answers[0]);
    check(expected.actions, bench.take_actions());
}

const Bytes kBadFrameAnswer{0, kBadFrame};

bool holds_a_frame(const Bytes& line) {
    for (auto start = line.begin(); start != line.end();) {
        const auto end = std::find(start, line.end(), kEnd);
        if (content_of(unslip(Bytes(start, end)))) return true;
        start = end == line.end() ? end : end + 1;
    }
    return false;
}

// A line on which no frame is left: an end too much before a frame, for one, does not hurt it.
Bytes broken_line(std::mt19937& random, const Bytes& content) {
    for (;;) {
        const Bytes line = chance(random, 2) ? random_bytes(random, 30) + Bytes{kEnd} : damaged(random, line_of(content));
        if (!holds_a_frame(line)) return line;
    }
}

}  // namespace

TEST_CASE("commands are answered and carried out") {
    const int seed = GENERATE(1, 2);
    const Traffic traffic{GENERATE(0u, 4u), GENERATE(0u, 4u)};
    INFO("seed " << seed << ", " << to_string(traffic));
    HostBench bench(seed, traffic);
    HostModel model;
    std::array<int, 8> seen{};
    for (int i = 0; i < 400; ++i) {
        bench.surroundings = random_surroundings(bench.random());
        const Bytes body = random_body(bench.random(), model, bench.surroundings);
        HostModel probe = model;
        ++seen.at(probe.execute(Bytes{1} + body, bench.surroundings).answer[1]);
        exchange(bench, model, body);
        if (chance(bench.random(), 1)) {
            bench.clear();
            model.forget_picture();
        }
    }
    for (const Status status : {kOk, kBadOpcode, kBadLength, kBusy, kBadOffset, kEmpty}) CHECK(seen.at(status) > 0);
    CHECK(bench.link_errors() == 0);
}

TEST_CASE("a picture in many commands, each of them sent twice") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    HostBench bench(seed, {2, 4});
    HostModel model;
    for (unsigned id = 1; id < 4; ++id) {
        for (int i = 0; i < 10; ++i) {
            const Bytes body = pixels(id, i == 0 ? 0 : model.offset(), random_bytes(bench.random(), 240));
            exchange(bench, model, body);
            exchange(bench, model, body);   // BAD_OFFSET with the offset behind it
        }
        CHECK(model.offset() == 2400);
    }
}

TEST_CASE("bytes that nobody takes end in a timeout; the picture begins anew under a new number") {
    const int seed = GENERATE(1, 2);
    const std::size_t takes = GENERATE(0, 1, 19);
    INFO("seed " << seed << ", takes " << takes);
    HostBench bench(seed, {0, 3});
    HostModel model;
    bench.surroundings.takes = takes;
    exchange(bench, model, pixels(5, 0, random_bytes(bench.random(), 20)));
    CHECK(bench.longest_wait() >= N_TIMEOUT);
    CHECK(bench.longest_wait() <= N_TIMEOUT + 1);
    bench.surroundings.takes = SIZE_MAX;
    exchange(bench, model, pixels(5, static_cast<std::uint32_t>(takes) + 1, random_bytes(bench.random(), 20)));
    exchange(bench, model, pixels(6, 0, random_bytes(bench.random(), 20)));
    exchange(bench, model, pixels(6, 20, random_bytes(bench.random(), 20)));
}

TEST_CASE("a damaged frame does nothing; the next one is right") {
    const int seed = GENERATE(1, 2);
    const Traffic traffic{GENERATE(0u, 4u), GENERATE(0u, 4u)};
    INFO("seed " << seed << ", " << to_string(traffic));
    HostBench bench(seed, traffic);
    HostModel model;
    unsigned errors = 0;
    for (int i = 0; i < 200; ++i) {
        bench.surroundings = random_surroundings(bench.random());
        const Bytes body = random_body(bench.random(), model, bench.surroundings);
        bench.send(broken_line(bench.random(), Bytes{9} + body));
        const auto answers = bench.run();
        if (bench.link_errors() > errors) REQUIRE_FALSE(answers.empty());
        errors = bench.link_errors();
        for (const Bytes& answer : answers) REQUIRE(answer == kBadFrameAnswer);
        REQUIRE(bench.take_actions().empty());
        exchange(bench, model, body);
        REQUIRE(bench.link_errors() == errors);
    }
    CHECK(errors > 150);
}

TEST_CASE("frames without waiting for answers: each whole one is carried out once, in order") {
    const int seed = GENERATE(range(1, 9));
    const Traffic traffic{GENERATE(0u, 2u), GENERATE(0u, 4u, 7u)};
    INFO("seed " << seed << ", " << to_string(traffic));
    HostBench bench(seed, traffic);
    HostModel model;
    bench.surroundings = random_surroundings(bench.random());
    std::vector<Outcome> expected;
    std::vector<std::string> actions;
    std::size_t damage = 0;
    for (int i = 0; i < 150; ++i) {
        if (chance(bench.random(), 4)) {
            bench.send(Bytes{0x31, 0x32, kEnd});
            ++damage;
        }
        const Bytes command = Bytes{random_number(bench.random())} + random_body(bench.random(), model, bench.surroundings);
        expected.push_back(model.execute(command, bench.surroundings));
        actions.insert(actions.end(), expected.back().actions.begin(), expected.back().actions.end());
        bench.send(line_of(command));
    }
    auto answers = bench.run();
    // Damaged frames that meet a running command may share one answer, or go without.
    const auto refusals = std::erase(answers, kBadFrameAnswer);
    CHECK(refusals <= damage);
    REQUIRE(answers.size() == expected.size());
    for (std::size_t i = 0; i < answers.size(); ++i) check(expected[i], answers[i]);
    check(actions, bench.take_actions());
    CHECK(bench.link_errors() == damage);
}

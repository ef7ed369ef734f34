// SPDX-License-Identifier: Apache-2.0
// Every byte of a random line gives its byte of the frame, nothing, or the frame's end, in the cycle in which it is taken.
#include "Vtop.h"
#include "frames.h"

namespace {

using namespace ern::rtl;

// What a byte of the line gives. After an illegal escape the bytes of the frame are open, only its end counts.
struct Event {
    std::optional<std::uint8_t> byte;
    bool end = false, spoiled = false, open = false;
};

std::vector<Event> events_of(const Bytes& line) {
    std::vector<Event> events(line.size());
    for (std::size_t start = 0; start < line.size();) {
        const auto end = static_cast<std::size_t>(std::find(line.begin() + static_cast<long>(start), line.end(), kEnd) -
                                                  line.begin());
        bool spoiled = false;
        for (std::size_t i = start; i < end; ++i) {
            events[i].open = spoiled;
            if (line[i] != kEsc) {
                events[i].byte = line[i];
            } else if (i + 1 == end) {
                spoiled = true;
            } else {
                ++i;
                events[i].open = spoiled;
                if (line[i] == kEscEnd) events[i].byte = kEnd;
                else if (line[i] == kEscEsc) events[i].byte = kEsc;
                else spoiled = true;
            }
        }
        if (end < line.size()) events[end] = {std::nullopt, true, spoiled, false};
        start = end + 1;
    }
    return events;
}

void compare(Bench<Vtop>& bench, const Event& expected, std::size_t at) {
    const bool valid = bench->out_valid, end = bench->out_end;
    bool right = end == expected.end && (!end || bench->out_spoiled == expected.spoiled);
    if (!expected.open) right = right && valid == expected.byte.has_value() && (!valid || bench->out_data == *expected.byte);
    if (!right) {
        FAIL("byte " << at << ": valid " << valid << ", data " << int{bench->out_data} << ", end " << end
                           << ", spoiled " << int{bench->out_spoiled});
    }
}

}  // namespace

TEST_CASE("a line is decoded byte by byte") {
    const int seed = GENERATE(1, 2);
    const unsigned idle = GENERATE(0u, 4u);
    INFO("seed " << seed << ", idle " << idle << "/8");
    std::mt19937 random(static_cast<unsigned>(seed));
    Bench<Vtop> bench(seed);
    bench->in_valid = 0;
    reset(bench);
    Bytes line = random_bytes(random, 20000);
    for (int frame = 0; frame < 100; ++frame) line = line + slip(random_bytes(random, random() % 50));
    const std::vector<Event> events = events_of(line);
    for (std::size_t i = 0; i < line.size();) {
        const bool take = !chance(random, idle);
        bench->in_valid = take;
        bench->in_data = take ? line[i] : random_byte(random);
        settle(bench);
        if (take) compare(bench, events[i], i);
        else if (bench->out_valid || bench->out_end) FAIL("something without a byte before " << i);
        i += take;
        bench.cycle();
    }
    CHECK(std::count_if(events.begin(), events.end(), [](const Event& e) { return e.end && e.spoiled; }) > 100);
    CHECK(std::count_if(events.begin(), events.end(), [](const Event& e) { return e.end && !e.spoiled; }) > 100);
}

TEST_CASE("reset forgets what a frame began with") {
    const Bytes begun = GENERATE(Bytes{kEsc}, Bytes{kEsc, 0x11}, Bytes{0x22});
    Bench<Vtop> bench(1);
    bench->in_valid = 0;
    reset(bench);
    for (const std::uint8_t byte : begun) {
        bench->in_valid = 1;
        bench->in_data = byte;
        bench.cycle();
    }
    reset(bench, 1);
    const Bytes line{kEscEnd, kEnd};   // a plain byte, then the end
    for (std::size_t i = 0; i < line.size(); ++i) {
        bench->in_valid = 1;
        bench->in_data = line[i];
        settle(bench);
        compare(bench, events_of(line)[i], i);
        bench.cycle();
    }
}

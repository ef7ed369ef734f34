// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <random>

#include "peer.h"
#include "support/error.h"

namespace ern::link {

namespace {

Bytes random_bytes(std::size_t count, std::uint32_t seed) {
    std::mt19937 random(seed);
    Bytes bytes(count);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

schedule::Image image() {
    schedule::Image image;
    image.configuration = 0x12345678;
    image.accelerator = "wanted";
    image.network = "net";
    image.picture = {5, 7, 3};
    image.picture_base = 11;
    image.picture_row_step = 6;
    image.picture_block_step = 2;
    image.predicted_cycles = 1000;
    image.weight_bytes = 4;
    image.threshold_bytes = 4;
    image.program = random_bytes(512, 1);
    image.weights = random_bytes(2404, 2);
    image.thresholds = random_bytes(40, 3);
    return image;
}

template <typename Work>
std::string refusal(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "done";
}

}  // namespace

TEST_CASE("no answer: five attempts, then an error that says what to look at") {
    Peer peer;
    peer.answers = [](int) { return false; };
    Session session(peer);
    CHECK(refusal([&] { session.read_register(0); }) ==
          "peer: no answer to 5 attempts; check the cable, the baud rate and that an ernforge bitstream is loaded");
    CHECK(peer.commands == Session::kAttempts);
    CHECK(session.repeated() == Session::kAttempts - 1);
}

TEST_CASE("a lost command, a lost answer and a damaged answer are repeated and do their work once") {
    for (const int lost : {0, 1, 3}) {
        Peer peer;
        Session session(peer);
        peer.hears = [&](int index) { return lost != 0 || index % 3 != 0; };
        peer.answers = [&](int index) { return lost != 1 || index % 3 != 0; };
        peer.change = [&](int index, Bytes&) {
            if (lost == 3 && index % 3 == 0) peer.send({0xc0, 1, 2, 3, 4, 5, 6, 0xc0});
        };
        const Bytes picture = random_bytes(1000, 5);
        const std::uint16_t number = session.send_picture(picture);
        INFO("lost " << lost);
        CHECK(peer.pictures[number] == picture);
        peer.results.push_back({number, {1, -2}});
        CHECK(session.wait_result(number, 2).sums == std::vector<std::int32_t>{1, -2});
        CHECK(peer.releases == 1);
        CHECK((session.repeated() > 0) == (lost != 3));
    }
}

TEST_CASE("the late answer to an earlier attempt is not taken for this one's") {
    Peer peer;
    Session session(peer);
    peer.registers[4] = 44;
    peer.registers[5] = 55;
    CHECK(session.read_register(4) == 44);
    peer.send_frame({1, 0, 99, 0, 0, 0});  // the first command's answer, once more
    CHECK(session.read_register(5) == 55);
    CHECK(session.repeated() == 0);
    peer.send_frame({0, status("BAD_FRAME")});  // what the device says of a damaged command
    CHECK(session.read_register(5) == 55);
    CHECK(session.repeated() == 1);
}

TEST_CASE("answers that say no are named with their meaning") {
    Peer peer;
    Session session(peer);
    const auto answer = [&](std::uint8_t code) { peer.change = [code](int, Bytes& bytes) { bytes = {bytes[0], code}; }; };
    answer(status("BAD_OPCODE"));
    CHECK(refusal([&] { session.read_register(7); }) == "peer: reading register 7: BAD_OPCODE (unknown command)");
    answer(status("BAD_LENGTH"));
    CHECK(refusal([&] { session.write_register(20, 1); }) ==
          "peer: writing register 20: BAD_LENGTH (the command is shorter than its fields, or asks for too much)");
    answer(99);
    CHECK(refusal([&] { session.write_register(20, 1); }) == "peer: writing register 20: status 99");
    answer(status("TIMEOUT"));
    CHECK(refusal([&] { session.send_picture(Bytes(10)); }) ==
          "peer: sending picture 1 at byte 0: TIMEOUT (the accelerator did not take the bytes; the picture is lost, send it "
          "under a new number)");
    CHECK(session.repeated() == 0);
}

TEST_CASE("a device that is none, or speaks another version") {
    Peer peer;
    Session session(peer);
    const Identity id = session.identify();
    CHECK((id.taps == 3 && id.channels == 32 && id.outputs == 16 && id.accumulator_bits == 14));
    peer.registers[reg("VERSION")] = 1;
    CHECK(refusal([&] { session.identify(); }) ==
          "peer: the device speaks version 1 of the protocol, this ernforge version 3; build its bitstream again");
    peer.registers[reg("MAGIC")] = 0xdeadbeef;
    CHECK(refusal([&] { session.identify(); }) ==
          "peer: the device says deadbeef instead of 464e5245; it is no ernforge accelerator");
}

TEST_CASE("load fills the memories and registers, and refuses another accelerator before that") {
    Peer peer;
    Session session(peer);
    std::size_t last = 0, all = 0;
    session.load(image(), [&](std::size_t done, std::size_t total) {
        CHECK(done > last);
        last = done;
        all = total;
    });
    CHECK(last == all);
    CHECK(all == 512 + 2404 + 40);
    CHECK(peer.memories[0] == image().program);
    CHECK(peer.memories[1] == image().weights);
    CHECK(peer.memories[2] == image().thresholds);
    CHECK(peer.registers[reg("PICTURE_BASE")] == 11);
    CHECK(peer.registers[reg("PICTURE_SIZE")] == (7 | 5 << 16));
    CHECK(peer.registers[reg("PICTURE_COLOURS")] == 3);
    CHECK(peer.registers[reg("PICTURE_STEPS")] == (2 | 6 << 16));

    Peer other;
    other.registers[reg("CONFIGURATION")] = 0x1;
    Session with_other(other);
    CHECK(refusal([&] { with_other.load(image()); }) ==
          "peer: the device has configuration 00000001, program net was compiled for wanted (12345678); compile it for this "
          "device");
    CHECK(other.memories.empty());
}

TEST_CASE("an error of the accelerator is told after loading and while waiting") {
    Peer peer;
    Session session(peer);
    peer.registers[reg("STATUS")] = 0x10;
    CHECK(refusal([&] { session.load(image()); }) ==
          "peer: the program does not fit the device's memories; compile it for this device");
    peer.registers[reg("STATUS")] = 0x08;
    const std::pair<std::uint32_t, std::string> errors[] = {{1 | 5 << 8, "the watchdog stopped it at descriptor 5"},
                                                            {2 | 300 << 8, "it met an unknown opcode at descriptor 300"},
                                                            {3, "its program left the program memory at descriptor 0"},
                                                            {9, "unknown error at descriptor 0"}};
    for (const auto& [code, text] : errors) {
        peer.registers[reg("ERROR")] = code;
        CHECK(refusal([&] { session.wait_result(1, 2); }) == "peer: the accelerator stopped: " + text);
    }
}

TEST_CASE("a busy device and a result that is not there yet are waited for") {
    Peer peer;
    Session session(peer);
    peer.busy = 20;
    peer.empty = 30;
    const std::uint16_t number = session.send_picture(random_bytes(300, 8));
    CHECK(peer.pictures[number] == random_bytes(300, 8));
    std::vector<std::int32_t> sums;  // more than one answer holds
    for (int c = 0; c < 130; ++c) sums.push_back(1000 - 17 * c);
    peer.results.push_back({number, sums});
    const Result result = session.wait_result(number, 130);
    CHECK(result.sums == sums);
    CHECK(result.picture == number);
    CHECK(result.cycles == 4711);
    CHECK(peer.results.empty());
}

TEST_CASE("a frame of many cycles is waited for longer than one of few") {
    const auto waits = [](std::int64_t cycles, int polls) {
        Peer peer;
        Session session(peer);
        schedule::Image slow = image();
        slow.predicted_cycles = cycles;
        session.configure(slow);
        const std::uint16_t number = session.send_picture(random_bytes(105, 8));
        peer.results.push_back({number, {1, 2}});
        peer.empty = polls;
        return refusal([&] { session.wait_result(number, 2); });
    };
    CHECK_THAT(waits(1000, 150'000), Catch::Contains("does not come"));
    CHECK_THAT(waits(9'000'000, 150'000), !Catch::Contains("does not come"));   // 9,000,000 cycles are 112,500 polls of a simulation
}

TEST_CASE("results of pictures that were given up are dropped, too many of them are an error") {
    Peer peer;
    Session session(peer);
    const std::uint16_t number = session.send_picture(Bytes(3, 1));
    peer.results = {{77, {9, 9}}, {78, {8, 8}}, {number, {5, 6}}};
    CHECK(session.wait_result(number, 2).sums == std::vector<std::int32_t>{5, 6});
    CHECK(peer.releases == 3);
    peer.results.clear();
    for (std::uint16_t other = 100; other < 120; ++other) peer.results.push_back({other, {0, 0}});
    CHECK(refusal([&] { session.wait_result(2, 2); }) ==
          "peer: the device holds the result of picture 104, not of 2; reset it");
}

TEST_CASE("a result of another picture in the middle of the words is not mixed with this one's") {
    Peer peer;
    Session session(peer);
    const std::vector<std::int32_t> old_sums(100, -1), sums(100, 7);
    peer.results = {{5, sums}};
    int reads = 0;
    peer.change = [&](int, Bytes& answer) {
        // Between the two halves the device shows an older result, as after a release that was lost.
        if (answer.size() > 10 && ++reads == 1) peer.results.push_front({4, old_sums});
    };
    CHECK(session.wait_result(5, 100).sums == sums);
}

TEST_CASE("after a reset picture numbers are far from those that the device knows") {
    Peer peer;
    Session session(peer);
    peer.registers[reg("RESULT_ID")] = 7;
    session.reset();
    CHECK(peer.registers[reg("CONTROL")] == 3);
    CHECK(session.send_picture(Bytes(1)) == 1008);
}

TEST_CASE("sequence number 0 is never used") {
    Peer peer;
    Session session(peer);
    bool zero = false;
    peer.change = [&](int, Bytes& answer) { zero = zero || answer[0] == 0; };
    for (int i = 0; i < 600; ++i) session.read_register(4);
    CHECK_FALSE(zero);
    CHECK(session.repeated() == 0);
}

}  // namespace ern::link

// SPDX-License-Identifier: Apache-2.0
// 100,000 faults on the line between a host session and a device in software: what the session reports as done was done,
// what it returns is what the device holds; all else is an error. Nothing takes more than its attempts.
#include <catch2/catch.hpp>

#include "disturbance.h"
#include "peer.h"
#include "support/error.h"

namespace ern::link {

namespace {

constexpr std::int64_t kFaults = 100'000;

// Between session and peer, spoiling both directions.
class Line : public Transport {
  public:
    Line(Peer& peer, std::uint32_t seed, unsigned percent) : peer_(peer), sent_(seed, percent), received_(seed + 1, percent) {}
    void write(std::span<const std::uint8_t> bytes) override {
        ++writes;
        peer_.write(sent_.pass({bytes.begin(), bytes.end()}));
        Bytes answer;
        while (const auto byte = peer_.read()) answer.push_back(*byte);
        const Bytes passed = received_.pass(answer);
        waiting_.insert(waiting_.end(), passed.begin(), passed.end());
    }
    std::optional<std::uint8_t> read() override {
        if (waiting_.empty()) return std::nullopt;
        const std::uint8_t byte = waiting_.front();
        waiting_.pop_front();
        return byte;
    }
    std::string name() const override { return "line"; }
    std::int64_t faults() const { return sent_.faults() + received_.faults(); }
    std::int64_t count(Disturbance::Kind kind) const { return sent_.counts()[kind] + received_.counts()[kind]; }
    std::int64_t writes = 0;

  private:
    Peer& peer_;
    Disturbance sent_, received_;
    std::deque<std::uint8_t> waiting_;
};

struct Tally {
    std::int64_t right = 0, refused = 0, wrong = 0;
};

void registers(Session& session, Peer& peer, std::mt19937& random, Tally& tally) {
    const std::uint32_t value = static_cast<std::uint32_t>(random());
    session.write_register(reg("WATCHDOG"), value);
    const bool written = peer.registers[reg("WATCHDOG")] == value;
    const bool read = session.read_register(reg("WATCHDOG")) == value;
    ++(written && read ? tally.right : tally.wrong);
}

void picture(Session& session, Peer& peer, std::mt19937& random, Tally& tally) {
    Bytes bytes(1 + random() % 600);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    const std::uint16_t number = session.send_picture(bytes);
    const bool arrived = peer.pictures[number] == bytes;
    peer.pictures.clear();
    const std::vector<std::int32_t> sums{static_cast<std::int32_t>(random()), -5, 7};
    peer.results.push_back({number, sums});
    const Result result = session.wait_result(number, 3);
    ++(arrived && result.sums == sums && result.picture == number ? tally.right : tally.wrong);
}

}  // namespace

TEST_CASE("100,000 faults on the line: no wrong value is taken for right, and nothing takes more than its attempts") {
    Peer peer;
    const std::uint32_t seed = 5;
    Line line(peer, seed, 20);
    Session session(line);
    std::mt19937 random(seed);
    Tally tally;
    while (line.faults() < kFaults) {
        const std::int64_t before = line.writes;
        try {
            if (random() % 2) registers(session, peer, random, tally);
            else picture(session, peer, random, tally);
        } catch (const Error&) {
            ++tally.refused;
            peer.results.clear();
            peer.pictures.clear();
        }
        // 3 chunks of a picture, a result, its cycles and its release, each at most five times.
        if (line.writes - before > 6 * Session::kAttempts + 20) FAIL("one exchange took " << line.writes - before << " frames");
    }
    WARN(line.faults() << " faults (" << line.count(Disturbance::flip) << " flips, " << line.count(Disturbance::drop) << " losses, "
                       << line.count(Disturbance::duplicate) << " doubled, " << line.count(Disturbance::delay) << " delayed): "
                       << tally.right << " exchanges right, " << tally.refused << " refused, " << tally.wrong << " wrong");
    CHECK(tally.wrong == 0);
    CHECK(tally.right > 10 * tally.refused);
    CHECK(session.repeated() > kFaults / 8);
}

}  // namespace ern::link

// SPDX-License-Identifier: Apache-2.0
// Whole, damaged, too short and too long frames, and noise: two cycles after a frame's end it waits, or is reported as
// bad. What waits is the content, until done; then the next byte is taken.
#include "Vtop.h"
#include "frames.h"

namespace {

using namespace ern::rtl;

constexpr std::size_t kShortest = 6;   // sequence number, opcode, CRC

// A frame's line without its end.
Bytes slip_open(const Bytes& content) {
    Bytes line = line_of(content);
    line.pop_back();
    return line;
}

Bytes random_line(std::mt19937& random) {
    const auto any = [&](std::size_t low, std::size_t high) { return random_bytes(random, between(random, low, high)); };
    switch (random() % 14) {
        case 0: return line_of(any(0, 1));                                       // too short
        case 1: return line_of(any(N_BYTES - 3, N_BYTES - 1));                   // too long
        case 2: return line_of(any(2 * N_BYTES, 3 * N_BYTES));
        case 3: return line_of(any(N_BYTES - 5, N_BYTES - 4));                   // just fits
        case 4:
        case 5: return damaged(random, line_of(any(2, N_BYTES - 4)));
        case 6: return any(1, 20) + Bytes{kEnd};                                 // noise
        case 7: return Bytes{kEnd};                                              // nothing
        case 8: return slip(any(2, 8) + Bytes{0, 0, 0, 0});                      // no CRC
        case 9: return Bytes{kEsc, 0x11} + line_of(any(2, N_BYTES - 4));         // only the escape is wrong
        case 10: return slip_open(any(2, N_BYTES - 4)) + Bytes{kEsc, kEnd};
        default: return line_of(any(2, N_BYTES - 4));
    }
}

class Receiver {
  public:
    Receiver(int seed, unsigned idle, unsigned slow) : bench_(seed), random_(static_cast<unsigned>(seed)), idle_(idle), slow_(slow) {
        bench_->in_valid = 0;
        bench_->done = 0;
        reset(bench_);
    }

    void send(const Bytes& line) {
        for (std::size_t i = 0; i < line.size();) {
            const bool give = !chance(random_, idle_);
            i += cycle(give ? std::optional(line[i]) : std::nullopt);
        }
    }

    std::mt19937& random() { return random_; }
    int frames = 0, damaged_frames = 0;

  private:
    // One cycle; true when the byte was taken.
    bool cycle(std::optional<std::uint8_t> byte) {
        bench_->in_valid = byte.has_value();
        bench_->in_data = byte.value_or(random_byte(random_));
        bench_->done = waiting_ && !chance(random_, slow_);
        const std::size_t at = waiting_ ? random_() % waiting_->size() : 0;
        set_port(bench_->read_index, at);
        settle(bench_);
        check(at);
        const bool taken = byte && bench_->in_ready;
        bad_ = false;
        if (bench_->done) waiting_.reset();
        if (ended_) judge(*ended_);
        ended_.reset();
        if (taken) take(*byte);
        bench_.cycle();
        return taken;
    }

    void check(std::size_t at) {
        if (bench_->frame != waiting_.has_value()) FAIL("frame is " << int{bench_->frame});
        if (bench_->in_ready != (!waiting_ && !ended_)) FAIL("in_ready is " << int{bench_->in_ready});
        if (bench_->bad != bad_) FAIL("bad is " << int{bench_->bad});
        if (bench_->errors != static_cast<unsigned>(damaged_frames)) FAIL("errors is " << bench_->errors);
        if (!waiting_) return;
        if (bench_->length != waiting_->size()) FAIL("length is " << bench_->length);
        if (bench_->read_data != (*waiting_)[at]) FAIL("byte " << at << " differs");
    }

    void take(std::uint8_t byte) {
        if (byte != kEnd) {
            line_.push_back(byte);
        } else {
            ended_ = std::exchange(line_, {});
        }
    }

    // What becomes of a frame, in the cycle after its end came.
    void judge(const Bytes& line) {
        const Frame frame = unslip(line);
        const bool fits = frame.bytes.size() >= kShortest && frame.bytes.size() <= N_BYTES;
        const auto content = fits ? content_of(frame) : std::nullopt;
        if (content) waiting_ = content;
        bad_ = !content && !line.empty();
        frames += content.has_value();
        damaged_frames += bad_;
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    unsigned idle_, slow_;
    Bytes line_;                      // since the last end
    std::optional<Bytes> ended_;      // the frame whose end came in the cycle before
    std::optional<Bytes> waiting_;    // content of the frame in the buffer
    bool bad_ = false;
};

}  // namespace

TEST_CASE("frames of every kind") {
    const int seed = GENERATE(1, 2);
    const unsigned idle = GENERATE(0u, 4u), slow = GENERATE(0u, 7u);
    INFO("seed " << seed << ", idle " << idle << "/8, slow " << slow << "/8");
    Receiver receiver(seed, idle, slow);
    for (int i = 0; i < 800; ++i) receiver.send(random_line(receiver.random()));
    CHECK(receiver.frames > 100);
    CHECK(receiver.damaged_frames > 100);
}

TEST_CASE("a frame of every length, with noise before some") {
    Receiver receiver(1, 0, 4);
    int sent = 0;
    for (std::size_t length = 0; length < N_BYTES + 3; ++length) {
        if (length % 3 == 0) receiver.send(Bytes{0x12, kEsc, 0x99, kEnd});
        receiver.send(line_of(random_bytes(receiver.random(), length)));
        sent += length >= 2 && length <= N_BYTES - 4;
    }
    receiver.send(Bytes{kEnd});
    CHECK(receiver.frames == sent);
}

TEST_CASE("every flipped bit of a frame is found") {
    Receiver receiver(1, 0, 0);
    const Bytes line = line_of(random_bytes(receiver.random(), 9));
    int sent = 0;
    for (std::size_t bit = 0; bit < 8 * (line.size() - 1); ++bit) {   // a flipped end joins two frames: see above
        Bytes flipped = line;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        receiver.send(flipped);
        ++sent;
    }
    receiver.send(Bytes{kEnd});   // until the last one was judged
    CHECK(receiver.frames == 0);
    CHECK(receiver.damaged_frames >= sent);
}

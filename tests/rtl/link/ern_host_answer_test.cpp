// SPDX-License-Identifier: Apache-2.0
// Answers of any number of words against the frame that docs/link.md defines: the line, one question a word, busy until
// the last byte has left; a byte a cycle while nobody waits.
#include "Vtop.h"
#include "frames.h"

namespace {

using namespace ern::rtl;

struct Answer {
    unsigned sequence_number, status;
    std::vector<std::uint32_t> words;

    Bytes line() const {
        Bytes content{static_cast<std::uint8_t>(sequence_number), static_cast<std::uint8_t>(status)};
        for (const std::uint32_t word : words) content = content + little(word, 4);
        return line_of(content);
    }
};

Answer random_answer(std::mt19937& random) {
    Answer answer{random_byte(random), random_byte(random), {}};
    const auto words = chance(random, 1) ? 255u : between(random, 0u, 6u);
    for (unsigned i = 0; i < words; ++i) {
        std::uint32_t word = 0;
        for (int b = 0; b < 4; ++b) word = word << 8 | random_byte(random);
        answer.words.push_back(word);
    }
    return answer;
}

class Sender {
  public:
    Sender(int seed, unsigned stall, unsigned latency) : bench_(seed), random_(static_cast<unsigned>(seed)), stall_(stall), latency_(latency) {
        bench_->go = 0;
        bench_->word_valid = 0;
        bench_->out_ready = 1;
        reset(bench_);
    }

    // Sends one answer; returns the cycles in which it was busy.
    long send(const Answer& answer) {
        bench_->go = 1;
        set_port(bench_->sequence_number, answer.sequence_number);
        set_port(bench_->status, answer.status);
        set_port(bench_->words, answer.words.size());
        settle(bench_);
        REQUIRE_FALSE(bench_->busy);
        REQUIRE_FALSE(bench_->out_valid);
        bench_.cycle();
        bench_->go = 0;
        Bytes line;
        std::size_t asked = 0;
        std::optional<unsigned> wait;   // cycles to the word that was asked for
        long cycles = 0;
        for (;; ++cycles) {
            bench_->out_ready = !chance(random_, stall_);
            settle(bench_);
            if (!bench_->busy) break;
            if (bench_->word_ask) {
                REQUIRE_FALSE(wait.has_value());
                ++asked;
                wait = latency_;
            }
            bench_->word_valid = wait == 0u;
            REQUIRE(asked <= answer.words.size());
            bench_->word = bench_->word_valid ? answer.words[asked - 1] : static_cast<std::uint32_t>(random_());
            settle(bench_);
            if (wait) wait = *wait == 0 ? std::nullopt : std::optional(*wait - 1);
            held_.check(bench_->out_valid, bench_->out_ready, bench_->out_data);
            if (bench_->out_valid && bench_->out_ready) line.push_back(bench_->out_data);
            bench_.cycle();
            bench_->word_valid = 0;
            REQUIRE(cycles < 100000);
        }
        REQUIRE(asked == answer.words.size());
        REQUIRE(line == answer.line());
        return cycles;
    }

    std::mt19937& random() { return random_; }

  private:
    Bench<Vtop> bench_;
    std::mt19937 random_;
    unsigned stall_, latency_;
    HeldWord<std::uint8_t> held_;
};

}  // namespace

TEST_CASE("answers under any backpressure") {
    const int seed = GENERATE(1, 2);
    const unsigned stall = GENERATE(0u, 4u, 7u), latency = GENERATE(0u, 1u, 9u);
    INFO("seed " << seed << ", stall " << stall << "/8, latency " << latency);
    Sender sender(seed, stall, latency);
    for (int i = 0; i < 60; ++i) {
        const Answer answer = random_answer(sender.random());
        INFO("answer " << i << ", words " << answer.words.size());
        const long cycles = sender.send(answer);
        // a byte a cycle, and for each word the cycle that asks and those that it takes to come
        const auto least = static_cast<long>(answer.line().size() + answer.words.size() * (1 + latency));
        if (stall == 0) REQUIRE(cycles == least);
    }
}

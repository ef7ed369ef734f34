// SPDX-License-Identifier: Apache-2.0
// Frames of random words against the host's own signature; the polynomial by its order; turned bits.
#include <array>

#include "Vtop.h"
#include "schedule/checksum.h"
#include "stream.h"

namespace {

using namespace ern::rtl;
using ern::schedule::Signature;

constexpr std::array<std::size_t, 3> kBits{32, N_LANES, W_THRESHOLD};

using Words = std::array<std::vector<Bits>, 3>;   // of the program, weights, thresholds

std::vector<std::uint8_t> bytes_of(const Bits& word) {
    std::vector<std::uint8_t> bytes((word.size() + 7) / 8);
    for (std::size_t i = 0; i < word.size(); ++i) bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | (word[i] << (i % 8)));
    return bytes;
}

std::uint16_t expected(const Words& words) {
    std::uint16_t sum = 0;
    for (const auto& stream : words) {
        Signature signature;
        for (const Bits& word : stream) signature.add(bytes_of(word));
        sum = static_cast<std::uint16_t>(sum ^ signature.value());
    }
    return sum;
}

Words random_words(std::mt19937& random, int most) {
    Words words;
    for (std::size_t s = 0; s < 3; ++s) {
        for (int n = between(random, 0, most); n > 0; --n) words[s].push_back(random_bits(random, kBits[s], 4));
    }
    return words;
}

class Unit {
  public:
    explicit Unit(int seed) : bench_(seed), random_(static_cast<unsigned>(seed)) {
        bench_->start = bench_->publish = bench_->program_valid = bench_->weight_valid = bench_->threshold_valid = 0;
    }

    // A frame whose words come as they like; what it says at its end, and goes on saying in the next one.
    std::uint16_t frame(const Words& words) {
        const std::uint16_t before = bench_->check;
        bench_->start = 1;
        clock();
        bench_->start = 0;
        std::array<std::size_t, 3> next{};
        while (next[0] < words[0].size() || next[1] < words[1].size() || next[2] < words[2].size()) {
            const auto offer = [&](std::size_t s, auto& valid, auto& port) {
                valid = next[s] < words[s].size() && chance(random_, 5);
                set_bits(port, valid ? words[s][next[s]++] : random_bits(random_, kBits[s], 4));
            };
            offer(0, bench_->program_valid, bench_->program_word);
            offer(1, bench_->weight_valid, bench_->weight_row);
            offer(2, bench_->threshold_valid, bench_->threshold_row);
            clock();
        }
        bench_->program_valid = bench_->weight_valid = bench_->threshold_valid = 0;
        clock();
        if (known_) REQUIRE(bench_->check == before);
        known_ = true;
        bench_->publish = 1;
        clock();
        bench_->publish = 0;
        return bench_->check;
    }

  private:
    void clock() { bench_.cycle(); }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    bool known_ = false;
};

}  // namespace

TEST_CASE("a frame's checksum is the host's, whatever the order in which the three kinds of words come") {
    const int seed = GENERATE(1, 2);
    INFO("seed " << seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    Unit unit(seed);
    for (int frame = 0; frame < 60; ++frame) {
        const Words words = random_words(random, 40);
        REQUIRE(unit.frame(words) == expected(words));
        REQUIRE(unit.frame(words) == expected(words));
    }
}

TEST_CASE("one turned bit anywhere changes the checksum") {
    std::mt19937 random(3);
    Unit unit(3);
    Words words = random_words(random, 20);
    for (auto& stream : words) stream.resize(20, Bits(stream.empty() ? 32 : stream[0].size()));
    for (std::size_t s = 0; s < 3; ++s) {
        for (Bits& word : words[s]) word.resize(kBits[s]);
    }
    const std::uint16_t right = unit.frame(words);
    for (std::size_t s = 0; s < 3; ++s) {
        for (std::size_t bit = 0; bit < kBits[s]; ++bit) {
            Bits& word = words[s][static_cast<std::size_t>(random() % 20)];
            word[bit] = !word[bit];
            REQUIRE(unit.frame(words) != right);
            word[bit] = !word[bit];
        }
    }
    CHECK(unit.frame(words) == right);
}

TEST_CASE("the polynomial is primitive: a turned bit comes back after 65,535 words and not before") {
    Signature zeros, one;
    const std::array<std::uint8_t, 1> empty{0}, bit{1};
    zeros.add(empty);
    one.add(bit);
    int period = 0;
    do {
        zeros.add(empty);
        one.add(empty);
        ++period;
    } while ((zeros.value() ^ one.value()) != 1);
    CHECK(period == 65535);
}

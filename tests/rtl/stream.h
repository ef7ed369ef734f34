// SPDX-License-Identifier: Apache-2.0
// What the tests of modules with valid and ready share: how busy both sides are, the rule of a held word, ports as bits.
#pragma once

#include <catch2/catch.hpp>
#include <optional>
#include <string>

#include "bench.h"

namespace ern::rtl {

// Chances, in eighths, that the sender has nothing in a cycle and that the taker takes nothing.
struct Traffic {
    unsigned idle, stall;
};

// None for seed 1, a taker that is slow for 2, a sender that is for others.
inline Traffic traffic_of(int seed) { return seed == 1 ? Traffic{0, 0} : seed == 2 ? Traffic{2, 4} : Traffic{6, 1}; }

inline std::string to_string(const Traffic& t) {
    return "idle " + std::to_string(t.idle) + "/8, stall " + std::to_string(t.stall) + "/8";
}

inline bool chance(std::mt19937& random, unsigned eighths) { return (random() & 7u) < eighths; }

// A number in low..high.
template <typename Number>
Number between(std::mt19937& random, Number low, Number high) {
    return std::uniform_int_distribution<Number>(low, high)(random);
}

// Lets the inputs settle without an edge, so that combinational outputs can be read.
template <typename Top>
void settle(Bench<Top>& bench) {
    bench->clk = 0;
    bench->eval();
}

// `cycles` cycles of reset, then reset is off.
template <typename Top>
void reset(Bench<Top>& bench, int cycles = 3) {
    bench->rst = 1;
    for (int i = 0; i < cycles; ++i) bench.cycle();
    bench->rst = 0;
}

// Bits of a port, lane 0 first.
template <typename Port>
Bits get_bits(const Port& port, std::size_t count, std::size_t from = 0) {
    Bits bits(count);
    for (std::size_t i = 0; i < count; ++i) {
        if constexpr (std::is_integral_v<Port>) {
            bits[i] = (std::uint64_t{port} >> (from + i)) & 1u;
        } else {
            bits[i] = (port[(from + i) / 32] >> ((from + i) % 32)) & 1u;
        }
    }
    return bits;
}

// A number into a port of up to 64 bits.
template <typename Port>
void set_port(Port& port, std::uint64_t value) {
    port = static_cast<Port>(value);
}

// Up to 64 bits of a port as a number, and back.
template <typename Port>
std::uint64_t get_field(const Port& port, std::size_t from, std::size_t width) {
    std::uint64_t value = 0;
    const Bits bits = get_bits(port, width, from);
    for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{bits[i]} << i;
    return value;
}

template <typename Port>
void set_field(Port& port, std::size_t from, std::size_t width, std::uint64_t value) {
    for (std::size_t i = 0; i < width; ++i) {
        const bool bit = (value >> i) & 1u;
        if constexpr (std::is_integral_v<Port>) {
            const std::uint64_t mask = std::uint64_t{1} << (from + i);
            port = static_cast<Port>(bit ? port | mask : port & ~mask);
        } else {
            const std::uint32_t mask = std::uint32_t{1} << ((from + i) % 32);
            port[(from + i) / 32] = bit ? port[(from + i) / 32] | mask : port[(from + i) / 32] & ~mask;
        }
    }
}

// A word that was offered and not taken must be offered again, unchanged. One call a cycle, after settling.
template <typename Word>
class HeldWord {
  public:
    void check(bool valid, bool ready, const Word& word) {
        if (waiting_ && (!valid || word != *waiting_)) {
            INFO("a word that waits must stay; cycle " << cycle_);
            REQUIRE(valid);
            REQUIRE(word == *waiting_);
        }
        waiting_ = valid && !ready ? std::optional<Word>(word) : std::nullopt;
        ++cycle_;
    }
    void reset() { waiting_.reset(); }

  private:
    std::optional<Word> waiting_;
    long cycle_ = 0;
};

}  // namespace ern::rtl

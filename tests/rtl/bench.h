// SPDX-License-Identifier: Apache-2.0
// What the tests of single modules share: lanes in and out of Verilator's ports, clock edges, seeds.
#pragma once

#include <verilated.h>

#include <cstdint>
#include <memory>
#include <random>
#include <type_traits>
#include <vector>

#include "harness/coverage.h"

namespace ern::rtl {

using Bits = std::vector<bool>;  // lane 0 first

// A port takes the type that its width needs; wide ones are arrays of 32-bit words.
template <typename Port>
void set_bits(Port& port, const Bits& bits) {
    if constexpr (std::is_integral_v<Port>) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bits.size(); ++i) value |= std::uint64_t{bits[i]} << i;
        port = static_cast<Port>(value);
    } else {
        for (std::size_t word = 0; word * 32 < bits.size(); ++word) port[word] = 0;
        for (std::size_t i = 0; i < bits.size(); ++i) port[i / 32] |= std::uint32_t{bits[i]} << (i % 32);
    }
}

// Bits of which each is one with the probability share / 8.
inline Bits random_bits(std::mt19937& random, std::size_t count, unsigned share) {
    Bits bits(count);
    for (std::size_t i = 0; i < count; ++i) bits[i] = (random() & 7u) < share;
    return bits;
}

// A model with random power-up; `seed` decides it.
template <typename Top>
class Bench {
  public:
    explicit Bench(int seed) {
        context_.randReset(2);
        context_.randSeed(seed);
        top_ = std::make_unique<Top>(&context_);
    }
    ~Bench() {
        top_->final();
        ern::harness::write_coverage(context_);
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    Top* operator->() { return top_.get(); }

    // Inputs were set: lets them settle and gives one rising edge.
    void cycle() {
        top_->clk = 0;
        top_->eval();
        top_->clk = 1;
        top_->eval();
    }

  private:
    VerilatedContext context_;
    std::unique_ptr<Top> top_;
};

}  // namespace ern::rtl

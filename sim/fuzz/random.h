// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <span>

namespace ern::fuzz {

// Random numbers that are the same on every machine: the distributions of the standard library are not.
class Random {
  public:
    explicit Random(std::uint64_t seed) : random_(mix(seed)) {}

    std::uint32_t next() { return static_cast<std::uint32_t>(random_()); }
    // least..most, both inclusive.
    int uniform(int least, int most) {
        return least + static_cast<int>(next() % (static_cast<std::uint32_t>(most - least) + 1u));
    }
    bool chance(int percent) { return uniform(0, 99) < percent; }
    // least..most, small numbers as often as large ones: a random number of halvings.
    int skewed(int least, int most) {
        int high = most;
        for (int halvings = uniform(0, 10); halvings > 0 && high > least; --halvings) high = least + (high - least) / 2;
        return uniform(least, high);
    }
    int pick(std::span<const int> choices) { return choices[static_cast<std::size_t>(uniform(0, static_cast<int>(choices.size()) - 1))]; }
    int pick(std::initializer_list<int> choices) { return pick(std::span(choices.begin(), choices.size())); }

  private:
    // splitmix64, so that neighbouring seeds have nothing in common.
    static std::uint32_t mix(std::uint64_t x) {
        x += 0x9e3779b97f4a7c15u;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
        return static_cast<std::uint32_t>(x ^ (x >> 31));
    }
    std::mt19937 random_;
};

}  // namespace ern::fuzz

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ern::train {

// A well-mixed number from a seed and a counter (splitmix64, https://prng.di.unimi.it/splitmix64.c).
inline std::uint64_t mix(std::uint64_t seed, std::uint64_t counter) {
    std::uint64_t z = seed + (counter + 1) * 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

// The random numbers of one picture: the same on every machine.
class Random {
  public:
    explicit Random(std::uint64_t seed) : seed_(seed) {}
    std::uint64_t bits() { return mix(seed_, counter_++); }
    // 0 <= number < count.
    int below(int count) { return static_cast<int>(bits() % static_cast<std::uint64_t>(count)); }
    // 0 <= number < 1.
    double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

  private:
    std::uint64_t seed_, counter_ = 0;
};

}  // namespace ern::train

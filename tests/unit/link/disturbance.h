// SPDX-License-Identifier: Apache-2.0
// A line that flips, loses, doubles and delays bytes, in their order, as serial lines do. Counts what it did.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

namespace ern::link {

class Disturbance {
  public:
    enum Kind { flip, drop, duplicate, delay, kKinds };

    // percent: of the pieces that pass, how many are hit, each once to three times.
    Disturbance(std::uint32_t seed, unsigned percent) : random_(seed), percent_(percent) {}

    // What arrives of a piece that was sent now. What is delayed comes in front of the next piece.
    std::vector<std::uint8_t> pass(std::vector<std::uint8_t> piece) {
        piece.insert(piece.begin(), held_.begin(), held_.end());
        held_.clear();
        if (random_() % 100 >= percent_) return piece;
        for (unsigned hits = 1 + static_cast<unsigned>(random_() % 3); hits > 0 && !piece.empty(); --hits) hit(piece);
        return piece;
    }
    void set_percent(unsigned percent) { percent_ = percent; }
    void clear() { held_.clear(); }

    std::int64_t faults() const { return counts_[flip] + counts_[drop] + counts_[duplicate] + counts_[delay]; }
    const std::array<std::int64_t, kKinds>& counts() const { return counts_; }

  private:
    void hit(std::vector<std::uint8_t>& piece) {
        const auto kind = static_cast<Kind>(random_() % kKinds);
        const auto at = piece.begin() + static_cast<std::ptrdiff_t>(random_() % piece.size());
        ++counts_[kind];
        if (kind == flip) {
            *at = static_cast<std::uint8_t>(*at ^ (1u << (random_() % 8)));
        } else if (kind == drop) {
            const auto most = static_cast<std::ptrdiff_t>(1 + random_() % 4);
            piece.erase(at, at + std::min(most, piece.end() - at));
        } else if (kind == duplicate) {
            piece.insert(at, *at);
        } else {
            held_.insert(held_.begin(), at, piece.end());
            piece.erase(at, piece.end());
        }
    }

    std::mt19937 random_;
    unsigned percent_;
    std::vector<std::uint8_t> held_;
    std::array<std::int64_t, kKinds> counts_{};
};

}  // namespace ern::link

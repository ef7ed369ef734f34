// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "schedule/lifetimes.h"

// First fit of buffers over their lifetimes.
namespace ern::schedule {

inline constexpr int kNowhere = -1;  // base of a buffer that has no place yet

// Lowest base at which no word is another's during the same strip.
template <typename Buffer>
int place(const std::vector<Buffer>& buffers, const Buffer& wanted) {
    int base = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (const Buffer& b : buffers) {
            if (b.base == kNowhere) continue;
            const int free = next_free(wanted.pieces, base, b.pieces, b.base);
            moved |= free != base;
            base = free;
        }
    }
    return base;
}

// Words times strips.
template <typename Buffer>
std::int64_t area(const Buffer& buffer) {
    std::int64_t area = 0;
    for (const Piece& piece : buffer.pieces) {
        for (const Span& span : piece.life) area += std::int64_t{piece.words} * (span.last - span.first + 1);
    }
    return area;
}

template <typename Buffer>
int words_used(const std::vector<Buffer>& buffers) {
    int words = 0;
    for (const Buffer& b : buffers) words = std::max(words, b.base + b.words);
    return words;
}

// Gives every buffer a place, first fit in an order that is made better step by step: what ends highest is
// placed earlier. Ends when `limit` words are enough.
template <typename Buffer>
class Placer {
  public:
    Placer(std::vector<Buffer>& buffers, int limit)
        : buffers_(buffers), limit_(limit), order_(buffers.size()) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
    }

    void run() {
        std::vector<std::size_t> best_order = order_;
        std::vector<int> best = bases();
        int words = used();
        const auto trial = [&] {
            const auto placed = bases();
            if (used() > words) return false;
            words = used();
            best = placed;
            best_order = order_;
            return true;
        };
        const auto sorted = [&](auto size) {
            std::stable_sort(order_.begin(), order_.end(),
                             [&](std::size_t x, std::size_t y) { return size(x) > size(y); });
            trial();
        };
        sorted([&](std::size_t i) { return std::int64_t{buffers_[i].words}; });
        sorted([&](std::size_t i) { return area(buffers_[i]); });
        std::mt19937 random(1);
        for (int i = 0; i < kTrials && words > limit_; ++i) {
            order_ = best_order;
            restore(best);
            move_earlier(highest(), random);
            trial();
        }
        restore(best);
    }

  private:
    static constexpr int kTrials = 200;

    std::vector<int> bases() {
        for (Buffer& b : buffers_) b.base = kNowhere;
        std::vector<int> bases(buffers_.size());
        for (const std::size_t i : order_) bases[i] = buffers_[i].base = place(buffers_, buffers_[i]);
        return bases;
    }
    void restore(const std::vector<int>& bases) {
        for (std::size_t i = 0; i < bases.size(); ++i) buffers_[i].base = bases[i];
    }
    int used() const { return words_used(buffers_); }
    std::size_t highest() const {
        const auto end = [](const Buffer& b) { return b.base + b.words; };
        const auto found =
            std::max_element(buffers_.begin(), buffers_.end(),
                             [&](const Buffer& a, const Buffer& b) { return end(a) < end(b); });
        return static_cast<std::size_t>(found - buffers_.begin());
    }
    // Puts a buffer, and now and then another one, somewhere before its place in the order.
    void move_earlier(std::size_t buffer, std::mt19937& random) {
        const auto at = std::find(order_.begin(), order_.end(), buffer);
        const auto to = order_.begin() + static_cast<std::ptrdiff_t>(
                                             random() % static_cast<std::size_t>(at - order_.begin() + 1));
        std::rotate(to, at, at + 1);
        if (random() % 2 == 0) std::swap(order_[random() % order_.size()], order_[random() % order_.size()]);
    }

    std::vector<Buffer>& buffers_;
    int limit_;
    std::vector<std::size_t> order_;
};

}  // namespace ern::schedule

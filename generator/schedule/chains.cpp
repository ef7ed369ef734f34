// SPDX-License-Identifier: Apache-2.0
#include "schedule/chains.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>

#include "schedule/lifetimes.h"

namespace ern::schedule {

namespace {

std::size_t index(int i) {
    return static_cast<std::size_t>(i);
}

// Which words are taken during each strip, 64 in one number.
class Occupancy {
  public:
    Occupancy(int strips, int words)
        : words_(words), units_(index(words + 63) / 64), taken_(index(strips) * units_, 0) {}

    void take(int word, int count, const Life& life) {
        for (const Span& span : life) {
            for (int strip = span.first; strip <= span.last; ++strip) {
                for (int w = word; w < word + count; ++w)
                    taken_[index(strip) * units_ + index(w / 64)] |= std::uint64_t{1} << (w % 64);
            }
        }
    }

    // Words that are free during all strips of a life, each with those behind it.
    std::vector<int> free_runs(const Life& life) const {
        std::vector<std::uint64_t> taken(units_, 0);
        for (const Span& span : life) {
            for (int strip = span.first; strip <= span.last; ++strip) {
                for (std::size_t u = 0; u < units_; ++u) taken[u] |= taken_[index(strip) * units_ + u];
            }
        }
        std::vector<int> runs(index(words_) + 1, 0);
        for (int w = words_ - 1; w >= 0; --w)
            runs[index(w)] = taken[index(w / 64)] >> (w % 64) & 1 ? 0 : runs[index(w) + 1] + 1;
        return runs;
    }

  private:
    int words_;
    std::size_t units_;
    std::vector<std::uint64_t> taken_;
};

Life joint_life(const Chain& chain) {
    Life life = chain.rows;
    std::erase_if(life, [](const Span& span) { return span.first > span.last; });
    const auto least = [](const Span& a, const Span& b) { return a.first < b.first; };
    const auto most = [](const Span& a, const Span& b) { return a.last < b.last; };
    return {{std::min_element(life.begin(), life.end(), least)->first,
             std::max_element(life.begin(), life.end(), most)->last}};
}

int end_of(const std::vector<Piece>& pieces) {
    return pieces.back().offset + pieces.back().words;
}

// Places chains one after the other in an order and with wishes that change at random until all of them lie
// below the limit.
class Search {
  public:
    Search(std::vector<Chain>& chains, const std::vector<Piece>& taken, int strips, int limit)
        : chains_(chains),
          taken_(taken),
          strips_(strips),
          limit_(limit),
          order_(chains.size()),
          wishes_(chains.size()) {
        for (const Chain& chain : chains) {
            life_.push_back(joint_life(chain).front());
            rings_.push_back(rings_of(chain));
        }
        std::iota(order_.begin(), order_.end(), std::size_t{0});
    }

    // Worse places are taken too, less and less readily, so that the search does not get stuck.
    bool run() {
        std::int64_t now = begin();
        auto order = order_;
        auto wishes = wishes_;
        auto beyond = beyond_;
        const double first = static_cast<double>(now);
        if (first > kHopeless * limit_) return false;
        for (int trial = 0; trial < kTrials && now > 0; ++trial) {
            change(beyond[random_() % beyond.size()]);
            const std::int64_t then = place_all();
            const double heat = first * 0.02 * (kTrials - trial) / kTrials,
                         chance = static_cast<double>(random_() % 65536) / 65536;
            if (then <= now || std::exp(static_cast<double>(now - then) / heat) > chance) {
                now = then;
                order = order_;
                wishes = wishes_;
                beyond = beyond_;
            }
            order_ = order;
            wishes_ = wishes;
        }
        return now == 0;
    }

  private:
    static constexpr int kTrials = 200;
    static constexpr double kHopeless = 0.5;  // words beyond the limit at first, in limits
    static constexpr int kAny = -1;           // of the rings, the one that ends lowest

    struct Wish {
        int ring = kAny;
        bool high = false;  // as high as the limit allows
    };

    // The largest first: by what it takes over time, by its words, by its time; what is best stays.
    std::int64_t begin() {
        const auto time = [&](std::size_t i) { return std::int64_t{life_[i].last - life_[i].first + 1}; };
        const auto words = [&](std::size_t i) { return std::int64_t{end_of(rings_[i].front())}; };
        const auto area = [&](std::size_t i) {
            std::int64_t rows = 0;
            for (const Span& span : chains_[i].rows) rows += std::max(0, span.last - span.first + 1);
            return rows * chains_[i].row_words;
        };
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        std::vector<std::size_t> best;
        const auto sorted = [&](const auto& size) {
            std::stable_sort(order_.begin(), order_.end(),
                             [&](std::size_t a, std::size_t b) { return size(a) > size(b); });
            if (const std::int64_t excess = place_all(); excess < least) least = excess, best = order_;
        };
        sorted(area);
        sorted(words);
        sorted(time);
        order_ = best;
        return place_all();
    }

    // A ring of the fewest rows, larger ones whose rows of different strips come to lie apart, and the map as
    // it is.
    static std::vector<std::vector<Piece>> rings_of(const Chain& chain) {
        const int height = static_cast<int>(chain.rows.size()),
                  least = std::min(height, ring_rows(chain.rows));
        std::vector<std::vector<Piece>> rings;
        for (const int rows : {least, height, least + 1, least + 2, 2 * (least - 2), 2 * (least - 1),
                               2 * least, 3 * least / 2}) {
            rings.push_back(ring_pieces(chain.rows, std::clamp(rows, least, height), chain.row_words));
            if (least == height) break;
        }
        return rings;
    }

    // Words beyond the limit, of all chains together; 0 where all of them fit.
    std::int64_t place_all() {
        Occupancy occupancy(strips_, 2 * limit_);
        for (const Piece& piece : taken_) occupancy.take(piece.offset, piece.words, piece.life);
        beyond_.clear();
        std::int64_t excess = 0;
        for (const std::size_t i : order_) {
            const int end = place(i, occupancy);
            if (end <= limit_) continue;
            beyond_.push_back(i);
            excess += end - limit_;
        }
        return excess;
    }

    // Returns the first word behind it.
    int place(std::size_t i, Occupancy& occupancy) {
        Chain& chain = chains_[i];
        int base = 0, end = 2 * limit_ + 1;
        const std::vector<Piece>* best = nullptr;
        for (std::size_t r = 0; r < rings_[i].size(); ++r) {
            if (wishes_[i].ring != kAny && static_cast<int>(r) != wishes_[i].ring) continue;
            const auto& ring = rings_[i][r];
            const int found = base_of(ring, occupancy, wishes_[i].high);
            if (found < 0 || found + end_of(ring) >= end) continue;
            base = found, end = found + end_of(ring), best = &ring;
        }
        if (end > limit_ && rings_[i].size() == 1 && in_two(chain, life_[i], occupancy)) return limit_;
        if (!best) return 2 * limit_ + end_of(rings_[i].front());
        chain.part = {chain.first_row, chain.first_row + static_cast<int>(chain.rows.size()), base, end,
                      end - base};
        chain.pieces = *best;
        for (Piece& piece : chain.pieces) piece.offset += base;
        for (const Piece& piece : chain.pieces) occupancy.take(piece.offset, piece.words, piece.life);
        return end;
    }

    // The lowest word, or the highest below the limit, from which on all pieces of a ring are free.
    int base_of(const std::vector<Piece>& ring, const Occupancy& occupancy, bool high) const {
        const int last = 2 * limit_ - end_of(ring);
        if (last < 0) return -1;
        std::vector<char> fits(index(last) + 1, 1);
        for (const Piece& piece : ring) {
            const auto runs = occupancy.free_runs(piece.life);
            for (int base = 0; base <= last; ++base)
                fits[index(base)] &= runs[index(base + piece.offset)] >= piece.words;
        }
        for (int base = limit_ - end_of(ring); high && base >= 0; --base) {
            if (fits[index(base)]) return base;
        }
        const auto found = std::find(fits.begin(), fits.end(), char{1});
        return found == fits.end() ? -1 : static_cast<int>(found - fits.begin());
    }

    // Rows that are all there at once may lie in two places: the first ones in the higher one.
    bool in_two(Chain& chain, const Span& life, Occupancy& occupancy) const {
        const auto runs = occupancy.free_runs({life});
        const auto lowest = [&](int words, int from, int except, int except_end) {
            for (int w = from; w + words <= limit_; ++w) {
                if (runs[index(w)] >= words && (w + words <= except || w >= except_end)) return w;
            }
            return -1;
        };
        const int rows = static_cast<int>(chain.rows.size());
        for (int some = rows - 1; 2 * some >= rows; --some) {
            const int words = some * chain.row_words, others = (rows - some) * chain.row_words;
            const int a = lowest(words, 0, limit_, limit_);
            const int b = a < 0 ? -1 : lowest(others, 0, a, a + words);
            if (b < 0) continue;
            const int upper = std::max(a, b), lower = std::min(a, b), end = upper + (a > b ? words : others);
            chain.part = {chain.first_row, chain.first_row + rows, upper, end, end - lower};
            chain.pieces = {{a, words, {life}}, {b, others, {life}}};
            for (const Piece& piece : chain.pieces) occupancy.take(piece.offset, piece.words, piece.life);
            return true;
        }
        return false;
    }

    // Places a chain that lies beyond the limit earlier, or one that is there at the same time in another
    // turn, or gives one of them another wish.
    void change(std::size_t chain) {
        const auto choice = random_() % 5;
        const std::size_t chosen = choice == 1 || choice == 2 ? neighbour(chain) : chain;
        if (choice < 2) {
            const bool none = random_() % 3 == 0;
            wishes_[chosen] = none ? Wish{}
                                   : Wish{static_cast<int>(random_() % (rings_[chosen].size() + 1)) - 1,
                                          random_() % 2 == 0};
            return;
        }
        const auto at = std::find(order_.begin(), order_.end(), chosen) - order_.begin();
        const auto count = static_cast<std::size_t>(choice == 2 ? std::ssize(order_) : at + 1);
        const auto to = static_cast<std::ptrdiff_t>(random_() % count);
        const auto begin = order_.begin();
        if (to < at)
            std::rotate(begin + to, begin + at, begin + at + 1);
        else
            std::rotate(begin + at, begin + at + 1, begin + to + 1);
    }

    // A chain that is there at the same time.
    std::size_t neighbour(std::size_t chain) {
        std::vector<std::size_t> near;
        for (std::size_t i = 0; i < life_.size(); ++i) {
            if (life_[i].first <= life_[chain].last && life_[chain].first <= life_[i].last) near.push_back(i);
        }
        return near[random_() % near.size()];
    }

    std::vector<Chain>& chains_;
    const std::vector<Piece>& taken_;
    int strips_, limit_;
    std::vector<std::size_t> order_;
    std::vector<Wish> wishes_;
    std::vector<Span> life_;                              // of each chain, from its first row to its last
    std::vector<std::vector<std::vector<Piece>>> rings_;  // of each chain
    std::vector<std::size_t> beyond_;                     // chains that ended beyond the limit
    std::mt19937 random_{1};
};

}  // namespace

std::vector<Chain> chains_of(int buffer, int row_words, const std::vector<Span>& rows,
                             const std::vector<RowRange>& ranges) {
    const int height = static_cast<int>(rows.size());
    std::vector<char> follows(rows.size(), 0);  // the row must lie behind the one above it
    for (const RowRange& range : ranges) {
        for (int y = range.first + 1; y < range.end; ++y) follows[index(y)] = 1;
    }
    std::vector<Chain> chains;
    for (int y = 0, end = 0; y < height; y = end) {
        for (end = y + 1; end < height && follows[index(end)];) ++end;
        Chain chain;
        chain.buffer = buffer, chain.first_row = y, chain.row_words = row_words;
        chain.rows.assign(rows.begin() + y, rows.begin() + end);
        if (std::all_of(chain.rows.begin(), chain.rows.end(),
                        [](const Span& span) { return span.first > span.last; }))
            continue;
        chains.push_back(std::move(chain));
    }
    return chains;
}

bool place_chains(std::vector<Chain>& chains, const std::vector<Piece>& taken, int strips, int words) {
    const auto beyond = [&](const Piece& piece) { return piece.offset + piece.words > words; };
    if (std::any_of(taken.begin(), taken.end(), beyond)) return false;
    return Search(chains, taken, strips, words).run();
}

}  // namespace ern::schedule

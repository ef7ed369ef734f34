// SPDX-License-Identifier: Apache-2.0
// A random timeline of passes through the array, and what must come out of it by the formulas of ern_array and ern_column:
// weights and thresholds for the next pass come in while one runs, as early as the heads of these modules allow.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "stream.h"

namespace ern::rtl {

struct ArrayShape {
    int taps, channels, outputs, accumulator, depth, dot_latency;
    int column = 0;   // outputs of a column whose sums come back from outside (N_SPILL = 1); 0: none do
    int lanes() const { return taps * channels; }
    int groups() const { return std::max(1, channels / outputs); }   // of channels that pool one after the other
};

// What enters in one cycle.
struct Cycle {
    Bits lo, hi;
    bool swap = false, valid = false, first = false, last = false, threshold_swap = false;
    bool pool = false, pool_max = false, peek = false;
    int pool_sub = 0, address = 0, peek_row = 0, total = 0;
    bool load = false, threshold_load = false;
    int load_row = 0, threshold_row = 0;
    Bits load_word, threshold_word;
    bool fill = false;
    int fill_row = 0, fill_address = 0;
    std::vector<std::int64_t> fill_sums;   // of one column
};

// The result of the window, or the peek, that entered in `cycle`; `sums` are those of all outputs.
struct Codes {
    std::size_t cycle;
    std::vector<int> codes;
};
struct Peeked {
    std::size_t cycle;
    std::int64_t value;
    std::vector<std::int64_t> sums;
};

class Timeline {
  public:
    Timeline(const ArrayShape& shape, unsigned seed)
        : s_(shape), random_(seed), weights_(n(s_.outputs)), thresholds_(n(s_.outputs)),
          sums_(n(s_.depth), std::vector<std::int64_t>(n(s_.outputs))), written_(n(s_.depth), false),
          maximum_(n(s_.depth), false), free_from_(n(s_.depth), 0) {}

    void run(int passes) {
        std::size_t weights_there = load_weights(0), thresholds_there = load_thresholds(0), t = weights_there + 2;
        for (int pass = 0; pass < passes; ++pass) {
            const bool last = pass == 0 || chance(random_, 4);
            // It takes effect dot_latency + 1 cycles after the window, behind the last row.
            if (last) t = std::max(t, thresholds_there + 1 - std::min(thresholds_there, n(s_.dot_latency)));
            at(t - 1).swap = true;
            weights_ = next_weights_;
            weights_there = load_weights(t);
            if (last) {
                thresholds_ = next_thresholds_;
                thresholds_there = load_thresholds(t + 5 + n(std::max(0, s_.dot_latency - 4)));
                at(t).threshold_swap = true;
            }
            std::size_t end = windows(t, last);
            if (s_.column > 0 && chance(random_, 3)) end = fills(end + n(s_.dot_latency) + 4);
            t = std::max(end, weights_there + 2);
        }
        at(cycles.size() + 40);
    }

    std::vector<Cycle> cycles;
    std::vector<Codes> codes;
    std::vector<Peeked> peeks;

  private:
    struct Threshold {
        std::array<std::int64_t, 3> at{};
        bool inverted = false;
    };
    static std::size_t n(int i) { return static_cast<std::size_t>(i); }

    Cycle& at(std::size_t t) {
        while (cycles.size() <= t) {
            Cycle quiet;   // noise where nothing is valid
            quiet.lo = random_bits(random_, n(s_.lanes()), 4);
            quiet.hi = random_bits(random_, n(s_.lanes()), 4);
            quiet.load_word = random_bits(random_, n(s_.lanes()), 4);
            quiet.threshold_word = random_bits(random_, n(3 * s_.accumulator + 1), 4);
            quiet.total = total_of(quiet);
            quiet.first = chance(random_, 2), quiet.last = chance(random_, 2);
            quiet.pool = chance(random_, 2), quiet.pool_max = chance(random_, 2);
            quiet.pool_sub = between(random_, 0, s_.groups() - 1), quiet.address = between(random_, 0, s_.depth - 1);
            quiet.load_row = between(random_, 0, s_.outputs - 1), quiet.threshold_row = between(random_, 0, s_.outputs - 1);
            quiet.peek_row = between(random_, 0, s_.outputs - 1);
            if (s_.column > 0) draw_fill(quiet);
            cycles.push_back(quiet);
        }
        return cycles[t];
    }

    void draw_fill(Cycle& c) {
        c.fill_row = between(random_, 0, s_.outputs / s_.column - 1) * s_.column;
        c.fill_address = between(random_, 0, s_.depth - 1);
        const std::int64_t range = std::int64_t{1} << s_.accumulator;
        c.fill_sums.clear();
        for (int o = 0; o < s_.column; ++o) c.fill_sums.push_back(between(random_, -range / 2, range / 2 - 1));
    }

    int total_of(const Cycle& c) const {
        int total = 0;
        for (std::size_t i = 0; i < c.lo.size(); ++i) total += c.lo[i] + 2 * c.hi[i];
        return total;
    }

    // Rows from cycle t on; returns the cycle of the last one.
    std::size_t load_weights(std::size_t t) {
        next_weights_.assign(n(s_.outputs), {});
        for (int row = 0; row < s_.outputs; ++row, ++t) {
            while (chance(random_, 2)) ++t;
            const Bits word = random_bits(random_, n(s_.lanes()), between(random_, 0u, 8u));
            Cycle& c = at(t);
            c.load = true, c.load_row = row, c.load_word = word;
            next_weights_[n(row)] = word;
        }
        return t - 1;
    }

    std::size_t load_thresholds(std::size_t t) {
        next_thresholds_.assign(n(s_.outputs), {});
        for (int row = 0; row < s_.outputs; ++row, ++t) {
            while (chance(random_, 2)) ++t;
            Threshold& threshold = next_thresholds_[n(row)];
            Bits word;
            for (std::int64_t& level : threshold.at) {
                level = between(random_, -std::int64_t{s_.lanes()}, std::int64_t{s_.lanes()});
                for (int bit = 0; bit < s_.accumulator; ++bit) word.push_back((level >> bit) & 1);
            }
            threshold.inverted = chance(random_, 4);
            word.push_back(threshold.inverted);
            Cycle& c = at(t);
            c.threshold_load = true, c.threshold_row = row, c.threshold_word = word;
        }
        return t - 1;
    }

    // The first window comes in cycle t; returns the first cycle of the next pass.
    std::size_t windows(std::size_t t, bool last) {
        const int count = between(random_, 1, 12);
        const bool pool = chance(random_, 3), pool_max = pool && chance(random_, 4);
        const unsigned idle = between(random_, 0u, 3u);
        for (int i = 0; i < count; ++i, ++t) {
            while (i > 0 && chance(random_, idle)) peek_sometimes(t++);
            Cycle& c = at(t);
            c.valid = true, c.last = last, c.pool = pool, c.pool_max = pool_max;
            c.pool_sub = between(random_, 0, s_.groups() - 1);
            if (chance(random_, 6)) largest(c);
            c.address = free_address(t);
            const auto word = n(c.address);
            c.first = !written_[word] || (pool_max && !maximum_[word]) || chance(random_, 3);
            work(c, word);
            written_[word] = true, maximum_[word] = pool_max;
            free_from_[word] = t + 4;
            if (last) codes.push_back({t, codes_of(word)});
        }
        return t;
    }

    void largest(Cycle& c) {
        c.lo = c.hi = Bits(n(s_.lanes()), true);
        c.total = total_of(c);
    }

    // Words that come back, the first in cycle t; returns the first cycle of the next pass.
    std::size_t fills(std::size_t t) {
        for (int i = between(random_, 1, 4); i > 0; --i) {
            const int address = between(random_, 0, s_.depth - 1);
            const bool all = !written_[n(address)];
            for (int row = 0; row < s_.outputs; row += s_.column) {
                if (!all && chance(random_, 2)) continue;
                Cycle& c = at(t++);
                c.fill = true, c.fill_row = row, c.fill_address = address;
                std::copy(c.fill_sums.begin(), c.fill_sums.end(), sums_[n(address)].begin() + row);
            }
            written_[n(address)] = true, maximum_[n(address)] = false;
            if (!chance(random_, 2)) continue;
            peek_at(at(t), t, address);
            t += n(s_.dot_latency);   // it has looked before the next word comes back
        }
        return t;
    }

    void peek_at(Cycle& c, std::size_t t, int address) {
        c.peek = true, c.address = address;
        c.peek_row = between(random_, 0, s_.outputs - 1);
        peeks.push_back({t, sums_[n(address)][n(c.peek_row)], sums_[n(address)]});
    }

    int free_address(std::size_t t) {
        for (;;) {
            const int address = between(random_, 0, s_.depth - 1);
            if (free_from_[n(address)] <= t) return address;
        }
    }

    void peek_sometimes(std::size_t t) {
        Cycle& c = at(t);
        c.address = free_address(t);
        if (written_[n(c.address)] && chance(random_, 6)) peek_at(c, t, c.address);
    }

    void work(const Cycle& c, std::size_t word) {
        for (int o = 0; o < s_.outputs; ++o) {
            std::int64_t& sum = sums_[word][n(o)];
            const std::int64_t old = c.first ? 0 : sum;
            if (c.pool) {
                const std::int64_t value = pooled(c, o);
                sum = c.pool_max ? std::max(old, value) : wrap(old + value);
            } else {
                sum = wrap(old + product(c, o));
            }
        }
    }

    // Sum of code * (+1 or -1).
    std::int64_t product(const Cycle& c, int o) const {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < c.lo.size(); ++i) sum += (c.lo[i] + 2 * c.hi[i]) * (weights_[n(o)][i] ? 1 : -1);
        return sum;
    }

    std::int64_t pooled(const Cycle& c, int o) const {
        if (o >= s_.channels) return 0;
        const int channel = c.pool_sub * s_.outputs + o;
        std::int64_t value = 0;
        for (int tap = 0; tap < s_.taps; ++tap) {
            const auto lane = n(tap * s_.channels + channel);
            const std::int64_t code = c.lo[lane] + 2 * c.hi[lane];
            value = c.pool_max ? std::max(value, code) : value + code;
        }
        return value;
    }

    std::int64_t wrap(std::int64_t value) const {
        const std::int64_t range = std::int64_t{1} << s_.accumulator;
        value = ((value % range) + range) % range;
        return value >= range / 2 ? value - range : value;
    }

    std::vector<int> codes_of(std::size_t word) const {
        std::vector<int> list;
        for (int o = 0; o < s_.outputs; ++o) {
            int code = 0;
            for (const std::int64_t level : thresholds_[n(o)].at) code += (sums_[word][n(o)] >= level) != thresholds_[n(o)].inverted;
            list.push_back(code);
        }
        return list;
    }

    ArrayShape s_;
    std::mt19937 random_;
    std::vector<Bits> weights_, next_weights_;
    std::vector<Threshold> thresholds_, next_thresholds_;
    std::vector<std::vector<std::int64_t>> sums_;
    std::vector<bool> written_, maximum_;
    std::vector<std::size_t> free_from_;   // the cycle from which on a word may come again
};

}  // namespace ern::rtl

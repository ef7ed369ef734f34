// SPDX-License-Identifier: Apache-2.0
// Search for compressor trees: a beam of states (bits a column), each continued by random levels, the best by cost so far
// plus an estimate of the rest.
#include "emit/compressor.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <random>

#include "support/error.h"

namespace ern::emit {

namespace {

constexpr std::size_t kBeam = 200;

int columns_of(int lanes) { return std::bit_width(static_cast<unsigned>(3 * lanes)); }

// The bits that may be left in a column.
int target(int column) { return column == 0 ? 2 : 1; }

// What is still to pay, about. Column by column: what the fields that pass do not take away, fields must start for, each taking two;
// fields that are not needed further up end, each leaving a bit.
double cost_to_come(const Heights& heights, int columns) {
    double fields = 0, passing = 0, bits = 0;
    for (int c = 0; c < columns; ++c) {
        const int surplus = heights[static_cast<std::size_t>(c)] - target(c);
        bits += std::max(0, surplus);
        const double need = surplus - passing;
        if (need > 0) {
            fields += need / 2;
            passing += need / 2;
        } else {
            passing -= std::min(passing, -need / 2);
        }
    }
    return bits + fields;
}

struct State {
    Heights heights{};
    int cost = 0;
    std::vector<std::vector<Field>> levels;
};

// One random level on top of a state.
class RandomLevel {
  public:
    RandomLevel(const Heights& heights, int columns, std::mt19937& random)
        : all_(heights), left_(heights), columns_(columns), random_(random) {}

    std::vector<Field> make() {
        stop_short_ = chance(5) / 4.0;
        take_pairs_ = chance(4) / 4.0;
        leave_ = chance(3);
        if (chance(2) == 0) {
            column_by_column();
        } else {
            evenly();
        }
        for (int c = 0; c < columns_; ++c) {
            if (left(c) == 2 && likely(take_pairs_)) put(c, 2);
        }
        return fields_;
    }

  private:
    int& left(int column) { return left_[static_cast<std::size_t>(column)]; }
    int chance(int of) { return static_cast<int>(random_() % static_cast<unsigned>(of)); }
    bool likely(double share) { return chance(1000) < 1000 * share; }

    void put(int start, int bits) {
        left(start) -= bits;
        int length = 1;
        for (; start + length < columns_ && left(start + length) >= 2; ++length) {
            if (length >= 2 && likely(0.12 * stop_short_)) break;
            left(start + length) -= 2;
        }
        if (start + length < columns_ && left(start + length) == 1 && likely(0.3 * take_pairs_)) {
            left(start + length) = 0;
            ++length;
        }
        fields_.push_back({start, length, bits});
    }

    void column_by_column() {
        for (int c = 0; c < columns_; ++c) {
            int starts = left(c) / 3;
            starts -= c > 0 && chance(2) == 0 ? chance(starts + 1) : chance(leave_ + 1);
            for (; starts > 0 && left(c) >= 3; --starts) put(c, 3);
        }
    }

    // Where the largest share is left.
    void evenly() {
        while (true) {
            int best = -1;
            double most = 0;
            for (int c = 0; c < columns_; ++c) {
                if (left(c) < 3) continue;
                const double share = static_cast<double>(left(c)) / all_[static_cast<std::size_t>(c)] + 0.002 * chance(100);
                if (share > most) {
                    most = share;
                    best = c;
                }
            }
            if (best < 0 || (best > 0 && chance(100) < 3 * leave_)) return;
            put(best, 3);
        }
    }

    Heights all_, left_;
    int columns_;
    std::mt19937& random_;
    double stop_short_ = 0, take_pairs_ = 0;
    int leave_ = 0;
    std::vector<Field> fields_;
};

int positions_of(const std::vector<Field>& fields) {
    int positions = 0;
    for (const Field& f : fields) positions += f.length + 1;
    return positions;
}

bool finished(const Heights& heights) {
    for (int c = 0; c < kMostColumns; ++c) {
        if (heights[static_cast<std::size_t>(c)] > target(c)) return false;
    }
    return true;
}

// The best of a level's states, by what their trees will cost at least.
std::vector<State> best_states(std::map<Heights, State>& states, int columns) {
    std::vector<std::pair<double, State*>> order;
    for (auto& [heights, state] : states) order.emplace_back(state.cost + cost_to_come(heights, columns), &state);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    if (order.size() > kBeam) order.resize(kBeam);
    std::vector<State> best;
    for (auto& [cost, state] : order) best.push_back(std::move(*state));
    return best;
}

}  // namespace

Heights apply_level(const Heights& heights, const std::vector<Field>& fields, int columns) {
    Heights taken{}, made{}, next{};
    for (const Field& f : fields) {
        for (int c = f.start; c < f.start + f.length; ++c) {
            const auto i = static_cast<std::size_t>(c);
            const int bits = c == f.start ? f.first_bits : std::min(2, heights[i] - taken[i]);
            taken[i] += bits;
            ++made[i];
            ensure(bits > 0 && taken[i] <= heights[i], "a field takes bits that are there");
        }
        if (f.start + f.length < columns) ++made[static_cast<std::size_t>(f.start + f.length)];
    }
    for (std::size_t i = 0; i < next.size(); ++i) next[i] = heights[i] - taken[i] + made[i];
    return next;
}

namespace {

// All trials from one level's states: the cheapest way to each new state; `found` becomes the cheapest finished one.
std::map<Heights, State> next_level(const std::vector<State>& beam, int columns, int effort, std::mt19937& random,
                                    State& found) {
    std::map<Heights, State> next;
    for (const State& state : beam) {
        for (int trial = 0; trial < effort; ++trial) {
            const std::vector<Field> fields = RandomLevel(state.heights, columns, random).make();
            const Heights heights = apply_level(state.heights, fields, columns);
            int cost = state.cost + positions_of(fields);
            // A code that no field of the first level takes needs a LUT for its mask.
            if (state.levels.empty()) cost += std::accumulate(heights.begin(), heights.end(), 0) - positions_of(fields);
            const auto at = next.find(heights);
            if (at != next.end() && at->second.cost <= cost) continue;
            State& made = next[heights] = state;
            made.heights = heights;
            made.cost = cost;
            made.levels.push_back(fields);
            if (finished(heights) && (found.levels.empty() || cost < found.cost)) found = made;
        }
    }
    return next;
}

}  // namespace

CompressorTree find_compressor(int lanes, int levels, int effort) {
    if (lanes < 4 || lanes > 64) fail("a compressor tree has 4 to 64 lanes, not {}", lanes);
    const int columns = columns_of(lanes);
    std::mt19937 random(1);
    State first, found;
    first.heights[0] = first.heights[1] = lanes;
    std::vector<State> beam = {first};
    for (int level = 0; level < levels && !beam.empty(); ++level) {
        auto next = next_level(beam, columns, effort, random, found);
        beam = best_states(next, columns);
    }
    if (found.levels.empty()) fail("no compressor tree of {} lanes in {} levels was found", lanes, levels);
    CompressorTree tree{lanes, found.levels, 0, found.heights};
    for (const auto& fields : tree.levels) tree.positions += positions_of(fields);
    return tree;
}

}  // namespace ern::emit

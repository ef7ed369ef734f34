// SPDX-License-Identifier: Apache-2.0
#include "schedule/lifetimes.h"

#include <algorithm>

namespace ern::schedule {

namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

constexpr Span kNever{0, -1};

// Spans in order of their first strip, joined where they touch or overlap.
Life joined(Life spans) {
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.first < b.first; });
    Life life;
    for (const Span& span : spans) {
        if (span.first > span.last) continue;
        if (!life.empty() && span.first <= life.back().last + 1) life.back().last = std::max(life.back().last, span.last);
        else life.push_back(span);
    }
    return life;
}

bool meet(const Life& a, const Life& b) {
    auto x = a.begin();
    auto y = b.begin();
    while (x != a.end() && y != b.end()) {
        if (x->last < y->first) ++x;
        else if (y->last < x->first) ++y;
        else return true;
    }
    return false;
}

// Rows that are there before the first strip, or stay behind the last one, as well as what the strips do to them.
class Rows {
  public:
    Rows(int height, int strips, bool from_before, bool stay) : rows_(index(height), kNever), strips_(strips), stay_(stay) {
        if (from_before) rows_.assign(index(height), {0, stay ? strips - 1 : 0});
    }
    void write(int strip, int first, int end) {
        for (int y = first; y < end; ++y) rows_[index(y)] = {strip, stay_ ? strips_ - 1 : strip};
    }
    void read(int strip, int first, int end) {
        for (int y = first; y < end; ++y) rows_[index(y)].last = std::max(rows_[index(y)].last, strip);
    }
    std::vector<Span> take() { return std::move(rows_); }

  private:
    std::vector<Span> rows_;
    int strips_;
    bool stay_;
};

int height_of(const model::Network& network, const Step& step) {
    return step.kind == StepKind::reduce ? 1 : network.layers[index(step.source)].shape.height;
}

struct Range {
    int first, last;
    bool has(int step) const { return step >= first && step <= last; }
};

// First and last step of the strips.
Range steps_in(const std::vector<Strip>& strips) {
    Range range{strips.front().step, strips.front().step};
    for (const Strip& strip : strips) range = {std::min(range.first, strip.step), std::max(range.last, strip.step)};
    return range;
}

}  // namespace

std::vector<Span> code_rows(const model::Network& network, const std::vector<Step>& steps, const Flow& flow,
                            const std::vector<Strip>& strips, int made) {
    const Range here = steps_in(strips);
    Rows rows(height_of(network, steps[index(made)]), static_cast<int>(strips.size()), made < here.first,
              flow.last_reader[index(made)] > here.last);
    for (int i = 0; i < static_cast<int>(strips.size()); ++i) {
        const Strip& strip = strips[index(i)];
        const Step& step = steps[index(strip.step)];
        if (strip.step == made && strip.piece == 0) rows.write(i, strip.first_row, strip.first_row + strip.rows);
        else if (strip.step == made) rows.read(i, strip.first_row, strip.first_row + strip.rows);
        if (step.kind == StepKind::reduce || flow.producer[index(strip.step)] != made) continue;
        rows.read(i, first_input_row(network, step, strip.first_row), end_input_row(network, step, strip.first_row + strip.rows - 1));
    }
    return rows.take();
}

std::vector<Span> sum_rows(const model::Network& network, const std::vector<Step>& steps, const Flow& flow,
                           const std::vector<Strip>& strips, int made) {
    const Range here = steps_in(strips);
    const int height = height_of(network, steps[index(made)]);
    Rows rows(height, static_cast<int>(strips.size()), made < here.first, flow.chain_end[index(made)] > here.last);
    for (int i = 0; i < static_cast<int>(strips.size()); ++i) {
        const Strip& strip = strips[index(i)];
        if (flow.chain[index(strip.step)] != made) continue;
        if (strip.step == made && strip.piece == 0) rows.write(i, strip.first_row, strip.first_row + strip.rows);
        else if (strip.step == made) rows.read(i, strip.first_row, strip.first_row + strip.rows);
        else if (steps[index(strip.step)].kind == StepKind::reduce) rows.read(i, 0, height);
        else rows.read(i, strip.first_row, strip.first_row + strip.rows);
    }
    return rows.take();
}

Span picture_span(const std::vector<Step>& steps, const Flow& flow, const std::vector<Strip>& strips) {
    Span span = kNever;
    for (int i = 0; i < static_cast<int>(strips.size()); ++i) {
        const int s = strips[index(i)].step;
        if (steps[index(s)].kind == StepKind::reduce || flow.producer[index(s)] >= 0) continue;
        if (span.first > span.last) span.first = std::max(0, i - 1);
        span.last = i;
    }
    return span;
}

int ring_rows(const std::vector<Span>& rows) {
    // Two rows of which the later one comes before the earlier one goes lie apart in the ring.
    int ring = 1;
    for (int y = 0; y < static_cast<int>(rows.size()); ++y) {
        for (int z = y + ring; z < static_cast<int>(rows.size()); ++z) {
            if (rows[index(z)].first <= rows[index(y)].last && rows[index(y)].first <= rows[index(z)].last) ring = z - y + 1;
        }
    }
    return ring;
}

std::vector<Piece> ring_pieces(const std::vector<Span>& rows, int ring, int row_words) {
    std::vector<Piece> pieces;
    for (int slot = 0; slot < ring; ++slot) {
        Life life;
        for (int y = slot; y < static_cast<int>(rows.size()); y += ring) life.push_back(rows[index(y)]);
        life = joined(std::move(life));
        if (!pieces.empty() && pieces.back().life == life) pieces.back().words += row_words;
        else pieces.push_back({slot * row_words, row_words, std::move(life)});
    }
    return pieces;
}

std::vector<Piece> whole_piece(int words, const Span& span) { return {{0, words, joined({span})}}; }

Life tile_life(const std::vector<Strip>& strips, int step) {
    Life spans;
    for (int i = 0; i < static_cast<int>(strips.size()); ++i) {
        if (strips[index(i)].step == step) spans.push_back({i, i});
    }
    if (!spans.empty() && strips[index(spans.front().first)].pieces > 1) return {{spans.front().first, spans.back().last}};
    return joined(std::move(spans));
}

int next_free(const std::vector<Piece>& wanted, int base, const std::vector<Piece>& taken, int taken_base) {
    for (bool moved = true; moved;) {
        moved = false;
        for (const Piece& w : wanted) {
            for (const Piece& t : taken) {
                const int from = base + w.offset, end = taken_base + t.offset + t.words;
                if (from >= end || from + w.words <= taken_base + t.offset || !meet(w.life, t.life)) continue;
                base = end - w.offset;  // below, these two collide
                moved = true;
            }
        }
    }
    return base;
}

}  // namespace ern::schedule

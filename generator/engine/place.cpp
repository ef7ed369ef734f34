// SPDX-License-Identifier: Apache-2.0
// Maps in the memory of a frame: first fit over lifetimes in steps, so that a map that was just read makes room, still in
// the cache, for the next one. A sum takes the place of the residual that it was added to and that nobody reads any more:
// each thread then writes what it has just read, and no line moves between their caches.
#include <algorithm>
#include <limits>

#include "engine/prepare.h"

namespace ern::engine {

namespace {

struct Life {
    int layer = 0;
    int first = 0, last = 0;  // steps
    bool meets(const Life& other) const { return first <= other.last && other.first <= last; }
};

std::size_t bytes_of(const model::Layer& layer, bool narrow) {
    const auto pixels = static_cast<std::size_t>(layer.shape.pixels());
    const auto words = static_cast<std::size_t>(words_of(layer.shape.channels));
    switch (model::map_kind(layer)) {
        case model::MapKind::codes: return pixels * words * 2 * sizeof(std::uint64_t);
        case model::MapKind::accumulators: return pixels * words * kBlock * (narrow ? sizeof(std::int16_t) : sizeof(std::int32_t));
        case model::MapKind::sums: break;
    }
    return words * kBlock * sizeof(std::int64_t);
}

// The layers that a step makes and reads.
struct Touched {
    std::vector<int> made, read;
};

Touched touched(const Step& step) {
    if (const auto* s = std::get_if<EmbedStep>(&step)) return {{s->layer}, {}};
    if (const auto* s = std::get_if<ConvStep>(&step)) return {{s->layer, s->sum, s->thresholds.layer}, {s->input, s->residual}};
    if (const auto* s = std::get_if<AddStep>(&step)) return {{s->layer}, {s->a, s->b}};
    if (const auto* s = std::get_if<ThresholdStep>(&step)) return {{s->thresholds.layer}, {s->input}};
    if (const auto* s = std::get_if<PoolStep>(&step)) return {{s->layer}, {s->input}};
    const auto& s = std::get<SumStep>(step);
    return {{s.layer}, {s.input}};
}

std::vector<Life> lifetimes(const Prepared& prepared) {
    constexpr int kNever = std::numeric_limits<int>::max();
    std::vector<Life> lives(prepared.places.size());
    for (std::size_t i = 0; i < lives.size(); ++i) lives[i] = {static_cast<int>(i), kNever, -1};
    for (int s = 0; s < static_cast<int>(prepared.steps.size()); ++s) {
        const auto touch = [&](int layer) {
            if (layer < 0) return;
            Life& life = lives[static_cast<std::size_t>(layer)];
            life.first = std::min(life.first, s);
            life.last = std::max(life.last, s);
        };
        const Touched t = touched(prepared.steps[static_cast<std::size_t>(s)]);
        std::for_each(t.made.begin(), t.made.end(), touch);
        std::for_each(t.read.begin(), t.read.end(), touch);
    }
    std::erase_if(lives, [&](const Life& life) { return !prepared.places[static_cast<std::size_t>(life.layer)].stored; });
    return lives;
}

class Placer {
  public:
    Placer(Prepared& prepared, bool apart) : prepared_(prepared), apart_(apart) {
        for (const Life& life : lifetimes(prepared)) {
            Place& place = prepared.places[static_cast<std::size_t>(life.layer)];
            const auto layer = static_cast<std::size_t>(life.layer);
            place.bytes = (bytes_of(prepared.network.layers[layer], prepared.narrow[layer]) + kAlign - 1) / kAlign * kAlign;
            if (apart || !replaces_residual(life)) place_at_first_fit(life);
            placed_.push_back(life);
            prepared.map_bytes = std::max(prepared.map_bytes, place.offset + place.bytes);
        }
    }

  private:
    static constexpr std::size_t kAlign = 64;

    Place& place(const Life& life) const { return prepared_.places[static_cast<std::size_t>(life.layer)]; }

    // A map that is in the way of `life`, other than `except`, or null.
    const Place* in_the_way(const Life& life, int except) const {
        const Place& wanted = place(life);
        for (const Life& other : placed_) {
            const Place& taken = place(other);
            if (other.layer == except || (!apart_ && !life.meets(other))) continue;
            if (wanted.offset < taken.offset + taken.bytes && taken.offset < wanted.offset + wanted.bytes) return &taken;
        }
        return nullptr;
    }

    void place_at_first_fit(const Life& life) const {
        while (const Place* taken = in_the_way(life, -1)) place(life).offset = taken->offset + taken->bytes;
    }

    bool replaces_residual(const Life& life) const {
        const auto* step = std::get_if<ConvStep>(&prepared_.steps[static_cast<std::size_t>(life.first)]);
        if (!step || step->sum != life.layer) return false;
        const auto residual = std::find_if(placed_.begin(), placed_.end(), [&](const Life& l) { return l.layer == step->residual; });
        if (residual == placed_.end() || residual->last != life.first || place(*residual).bytes != place(life).bytes) return false;
        place(life).offset = place(*residual).offset;
        if (!in_the_way(life, residual->layer)) return true;
        place(life).offset = 0;
        return false;
    }

    Prepared& prepared_;
    bool apart_;
    std::vector<Life> placed_;
};

}  // namespace

void place_maps(Prepared& prepared, bool apart) { Placer(prepared, apart); }

}  // namespace ern::engine

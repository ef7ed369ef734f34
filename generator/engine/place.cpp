// SPDX-License-Identifier: Apache-2.0
// Maps in the memory of a frame: first fit over lifetimes in steps, so that a map that was just read makes room, still in
// the cache, for the next one.
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

}  // namespace

void place_maps(Prepared& prepared, bool apart) {
    constexpr std::size_t kAlign = 64;
    std::vector<Life> placed;
    for (const Life& life : lifetimes(prepared)) {
        Place& place = prepared.places[static_cast<std::size_t>(life.layer)];
        const auto layer = static_cast<std::size_t>(life.layer);
        place.bytes = (bytes_of(prepared.network.layers[layer], prepared.narrow[layer]) + kAlign - 1) / kAlign * kAlign;
        for (bool moved = true; moved;) {
            moved = false;
            for (const Life& other : placed) {
                const Place& taken = prepared.places[static_cast<std::size_t>(other.layer)];
                if (!apart && !life.meets(other)) continue;
                if (place.offset < taken.offset + taken.bytes && taken.offset < place.offset + place.bytes) {
                    place.offset = taken.offset + taken.bytes;
                    moved = true;
                }
            }
        }
        placed.push_back(life);
        prepared.map_bytes = std::max(prepared.map_bytes, place.offset + place.bytes);
    }
}

}  // namespace ern::engine

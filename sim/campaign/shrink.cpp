// SPDX-License-Identifier: Apache-2.0
#include "campaign/shrink.h"

namespace ern::campaign {

namespace {

using fuzz::Block;
using fuzz::BlockKind;

// Adds `change(copy)` where it changes something.
class List {
  public:
    explicit List(const Case& c) : case_(c) {}
    void add(const std::function<void(Case&)>& change) {
        Case changed = case_;
        change(changed);
        if (changed != case_) cases_.push_back(std::move(changed));
    }
    // A number on its way to `least`: at once, by half, by one.
    void lower(const std::function<int&(Case&)>& number, int least) {
        for (int step = 0; step < 3; ++step) {
            add([&](Case& c) {
                int& n = number(c);
                if (n <= least) return;
                n = step == 0 ? least : step == 1 ? least + (n - least) / 2 : n - 1;
            });
        }
    }
    std::vector<Case> take() { return std::move(cases_); }

  private:
    const Case& case_;
    std::vector<Case> cases_;
};

void simpler_blocks(List& list, std::size_t i) {
    const auto block = [i](Case& c) -> Block& { return c.network.blocks[i]; };
    list.add([&](Case& c) {
        if (block(c).kind == BlockKind::bottleneck) block(c).kind = BlockKind::residual;
        else if (block(c).kind == BlockKind::residual) block(c).kind = BlockKind::conv;
    });
    list.lower([&](Case& c) -> int& { return block(c).repeats; }, 0);
    list.lower([&](Case& c) -> int& { return block(c).channels; }, 1);
    list.lower([&](Case& c) -> int& { return block(c).inner; }, 1);
    list.add([&](Case& c) { block(c).kernel = 1, block(c).pad = 0; });
    list.add([&](Case& c) { if (block(c).kernel > 3) block(c).kernel = 3, block(c).pad = std::min(block(c).pad, 2); });
    list.lower([&](Case& c) -> int& { return block(c).stride; }, 1);
    list.lower([&](Case& c) -> int& { return block(c).pad; }, 0);
    list.add([&](Case& c) { block(c).style = fuzz::Style::rising; });
}

void simpler_network(List& list, const Case& c) {
    const std::size_t blocks = c.network.blocks.size();
    const auto cut = [&](std::size_t from, std::size_t count) {
        list.add([=](Case& changed) {
            auto& all = changed.network.blocks;
            all.erase(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(from + count));
        });
    };
    if (blocks > 2) {
        cut(blocks / 2, blocks - blocks / 2);
        cut(0, blocks / 2);
    }
    for (std::size_t i = 0; i < blocks; ++i) cut(i, 1);
    for (std::size_t i = 0; i < blocks; ++i) simpler_blocks(list, i);
    list.lower([](Case& x) -> int& { return x.network.height; }, 1);
    list.lower([](Case& x) -> int& { return x.network.width; }, 1);
    list.lower([](Case& x) -> int& { return x.network.colours; }, 1);
    list.lower([](Case& x) -> int& { return x.network.classes; }, 1);
    list.add([](Case& x) { x.network.last_kernel = 1; });
}

void simpler_accelerator(List& list) {
    list.add([](Case& c) { c.accelerator.column_outputs = c.accelerator.outputs; });
    list.add([](Case& c) { c.accelerator.outputs = c.accelerator.column_outputs = c.accelerator.channels; });
    list.add([](Case& c) { c.accelerator.tap_rows = 1; });
    list.add([](Case& c) { c.accelerator.taps = 3, c.accelerator.tap_rows = 1; });
    list.add([](Case& c) { c.accelerator.channels = c.accelerator.outputs = c.accelerator.column_outputs = 8; });
    list.add([](Case& c) { c.accelerator.dot_latency = 4; });
}

}  // namespace

std::vector<Case> simpler(const Case& c, bool accelerators) {
    List list(c);
    list.add([](Case& x) { x.run.load_through_link = false; });
    list.add([](Case& x) { x.run.stall_percent = 0; });
    list.add([](Case& x) { x.run.late_percent = 0; });
    list.lower([](Case& x) -> int& { return x.run.frames; }, 1);
    simpler_network(list, c);
    if (accelerators) simpler_accelerator(list);
    return list.take();
}

Case shrink(Case c, Verdict verdict, const std::function<Outcome(const Case&)>& judge, int most, int most_builds) {
    int tries = 0, builds = 0;
    for (bool simplified = true; simplified && tries < most;) {
        simplified = false;
        for (Case& candidate : simpler(c, true)) {
            const bool build = candidate.accelerator != c.accelerator;
            if (tries >= most || (build && ++builds > most_builds)) break;
            ++tries;
            if (judge(candidate).verdict != verdict) continue;
            c = std::move(candidate);
            simplified = true;
            break;
        }
    }
    return c;
}

}  // namespace ern::campaign

// SPDX-License-Identifier: Apache-2.0
// Cycles of a frame without stalls. The hardware is a few state machines with fixed latencies, so its timing is a
// recurrence over passes; each constant below names the register stages that it counts. A test runs the RTL and
// demands equality for every descriptor.
// With external memory the streams are counted as a steady flow at the part's rate, which is close, not exact.
#include <algorithm>
#include <cmath>

#include "schedule/external.h"
#include "schedule/plan.h"

namespace ern::schedule {

namespace {

// ern_sequencer: 16 words asked for, the last one arrives 2 cycles after it was asked for, one cycle to register it,
// one to leave FETCH.
constexpr std::int64_t kFetchCycles = kDescriptorWords + 3;
constexpr std::int64_t kWindowToArray = 6;   // ern_reader, issue to array
constexpr std::int64_t kShortestPass = 4;    // ern_column, a partial sum comes again after 4 cycles
constexpr std::int64_t kGoToTake = 4;        // ern_sequencer, a register; ern_reader, go to taking the first pass
constexpr std::int64_t kReadyToTake = 1;     // ern_reader, a register
constexpr std::int64_t kDrainBeyondArray = 12;

std::int64_t picture_bytes(const Accelerator& a, const model::Shape& picture) {
    return picture_room(a, picture).beats * a.external.port_bits / 8;
}

// External memory, which all streams share: one after the other, at the part's rate. The next picture comes in beside them
// from the frame's start on, burst by burst: while nothing streams its bursts cost nothing; otherwise each waits for the reads that
// the memory has taken before, and then costs its time and that of two changes between reading and writing.
class Channel {
  public:
    Channel() = default;
    Channel(const Accelerator& a, const model::Shape& picture)
        : cycles_a_byte_(1 / stream_bytes_a_cycle(a)),
          latency_(memory_timing(a).first_ns * a.clock_mhz / 1e3 + kBurst),
          picture_left_(static_cast<double>(picture_bytes(a, picture))) {
        const double beat = a.external.port_bits / 8.0, burst = kSmallBurst * beat;
        const double link_cycles = burst / 4 * kWordCodes * kLinkCycles;
        picture_idle_ = burst / link_cycles;
        picture_busy_ = burst / (link_cycles + kQueue * kWeightBurst * beat * cycles_a_byte_);
        cycles_a_picture_byte_ = cycles_a_byte_ + 2 * memory_timing(a).turn_ns * a.clock_mhz / 1e3 / burst;
    }

    // Cycle in which bytes that are asked for from `cycle` on have come.
    double fetch(double cycle, std::int64_t bytes) {
        if (cycle > busy_) {
            picture_left_ -= std::min(picture_left_, (cycle - busy_) * picture_idle_);
            busy_ = cycle;
        }
        const double cycles = static_cast<double>(bytes) * cycles_a_byte_, picture = std::min(picture_left_, cycles * picture_busy_);
        picture_left_ -= picture;
        busy_ += cycles + picture * cycles_a_picture_byte_;
        return busy_ + latency_;
    }

  private:
    static constexpr double kBurst = 24;        // cycles until a burst is asked for and begins, about
    static constexpr double kLinkCycles = 2.3;  // of a byte through the link inside the chip: a frame comes in, is checked, goes on
    static constexpr double kQueue = 2;      // reads before a write, of the four bursts that a memory takes

    double cycles_a_byte_ = 0, latency_ = 0, busy_ = 0;
    double picture_left_ = 0, cycles_a_picture_byte_ = 0;  // bytes that are still to come
    double picture_idle_ = 0, picture_busy_ = 0;           // bytes that come in a cycle
};

// Batches of rows that stream in: when each is there. The ring is full when a frame begins, since the one before left
// time for it; batch k is asked for when batch k - `ring` was used.
class Flow {
  public:
    Flow() = default;
    Flow(const Plan& plan, int row_bits, int ring_rows, Channel& channel)
        : channel_(&channel), bytes_(std::int64_t{plan.accelerator.outputs} * stream_row_bytes(plan.accelerator, row_bits)),
          ring_(static_cast<std::size_t>(ring_rows / plan.accelerator.outputs)) {}

    // Cycle in which the next batch is whole in the ring; 0 where nothing streams.
    std::int64_t next() {
        if (ring_ == 0) return 0;
        const std::size_t k = used_.size();
        if (k >= ring_) there_ = channel_->fetch(static_cast<double>(used_[k - ring_]), bytes_);
        return static_cast<std::int64_t>(there_);
    }
    void use(std::int64_t cycle) { used_.push_back(cycle); }

  private:
    Channel* channel_ = nullptr;
    std::int64_t bytes_ = 0;
    double there_ = 0;
    std::size_t ring_ = 0;
    std::vector<std::int64_t> used_;
};

// ern_loader: when it has the next batch, when it can take the next job.
struct Loader {
    std::int64_t idle_at = 0;
    std::int64_t ready_at = 0;
    std::int64_t batches_left = 0;
    std::int64_t rows = 0;
    Flow flow;

    bool streams = true;  // this job's rows do, and are not kept ones

    void go(std::int64_t cycle, std::int64_t batches, bool kept) {
        streams = !kept;
        load(cycle + rows);
        batches_left = batches;
    }
    // The batch was used in `cycle`; reading the next one starts in the same cycle.
    void use(std::int64_t cycle) {
        --batches_left;
        if (batches_left > 0) {
            load(cycle + rows - 1);
        } else {
            idle_at = cycle + 1;
        }
    }

  private:
    void load(std::int64_t at) {
        ready_at = streams ? std::max(at, flow.next()) : at;
        if (streams) flow.use(ready_at);
    }
};

class Timeline {
  public:
    Timeline(const Plan& plan, bool streams) : plan_(plan), a_(plan.accelerator) {
        weights_.rows = thresholds_.rows = a_.outputs;
        if (!streams) return;
        channel_ = Channel(a_, plan.picture);
        weights_.flow = Flow(plan, a_.lanes(), a_.weight_rows, channel_);
        thresholds_.flow = Flow(plan, 3 * a_.accumulator_bits + 1, a_.threshold_rows, channel_);
        streams_ = true;
    }
    Timeline(const Timeline&) = delete;
    Timeline& operator=(const Timeline&) = delete;

    std::vector<std::int64_t> run() {
        std::vector<std::int64_t> done;
        for (const Descriptor& d : plan_.program) done.push_back(descriptor(d));
        return done;
    }

  private:
    std::int64_t descriptor(const Descriptor& d) {
        const std::int64_t ready = fetch_ + kFetchCycles;
        switch (static_cast<Opcode>(get(d, "opcode"))) {
            case Opcode::conv: return conv(d, ready);
            case Opcode::reduce: return reduce(d, ready);
            case Opcode::embed: return embed(d, ready);
            case Opcode::spill:
            case Opcode::fill: return exchange(d, ready);
            case Opcode::end: break;
        }
        return std::max(ready, after_reader()) + 1;
    }

    // First cycle in which the reader is idle and its descriptor has been reported done.
    std::int64_t after_reader() const { return reader_ran_ ? reader_idle_ + 1 : 0; }

    std::int64_t conv(const Descriptor& d, std::int64_t ready) {
        const bool needs_weights = get(d, "depthwise") == 0;
        const bool needs_thresholds = get(d, "codes") == 1;
        std::int64_t load = ready;
        if (needs_weights) load = std::max(load, weights_.idle_at);
        if (needs_thresholds) load = std::max(load, thresholds_.idle_at);
        if (needs_weights) weights_.go(load, get(d, "passes"), get(d, "kept_weights") == 1);
        if (needs_thresholds) thresholds_.go(load, get(d, "blocks"), get(d, "kept_thresholds") == 1);
        std::int64_t go = std::max(load + 1, reader_idle_);
        if (get(d, "wait_picture") == 1) go = std::max(go, embed_idle_);
        fetch_ = go + 1;
        const std::int64_t last_issue = passes(d, go, needs_weights, needs_thresholds);
        reader_idle_ = last_issue + a_.dot_latency + a_.columns() + kDrainBeyondArray;
        reader_ran_ = true;
        return reader_idle_ + 1;
    }

    std::int64_t passes(const Descriptor& d, std::int64_t go, bool needs_weights, bool needs_thresholds) {
        const std::int64_t windows = get(d, "out_width") * get(d, "out_rows");
        const std::int64_t blocks = get(d, "blocks");
        const std::int64_t per_block = get(d, "passes") / blocks;
        const std::int64_t interval = std::max(windows, kShortestPass);
        const std::int64_t free_after = 1 + std::max(0, a_.dot_latency - 4);
        std::int64_t take = go + kGoToTake;
        std::int64_t issue = 0;
        for (std::int64_t block = 0; block < blocks; ++block) {
            for (std::int64_t pass = 0; pass < per_block; ++pass) {
                const bool thresholds = needs_thresholds && pass + 1 == per_block;
                if (needs_weights) take = std::max(take, weights_.ready_at + kReadyToTake);
                if (thresholds) take = std::max(take, thresholds_.ready_at + kReadyToTake);
                issue = take + 1;
                if (needs_weights) weights_.use(take);
                if (thresholds) thresholds_.use(issue + kWindowToArray + free_after);
                take = issue + interval - 1;
            }
        }
        return issue + windows - 1;
    }

    std::int64_t reduce(const Descriptor& d, std::int64_t ready) {
        const std::int64_t go = std::max(ready, after_reader());
        const std::int64_t questions = get(d, "results") * get(d, "sum_ring");
        const std::int64_t done = go + questions + a_.dot_latency + a_.columns() + 3;
        fetch_ = done + 1;
        return done + 1;
    }

    // Beats of partial sums, each in its cycle or as fast as the memory moves them; bursts do not follow each other without a gap.
    std::int64_t exchange(const Descriptor& d, std::int64_t ready) {
        constexpr double kGap = 4;
        const std::int64_t go = std::max(ready, after_reader());
        const auto beats = get(d, "threshold_row");
        std::int64_t done = go + beats + a_.dot_latency + a_.columns() + 3;
        if (streams_) {
            const double gaps = kGap * static_cast<double>(beats) / kWeightBurst;
            done = std::max(done, static_cast<std::int64_t>(channel_.fetch(static_cast<double>(go), beats * a_.external.port_bits / 8) + gaps));
        }
        fetch_ = done + 1;
        return done + 1;
    }

    // A pixel a cycle, as far as the array writes no codes meanwhile: a third of the time, about.
    std::int64_t embed(const Descriptor& d, std::int64_t ready) {
        constexpr double kWaits = 1.2;
        const std::int64_t go = std::max(ready, embed_idle_);
        fetch_ = go + 1;
        const auto words = static_cast<double>((get(d, "passes") + 1) * get(d, "out_words"));
        embed_idle_ = go + static_cast<std::int64_t>(std::ceil(words * kWaits)) + 8;
        if (streams_) {
            const std::int64_t codes = (get(d, "passes") + 1) * plan_.picture.channels;
            const double there = channel_.fetch(static_cast<double>(go), 4 * codes / kWordCodes);
            embed_idle_ = std::max(embed_idle_, static_cast<std::int64_t>(there));
        }
        return after_reader();  // beside the reader: it delays nothing by itself
    }

    const Plan& plan_;
    const Accelerator& a_;
    std::int64_t embed_idle_ = 0;
    bool streams_ = false;
    Channel channel_;
    Loader weights_, thresholds_;
    std::int64_t fetch_ = 0;        // first cycle of fetching the next descriptor
    std::int64_t reader_idle_ = 0;
    bool reader_ran_ = false;
};

}  // namespace

std::vector<std::int64_t> predict_done(const Plan& plan) { return Timeline(plan, plan.external()).run(); }

Traffic traffic_of(const Plan& plan) {
    Traffic t;
    t.compute_cycles = Timeline(plan, false).run().back();
    if (!plan.external()) return t;
    const Accelerator& a = plan.accelerator;
    t.program = std::ssize(plan.program) * kDescriptorWords * 4;
    t.weights = std::ssize(plan.weights) * stream_row_bytes(a, a.lanes());
    t.thresholds = std::ssize(plan.thresholds) * stream_row_bytes(a, 3 * a.accumulator_bits + 1);
    t.pictures = 2 * picture_bytes(a, plan.picture);
    for (const Descriptor& d : plan.program) {
        const auto opcode = static_cast<Opcode>(get(d, "opcode"));
        if (opcode == Opcode::spill || opcode == Opcode::fill) t.sums += get(d, "threshold_row") * a.external.port_bits / 8;
    }
    t.memory_cycles = static_cast<std::int64_t>(std::ceil(static_cast<double>(t.bytes()) / stream_bytes_a_cycle(a)));
    return t;
}

}  // namespace ern::schedule

// SPDX-License-Identifier: Apache-2.0
#include "schedule/external.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "support/error.h"

namespace ern::schedule {

namespace {

// The SDR part of a ULX3S, and two banks of an OrangeCrab's DDR3.
constexpr std::uint64_t kLeastPart = 32u << 20;

// ern_sdram: 11 cycles from a request to its first data; tRP + tRCD and two cycles to choose a row; a write waits for the read's
// words and one cycle more; tRP + tRFC and two cycles of refresh.
struct SdrPart {
    int word_bytes;
    double refresh_every_ns;
    std::uint64_t bytes;
};
constexpr SdrPart kSdr16{2, 7812.5, kLeastPart}, kSdr32{4, 15625, 8u << 20};

MemoryTiming sdr_timing(double clock_mhz, const SdrPart& part) {
    const double mhz = std::min(clock_mhz, 133.0), cycle_ns = 1e3 / mhz;
    const auto whole = [&](double ns) { return std::ceil(ns / cycle_ns - 1e-9) * cycle_ns; };
    return {part.word_bytes * 1e6 * mhz, 11 * cycle_ns, 2 * whole(20) + 2 * cycle_ns, 4 * cycle_ns, whole(20) + whole(66) + 2 * cycle_ns,
            part.refresh_every_ns, 1024, 4, part.bytes};
}

// LiteDRAM's controller behind ern_ddr3: the part's clock is twice the accelerator's, so a beat of 16 bytes takes two cycles. Its
// bench (ern_ddr3_test) measures the cycles: 18 from a request to its first data; a refresh closes all rows, waits for tRFC and opens
// them again. Of the part's eight banks it uses two (fpga/ddr3/generate.py says why).
MemoryTiming ddr3_timing(double clock_mhz) {
    const double cycle_ns = 1e3 / clock_mhz;
    return {8e6 * clock_mhz, 18 * cycle_ns, 30 + 4 * cycle_ns, 8 * cycle_ns, 260 + 12 * cycle_ns, 7812.5, 2048, 2, kLeastPart};
}

}  // namespace

MemoryTiming memory_timing(const Accelerator& a) {
    switch (a.external.kind) {
        case MemoryKind::sdr:
            return sdr_timing(a.clock_mhz, kSdr16);
        case MemoryKind::sdr32:
            return sdr_timing(a.clock_mhz, kSdr32);
        case MemoryKind::ddr3:
            return ddr3_timing(a.clock_mhz);
        case MemoryKind::ddr3_800:
            return {1600e6, 60, 30, 15, 275, 7812.5, 2048, 8, 16 * kLeastPart};
        case MemoryKind::none:
            break;
    }
    ensure(false, "a memory that is there has a timing");
    return {};
}

double stream_bytes_a_cycle(const Accelerator& a) {
    const MemoryTiming t = memory_timing(a);
    // Rows are opened while other banks move data; only refresh takes time from everybody.
    const double share = 1 - (t.refresh_ns + t.row_ns) / t.refresh_every_ns;
    return std::min(t.bytes_a_second * share / (a.clock_mhz * 1e6), a.external.port_bits / 8.0);
}

int fewest_ring_rows(const Accelerator& a, int bits, int burst) {
    const int units = stream_row_bytes(a, bits) / 4, beat_units = a.external.port_bits / 32;
    if (units < beat_units) return burst * beat_units / units;
    return (burst * beat_units + units - 1 + units - 1) / units;
}

int stream_row_bytes(const Accelerator& a, int bits) {
    const int units = (bits + 31) / 32, beat_units = a.external.port_bits / 32;
    return 4 * (units < beat_units ? static_cast<int>(std::bit_ceil(static_cast<unsigned>(units))) : units);
}

PictureRoom picture_room(const Accelerator& a, const model::Shape& picture) {
    const int beat_codes = a.external.port_bits / 32 * kWordCodes;
    PictureRoom room{(picture.size() + beat_codes - 1) / beat_codes, 0};
    while (room.beats * beat_codes % picture.channels != 0) ++room.beats;
    room.pixels = room.beats * beat_codes / picture.channels;
    return room;
}

}  // namespace ern::schedule

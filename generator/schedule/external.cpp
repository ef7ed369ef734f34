// SPDX-License-Identifier: Apache-2.0
#include "schedule/external.h"

#include <algorithm>
#include <bit>

#include "support/error.h"

namespace ern::schedule {

MemoryTiming memory_timing(MemoryKind kind) {
    switch (kind) {
        case MemoryKind::sdr:
            return {266e6, 60, 40, 15, 86, 7812.5, 1024, 4};
        case MemoryKind::ddr3:
            return {1600e6, 60, 30, 15, 275, 7812.5, 2048, 8};
        case MemoryKind::none:
            break;
    }
    ensure(false, "a memory that is there has a timing");
    return {};
}

double stream_bytes_a_cycle(const Accelerator& a) {
    const MemoryTiming t = memory_timing(a.external.kind);
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

}  // namespace ern::schedule

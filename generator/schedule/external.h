// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "model/network.h"
#include "schedule/accelerator.h"

namespace ern::schedule {

// What a memory part with its controller gives, from the parts' data sheets.
//   sdr   16 bit SDR SDRAM (MT48LC16M16, AS4C32M16: tRCD = tRP = 20 ns, CL 3, tRFC 66 ns, 8192 rows in 64 ms) with ern_sdram, which
//         runs at the accelerator's clock, at most 133 MHz: its times are whole cycles
//   sdr32 the same with 32 bit (M12L64322A, EM638325: 4096 refreshes in 64 ms)
//   ddr3  16 bit DDR3 (MT41K256M16: tRCD = tRP = 13.75 ns, tRFC 260 ns, 8192 rows in 64 ms) with LiteDRAM's controller, the part's
//         clock twice the accelerator's: 800 MB/s at the pins with 100 MHz
//   ddr3-800  the same part at 800 million transfers a second, whatever the accelerator's clock: for simulation, no board's
//         controller is as fast
struct MemoryTiming {
    double bytes_a_second = 0;   // at the pins, while data flow
    double first_ns = 0;         // from a read request to its first data, with an open row: controller and CL
    double row_ns = 0;           // to close a row and open another: tRP + tRCD
    double turn_ns = 0;          // between reading and writing
    double refresh_ns = 0;       // tRFC, with closing all rows
    double refresh_every_ns = 0; // tREFI
    int row_bytes = 0;           // of one bank
    int banks = 0;
    std::uint64_t bytes = 0;     // of the smallest part on a board
};
MemoryTiming memory_timing(const Accelerator& accelerator);

// Bytes that a long read stream of bursts brings in one cycle of the accelerator: at most the port's beat.
double stream_bytes_a_cycle(const Accelerator& accelerator);

// A ring on the chip holds a burst of ern_external beside the rest of a row, and whole beats. Fewest rows that do.
inline constexpr int kWeightBurst = 32, kSmallBurst = 16;  // beats
int fewest_ring_rows(const Accelerator& accelerator, int bits, int burst);

// Bytes that a row fills in external memory: whole 32-bit units, or the next power of two of them where a row is
// narrower than a beat (ern_external).
int stream_row_bytes(const Accelerator& accelerator, int bits);

// A picture in external memory (ern_picture_store, ern_pixels): a code of 6 bits for each byte, kWordCodes in every 32 bits, filled up
// until beats and pixels are whole.
inline constexpr int kWordCodes = 5;
struct PictureRoom {
    std::int64_t beats = 0, pixels = 0;
};
PictureRoom picture_room(const Accelerator& accelerator, const model::Shape& picture);

}  // namespace ern::schedule

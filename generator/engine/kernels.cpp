// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels.h"

#include <bit>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels.cpp"
#define HWY_WANT_SSSE3 1
#define HWY_WANT_SSE4 1
#define HWY_WANT_AVX3_DL 1
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)  // vectors without a size at compile time
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ern::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr hn::ScalableTag<std::uint8_t> d8;
constexpr hn::ScalableTag<std::uint16_t> d16;
constexpr hn::ScalableTag<std::uint32_t> du32;
constexpr hn::ScalableTag<std::int32_t> d32;
constexpr hn::ScalableTag<std::uint64_t> d64;
using Bytes = hn::Vec<decltype(d8)>;
using Halves = hn::Vec<decltype(d16)>;
using Words = hn::Vec<decltype(d32)>;

constexpr int kLanes8 = static_cast<int>(hn::MaxLanes(d8)), kLanes32 = kLanes8 / 4;
constexpr int kVectors = kBlock / kLanes8;         // of a block
constexpr int kByteSteps = 21, kHalfSteps = 5461;  // lookups until a byte, 16 bits could overflow
// Registers: one of bytes and two of halves for each vector of each pixel, beside the weights and a table.
constexpr int kPixels = kLanes8 == 64 ? 4 : (kVectors == 2 || HWY_TARGET == HWY_NEON) ? 2 : 1;
constexpr int kMaxBlocks = kLanes8 == 64 ? 2 : 1;  // at a time

// Sums of codes with weight +1, for kP windows and kB blocks.
template <int kP, int kB>
struct Tile {
    static constexpr int kV = kB * kVectors;
    Halves even[kP][kV], odd[kP][kV];  // outputs in even and odd bytes

    HWY_INLINE void clear() {
        for (int p = 0; p < kP; ++p) {
            for (int v = 0; v < kV; ++v) even[p][v] = odd[p][v] = hn::Zero(d16);
        }
    }

    // Up to kByteSteps lookups.
    HWY_INLINE void add(const std::uint8_t* HWY_RESTRICT tables, std::size_t table_pixel, const std::uint8_t* HWY_RESTRICT weights,
                        std::size_t block_weights, int steps) {
        Bytes bytes[kP][kV];
        for (int p = 0; p < kP; ++p) {
            for (int v = 0; v < kV; ++v) bytes[p][v] = hn::Zero(d8);
        }
        for (int s = 0; s < steps; ++s) {
            Bytes w[kV];
            for (int v = 0; v < kV; ++v) {
                w[v] = hn::Load(d8, weights + static_cast<std::size_t>(v / kVectors) * block_weights +
                                        static_cast<std::size_t>(s * kBlock + v % kVectors * kLanes8));
            }
            for (int p = 0; p < kP; ++p) {
                const Bytes table = hn::LoadDup128(d8, tables + static_cast<std::size_t>(p) * table_pixel + static_cast<std::size_t>(s) * kTable);
                for (int v = 0; v < kV; ++v) bytes[p][v] = hn::Add(bytes[p][v], hn::TableLookupBytes(table, w[v]));
            }
        }
        const Halves low = hn::Set(d16, 0xFF);
        for (int p = 0; p < kP; ++p) {
            for (int v = 0; v < kV; ++v) {
                const Halves both = hn::BitCast(d16, bytes[p][v]);
                even[p][v] = hn::Add(even[p][v], hn::And(both, low));
                odd[p][v] = hn::Add(odd[p][v], hn::ShiftRight<8>(both));
            }
        }
    }

    // 32-bit vector q of 4 of vector v of window p: outputs q * kLanes32 on.
    template <int q>
    HWY_INLINE Words words(int p, int v) const {
        const auto half = hn::BitCast(du32, q % 2 == 0 ? even[p][v] : odd[p][v]);
        return hn::BitCast(d32, q < 2 ? hn::And(half, hn::Set(du32, 0xFFFF)) : hn::ShiftRight<16>(half));
    }
};

// The bits of 64 codes, put together vector by vector. Thresholds are reached in order, so a code's high bit says that the
// second one is, and its low bit is the exclusive or of all three. Here are the opposites, not reached; a rising channel
// turns them.
struct CodeBits {
    std::uint64_t low = 0, high = 0;

    HWY_INLINE void add(const ConvShape& shape, int channel, int place, Words sum) {
        const auto below0 = hn::Lt(sum, hn::Load(d32, shape.at[0] + channel));
        const auto below1 = hn::Lt(sum, hn::Load(d32, shape.at[1] + channel));
        const auto below2 = hn::Lt(sum, hn::Load(d32, shape.at[2] + channel));
        low |= bits(hn::Xor(hn::Xor(below0, below1), below2)) << place;
        high |= bits(below1) << place;
    }
    template <typename Mask>
    static HWY_INLINE std::uint64_t bits(Mask mask) {
        std::conditional_t<(kLanes32 > 8), std::uint16_t, std::uint8_t> bits = 0;  // all that is stored: reads it back fast
        hn::StoreMaskBits(d32, mask, reinterpret_cast<std::uint8_t*>(&bits));
        return bits;
    }
    HWY_INLINE void store(const ConvShape& shape, int block, std::uint64_t* planes) const {
        planes[0] = low ^ shape.rising[block];
        planes[1] = high ^ shape.rising[block];
    }
};

template <int kP, int kB>
struct Finish {
    const ConvShape& shape;
    const ConvRow& row;
    int x;
    const std::int32_t* long_sums;  // [kP][kB * kBlock] counted before, or null

    template <int q>
    HWY_INLINE void part(const Tile<kP, kB>& tile, int p, int v, CodeBits& codes) const {
        const int place = v % kVectors * kLanes8 + q * kLanes32;
        const int channel = (row.block + v / kVectors) * kBlock + place;
        const auto at = static_cast<std::size_t>(x + p) * static_cast<std::size_t>(shape.channels) + static_cast<std::size_t>(channel);
        Words m = tile.template words<q>(p, v);
        if (long_sums) m = hn::Add(m, hn::LoadU(d32, long_sums + (p * kB + v / kVectors) * kBlock + place));
        Words sum = hn::Sub(hn::Add(m, m), hn::Set(d32, row.window_sums[x + p]));
        if (row.offsets) sum = hn::Add(sum, hn::Load(d32, row.offsets[x + p] + channel));
        if (row.products) hn::Store(sum, d32, row.products + at);
        if (row.residual) sum = hn::Add(sum, hn::Load(d32, row.residual + at));
        if (row.sums) hn::Store(sum, d32, row.sums + at);
        if (row.planes) codes.add(shape, channel, place, sum);
    }

    HWY_INLINE void all(const Tile<kP, kB>& tile) const {
        for (int p = 0; p < kP; ++p) {
            for (int b = 0; b < kB; ++b) {
                CodeBits codes;
                for (int v = b * kVectors; v < (b + 1) * kVectors; ++v) {
                    part<0>(tile, p, v, codes);
                    part<1>(tile, p, v, codes);
                    part<2>(tile, p, v, codes);
                    part<3>(tile, p, v, codes);
                }
                if (row.planes) {
                    const int words = shape.channels / kBlock, block = row.block + b;
                    codes.store(shape, block, row.planes + 2 * ((x + p) * words + block));
                }
            }
        }
    }
};

template <int kP, int kB>
HWY_INLINE void save_long(const Tile<kP, kB>& tile, std::int32_t* sums) {
    for (int p = 0; p < kP; ++p) {
        for (int v = 0; v < kB * kVectors; ++v) {
            std::int32_t* at = sums + (p * kB + v / kVectors) * kBlock + v % kVectors * kLanes8;
            hn::StoreU(hn::Add(hn::LoadU(d32, at), tile.template words<0>(p, v)), d32, at);
            hn::StoreU(hn::Add(hn::LoadU(d32, at + kLanes32), tile.template words<1>(p, v)), d32, at + kLanes32);
            hn::StoreU(hn::Add(hn::LoadU(d32, at + 2 * kLanes32), tile.template words<2>(p, v)), d32, at + 2 * kLanes32);
            hn::StoreU(hn::Add(hn::LoadU(d32, at + 3 * kLanes32), tile.template words<3>(p, v)), d32, at + 3 * kLanes32);
        }
    }
}

// kP windows from x on. kLong: more lookups than 16 bits can count.
template <int kP, int kB, bool kLong>
HWY_NOINLINE void convolve_tile(const ConvShape& shape, const ConvRow& row, int x) {
    Tile<kP, kB> tile;
    tile.clear();
    std::int32_t long_sums[kLong ? kP * kB * kBlock : 1] = {};
    const std::uint8_t* weights = shape.weights + static_cast<std::size_t>(row.block) * shape.block_weights;
    int left = kHalfSteps;
    for (int ky = 0; ky < shape.kernel_rows; ++ky) {
        const std::uint8_t* tables =
            row.tables + static_cast<std::size_t>(x) * shape.table_pixel + static_cast<std::size_t>(ky) * shape.table_row;
        for (int done = 0; done < shape.row_steps;) {
            const int steps = shape.row_steps - done < kByteSteps ? shape.row_steps - done : kByteSteps;
            if (kLong && left < steps) {
                save_long(tile, long_sums);
                tile.clear();
                left = kHalfSteps;
            }
            tile.add(tables + static_cast<std::size_t>(done) * kTable, shape.table_pixel, weights, shape.block_weights, steps);
            weights += static_cast<std::size_t>(steps) * kBlock;
            done += steps;
            if (kLong) left -= steps;
        }
    }
    Finish<kP, kB>{shape, row, x, kLong ? long_sums : nullptr}.all(tile);
}

template <int kB, bool kLong>
HWY_INLINE void convolve_blocks(const ConvShape& shape, const ConvRow& row) {
    int x = 0;
    for (; x + kPixels <= row.pixels; x += kPixels) convolve_tile<kPixels, kB, kLong>(shape, row, x);
    if (kPixels > 2 && row.pixels - x >= 2) {
        convolve_tile<2, kB, kLong>(shape, row, x);
        x += 2;
    }
    for (; x < row.pixels; ++x) convolve_tile<1, kB, kLong>(shape, row, x);
}

void convolve(const ConvShape& shape, const ConvRow& row) {
    const bool is_long = shape.kernel_rows * shape.row_steps > kHalfSteps;
    if (row.blocks == kMaxBlocks) {
        if (is_long) convolve_blocks<kMaxBlocks, true>(shape, row);
        else convolve_blocks<kMaxBlocks, false>(shape, row);
        return;
    }
    ConvRow one = row;
    one.blocks = 1;
    for (int b = 0; b < row.blocks; ++b) {
        one.block = row.block + b;
        if (is_long) convolve_blocks<1, true>(shape, one);
        else convolve_blocks<1, false>(shape, one);
    }
}

// The 16 nibbles of a word as bytes, in every 128-bit part of a vector.
HWY_INLINE Bytes nibbles(std::uint64_t word) {
    const auto all = hn::Set(d64, word);
    const Bytes low = hn::Set(d8, 0x0F);
    return hn::InterleaveLower(d8, hn::And(hn::BitCast(d8, all), low), hn::And(hn::BitCast(d8, hn::ShiftRight<4>(all)), low));
}

void build_tables(const std::uint64_t* planes, int pixels, int step, int words, int groups, std::uint8_t* tables,
                  std::int32_t* code_sums) {
    alignas(64) static constexpr std::uint8_t kCount[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
    alignas(64) static constexpr std::uint8_t kTwice[16] = {0, 2, 2, 4, 2, 4, 4, 6, 2, 4, 4, 6, 4, 6, 6, 8};
    const Bytes count = hn::LoadDup128(d8, kCount), twice = hn::LoadDup128(d8, kTwice);
    const Bytes entry = hn::And(hn::Iota(d8, 0), hn::Set(d8, 15));          // n of each table
    const Bytes first = hn::ShiftRight<4>(hn::Iota(d8, 0));  // the vector's tables
    for (int x = 0; x < pixels; ++x) {
        std::int32_t sum = 0;
        for (int w = 0; w < words; ++w) {
            const std::uint64_t low = planes[2 * w], high = planes[2 * w + 1];
            sum += std::popcount(low) + 2 * std::popcount(high);
            const int here = groups - 16 * w < 16 ? groups - 16 * w : 16;
            const Bytes low_nibbles = nibbles(low), high_nibbles = nibbles(high);
            for (int g = 0; g < here; g += kLanes8 / kTable) {
                const Bytes select = hn::Add(first, hn::Set(d8, static_cast<std::uint8_t>(g)));
                const Bytes l = hn::And(hn::TableLookupBytes(low_nibbles, select), entry);
                const Bytes h = hn::And(hn::TableLookupBytes(high_nibbles, select), entry);
                hn::StoreU(hn::Add(hn::TableLookupBytes(count, l), hn::TableLookupBytes(twice, h)), d8, tables + (16 * w + g) * kTable);
            }
        }
        code_sums[x] = sum;
        planes += 2 * step;
        tables += groups * kTable;
    }
}

void quantize(const ConvShape& shape, const std::int32_t* sums, std::uint64_t* planes) {
    for (int block = 0; block < shape.channels / kBlock; ++block) {
        CodeBits codes;
        for (int place = 0; place < kBlock; place += kLanes32) {
            codes.add(shape, block * kBlock + place, place, hn::Load(d32, sums + block * kBlock + place));
        }
        codes.store(shape, block, planes + 2 * block);
    }
}

void fill(Kernels& kernels) {
    kernels.target = hwy::TargetName(HWY_TARGET);
    kernels.lanes = kLanes32;
    kernels.build_tables = build_tables;
    kernels.convolve = convolve;
    kernels.quantize = quantize;
}

}  // namespace ern::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <mutex>

#include "support/error.h"

namespace ern::engine {

HWY_EXPORT(fill);

namespace {

// Filled for every target that this machine has: Highway's choice is for the whole process, so it is made once.
std::vector<Kernels> all_kernels() {
    std::vector<Kernels> all;
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        HWY_DYNAMIC_DISPATCH(fill)(all.emplace_back());
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    return all;
}

const std::vector<Kernels>& table() {
    static const std::vector<Kernels> all = all_kernels();
    return all;
}

}  // namespace

int output_place(int output, int lanes) {
    const int vector = output / (4 * lanes), inside = output % (4 * lanes);
    return vector * 4 * lanes + inside % lanes * 4 + inside / lanes;
}

std::vector<std::string> targets() {
    std::vector<std::string> names;
    for (const Kernels& k : table()) names.push_back(k.target);
    return names;
}

const Kernels& kernels(const std::string& target) {
    if (target.empty()) return table().front();
    for (const Kernels& k : table()) {
        if (k.target == target) return k;
    }
    fail("SIMD target '{}': this machine has {}", target, fmt::join(targets(), ", "));
}

}  // namespace ern::engine
#endif

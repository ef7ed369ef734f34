// SPDX-License-Identifier: Apache-2.0
// Vectors and tables of one SIMD target: the tables of a group of codes, how they are built, and the lookup in them. Compiled
// once for each target, by kernels.cpp; the guard is Highway's for such files.
#include <bit>

#include "engine/kernels.h"

#if defined(ERN_ENGINE_TABLES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ERN_ENGINE_TABLES_INL_H
#undef ERN_ENGINE_TABLES_INL_H
#else
#define ERN_ENGINE_TABLES_INL_H
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ern::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr hn::ScalableTag<std::uint8_t> d8;
constexpr hn::ScalableTag<std::uint16_t> d16;
constexpr hn::ScalableTag<std::uint32_t> d32;
constexpr hn::ScalableTag<std::uint64_t> d64;
using Bytes = hn::Vec<decltype(d8)>;
using Halves = hn::Vec<decltype(d16)>;

constexpr int kLanes8 = static_cast<int>(hn::MaxLanes(d8));
constexpr int kVectors = kBlock / kLanes8;  // of a block

// A group's table in a register, and the lookup of one entry a byte.
#if HWY_TARGET == HWY_AVX3_DL
constexpr int kGroup = 6;
HWY_INLINE Bytes load_table(const std::uint8_t* table) { return hn::Load(d8, table); }
HWY_INLINE Bytes look_up(Bytes table, Bytes index) { return Bytes{_mm512_permutexvar_epi8(index.raw, table.raw)}; }
#else
constexpr int kGroup = 4;
HWY_INLINE Bytes load_table(const std::uint8_t* table) { return hn::LoadDup128(d8, table); }
HWY_INLINE Bytes look_up(Bytes table, Bytes index) { return hn::TableLookupBytes(table, index); }
#endif
constexpr int kTable = 1 << kGroup, kWordGroups = (kBlock + kGroup - 1) / kGroup;
constexpr int kByteSteps = 255 / (3 * kGroup), kHalfSteps = 65'535 / (3 * kGroup);  // lookups that 8, 16 bits count

// Keeps a value in a register of its own: left alone, GCC loads a table again for every use, and moves sums around.
HWY_INLINE void keep(Bytes& value) {
#if HWY_ARCH_X86
    asm("" : "+v"(value.raw));
#else
    (void)value;
#endif
}

#if HWY_TARGET == HWY_AVX3_DL
// [n][subset]: twice how many bits of n are in the subset.
struct TwiceCounts {
    alignas(64) std::uint8_t at[kTable][kTable] = {};
    constexpr TwiceCounts() {
        for (unsigned n = 0; n < kTable; ++n) {
            for (unsigned subset = 0; subset < kTable; ++subset) at[n][subset] = static_cast<std::uint8_t>(2 * std::popcount(n & subset));
        }
    }
};
constexpr TwiceCounts kTwice;

// The tables of a word: low bits are counted, high bits looked up, which keeps arithmetic and loads equally busy. The last
// group's bits from 64 on are bits of the first one; no weight asks for them.
template <int kGroups>
HWY_INLINE void build_groups(std::uint64_t low, std::uint64_t high, std::uint8_t* tables) {
    const auto word = hn::Set(d64, low);
    const Bytes subset = hn::Iota(d8, 0);
    Bytes shift = hn::Zero(d8), next = hn::Set(d8, kGroup);
    keep(next);  // else GCC makes each shift from a general register
    _Pragma("GCC unroll 16") for (int g = 0; g < kGroups; ++g) {
        const Bytes bits = hn::And(Bytes{_mm512_multishift_epi64_epi8(shift.raw, word.raw)}, subset);
        const Bytes once = Bytes{_mm512_popcnt_epi8(bits.raw)};
        const Bytes twice = hn::Load(d8, kTwice.at[(high >> (g * kGroup)) & (kTable - 1)]);
        hn::Store(hn::Add(once, twice), d8, tables + g * kTable);
        shift = hn::Add(shift, next);
    }
}

HWY_INLINE void build_word(std::uint64_t low, std::uint64_t high, int groups, std::uint8_t* tables) {
    switch (groups) {  // of constant number: unrolled, with constant shifts
        case 11: return build_groups<11>(low, high, tables);
        case 10: return build_groups<10>(low, high, tables);
        case 9: return build_groups<9>(low, high, tables);
        case 8: return build_groups<8>(low, high, tables);
        case 7: return build_groups<7>(low, high, tables);
        case 6: return build_groups<6>(low, high, tables);
        case 5: return build_groups<5>(low, high, tables);
        case 4: return build_groups<4>(low, high, tables);
        case 3: return build_groups<3>(low, high, tables);
        case 2: return build_groups<2>(low, high, tables);
        default: return build_groups<1>(low, high, tables);
    }
}
#else
// The 16 nibbles of a word as bytes, in every 128-bit part of a vector.
HWY_INLINE Bytes nibbles(std::uint64_t word) {
    const auto all = hn::Set(d64, word);
    const Bytes low = hn::Set(d8, 0x0F);
    return hn::InterleaveLower(d8, hn::And(hn::BitCast(d8, all), low), hn::And(hn::BitCast(d8, hn::ShiftRight<4>(all)), low));
}

// The tables of a word, and up to a vector less a table more.
HWY_INLINE void build_word(std::uint64_t low, std::uint64_t high, int groups, std::uint8_t* tables) {
    alignas(64) static constexpr std::uint8_t kCount[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
    alignas(64) static constexpr std::uint8_t kTwice[16] = {0, 2, 2, 4, 2, 4, 4, 6, 2, 4, 4, 6, 4, 6, 6, 8};
    const Bytes count = hn::LoadDup128(d8, kCount), twice = hn::LoadDup128(d8, kTwice);
    const Bytes entry = hn::And(hn::Iota(d8, 0), hn::Set(d8, 15));  // n of each table
    const Bytes first = hn::ShiftRight<4>(hn::Iota(d8, 0));         // the vector's tables
    const Bytes low_nibbles = nibbles(low), high_nibbles = nibbles(high);
    for (int g = 0; g < groups; g += kLanes8 / kTable) {
        const Bytes select = hn::Add(first, hn::Set(d8, static_cast<std::uint8_t>(g)));
        const Bytes l = hn::And(hn::TableLookupBytes(low_nibbles, select), entry);
        const Bytes h = hn::And(hn::TableLookupBytes(high_nibbles, select), entry);
        hn::StoreU(hn::Add(hn::TableLookupBytes(count, l), hn::TableLookupBytes(twice, h)), d8, tables + g * kTable);
    }
}
#endif

void build_tables(const std::uint64_t* planes, int pixels, int step, int words, int groups, std::uint8_t* tables,
                  std::int32_t* code_sums) {
    const int last = groups - (words - 1) * kWordGroups;
    for (int x = 0; x < pixels; ++x) {
        std::int32_t sum = 0;
        for (int w = 0; w < words; ++w) {
            const std::uint64_t low = planes[2 * w], high = planes[2 * w + 1];
            sum += std::popcount(low) + 2 * std::popcount(high);
            const int here = w + 1 < words ? kWordGroups : last;
            build_word(low, high, here, tables);
            tables += here * kTable;
        }
        code_sums[x] = sum;
        planes += 2 * step;
    }
}

}  // namespace ern::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

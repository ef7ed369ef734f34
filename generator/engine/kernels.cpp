// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels.h"

#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels.cpp"
#define HWY_WANT_SSSE3 1  // the least that is compiled for x86: a byte shuffle
#define HWY_WANT_AVX3_DL 1
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)  // vectors without a size at compile time
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "engine/tables-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ern::engine::HWY_NAMESPACE {

// Windows of a tile, by what the registers hold: one vector of bytes and two of halves for each window and vector of
// outputs, beside weights and a table.
constexpr int kTileVectors = kLanes8 == 64 ? 8 : HWY_TARGET == HWY_NEON ? 8 : 4;
constexpr int kMaxBlocks = kLanes8 == 64 ? 2 : 1;  // at a time

// Sums of codes with weight +1, for kP windows and kB blocks.
template <int kP, int kB>
struct Tile {
    static constexpr int kV = kB * kVectors;
    Halves all[kP][kV], odd[kP][kV];  // bytes added up in pairs, 256 * odd + even; odd bytes alone

    HWY_INLINE Tile() { clear(); }  // an implicit one would not be compiled for the target

    HWY_INLINE void clear() {
        _Pragma("GCC unroll 16") for (int p = 0; p < kP; ++p) {
            _Pragma("GCC unroll 16") for (int v = 0; v < kV; ++v) all[p][v] = odd[p][v] = hn::Zero(d16);
        }
    }

    // Up to kByteSteps lookups.
    HWY_INLINE void add(const std::uint8_t* HWY_RESTRICT tables, std::size_t table_pixel, const std::uint8_t* HWY_RESTRICT weights,
                        std::size_t block_weights, int steps) {
        Bytes bytes[kP][kV];
        _Pragma("GCC unroll 16") for (int p = 0; p < kP; ++p) {
            _Pragma("GCC unroll 16") for (int v = 0; v < kV; ++v) bytes[p][v] = hn::Zero(d8);
        }
        for (int s = 0; s < steps; ++s) {
            Bytes w[kV];
            _Pragma("GCC unroll 16") for (int v = 0; v < kV; ++v) {
                w[v] = hn::Load(d8, weights + static_cast<std::size_t>(v / kVectors) * block_weights + v % kVectors * kLanes8);
            }
            _Pragma("GCC unroll 16") for (int p = 0; p < kP; ++p) {
                Bytes table = load_table(tables + static_cast<std::size_t>(p) * table_pixel);
                keep(table);
                _Pragma("GCC unroll 16") for (int v = 0; v < kV; ++v) {
                    bytes[p][v] = hn::Add(bytes[p][v], look_up(table, w[v]));
                    keep(bytes[p][v]);
                }
            }
            tables += kTable;
            weights += kBlock;
        }
        _Pragma("GCC unroll 16") for (int p = 0; p < kP; ++p) {
            _Pragma("GCC unroll 16") for (int v = 0; v < kV; ++v) {
                const Halves pairs = hn::BitCast(d16, bytes[p][v]);
                all[p][v] = hn::Add(all[p][v], pairs);
                odd[p][v] = hn::Add(odd[p][v], hn::ShiftRight<8>(pairs));
            }
        }
    }

    // [window][vector][even, odd bytes]
    HWY_INLINE void store(std::uint16_t* sums) const {
        _Pragma("GCC unroll 16") for (int p = 0; p < kP; ++p) {
            _Pragma("GCC unroll 16") for (int v = 0; v < kV; ++v) {
                std::uint16_t* at = sums + (p * kV + v) * kLanes8;
                hn::Store(hn::Sub(all[p][v], hn::ShiftLeft<8>(odd[p][v])), d16, at);
                hn::Store(odd[p][v], d16, at + kLanes8 / 2);
            }
        }
    }
};

// Vector q of sizeof(T) of the accumulators that Tile::store left `at`.
template <typename T, int q>
HWY_INLINE hn::Vec<hn::ScalableTag<T>> load_sums(const std::uint16_t* at) {
    constexpr hn::ScalableTag<T> d;
    const Halves half = hn::Load(d16, at + q % 2 * (kLanes8 / 2));
    if constexpr (sizeof(T) == 2) return hn::BitCast(d, half);
    const auto word = hn::BitCast(d32, half);
    return hn::BitCast(d, q < 2 ? hn::And(word, hn::Set(d32, 0xFFFF)) : hn::ShiftRight<16>(word));
}

// The bits of 64 codes, put together vector by vector. Thresholds are reached in order, so a code's high bit says that the
// second one is, and its low bit is the exclusive or of all three. Here are the opposites, not reached; a rising channel
// turns them.
template <typename T>
struct CodeBits {
    static constexpr hn::ScalableTag<T> d{};
    static constexpr int kLanes = kLanes8 / static_cast<int>(sizeof(T));
    std::uint64_t low = 0, high = 0;

    static HWY_INLINE auto threshold(const ConvShape& shape, int k, int channel) {
        return hn::Load(d, static_cast<const T*>(shape.at[k]) + channel);
    }
    HWY_INLINE void add(const ConvShape& shape, int channel, int place, hn::Vec<decltype(d)> sum) {
        const auto below0 = hn::Lt(sum, threshold(shape, 0, channel));
        const auto below1 = hn::Lt(sum, threshold(shape, 1, channel));
        const auto below2 = hn::Lt(sum, threshold(shape, 2, channel));
        low |= bits(hn::Xor(hn::Xor(below0, below1), below2)) << place;
        high |= bits(below1) << place;
    }
    template <typename Mask>
    static HWY_INLINE std::uint64_t bits(Mask mask) {
        // all that is stored and no more: it is read back fast
        std::conditional_t<(kLanes > 16), std::uint32_t, std::conditional_t<(kLanes > 8), std::uint16_t, std::uint8_t>> bits = 0;
        hn::StoreMaskBits(d, mask, reinterpret_cast<std::uint8_t*>(&bits));
        return bits;
    }
    HWY_INLINE void store(const ConvShape& shape, int block, std::uint64_t* planes) const {
        planes[0] = low ^ shape.rising[block];
        planes[1] = high ^ shape.rising[block];
    }
};

// From what Tile::store left to what is stored. kCodesOnly: nothing but codes, the common case.
template <typename T, int kB, bool kCodesOnly>
struct Finish {
    static constexpr hn::ScalableTag<T> d{};
    static constexpr int kLanes = kLanes8 / static_cast<int>(sizeof(T));
    const ConvShape& shape;
    const ConvRow& row;

    // Vector q of sizeof(T) of vector v of window x.
    template <int q>
    HWY_INLINE void part(int x, int v, const std::uint16_t* tile, const T* long_sums, CodeBits<T>& codes) const {
        const int place = v % kVectors * kLanes8 + q * kLanes;
        const int channel = (row.block + v / kVectors) * kBlock + place;
        auto m = load_sums<T, q>(tile);
        if (long_sums) m = hn::Add(m, hn::LoadU(d, long_sums + q * kLanes));
        auto sum = hn::Sub(hn::Add(m, m), hn::Set(d, static_cast<T>(row.window_sums[x])));
        if constexpr (!kCodesOnly) {
            const auto at = static_cast<std::size_t>(x) * static_cast<std::size_t>(shape.channels) + static_cast<std::size_t>(channel);
            if (shape.bias) sum = hn::Add(sum, hn::Load(d, static_cast<const T*>(shape.bias) + channel));
            if (row.products) hn::Store(sum, d, static_cast<T*>(row.products) + at);
            if (row.residual) sum = hn::Add(sum, hn::Load(d, static_cast<const T*>(row.residual) + at));
            if (row.sums) hn::Store(sum, d, static_cast<T*>(row.sums) + at);
            if (!row.planes) return;
        }
        codes.add(shape, channel, place, sum);
    }

    // kB blocks of `windows` windows from x on.
    HWY_INLINE void all(int x, int windows, const std::uint16_t* tile, const T* long_sums) const {
        const std::size_t words = static_cast<std::size_t>(shape.channels / kBlock);
        for (int end = x + windows; x < end; ++x) {
            for (int b = 0; b < kB; ++b) {
                CodeBits<T> codes;
                for (int v = b * kVectors; v < (b + 1) * kVectors; ++v) {
                    part<0>(x, v, tile, long_sums, codes);
                    part<1>(x, v, tile, long_sums, codes);
                    if constexpr (sizeof(T) == 4) {
                        part<2>(x, v, tile, long_sums, codes);
                        part<3>(x, v, tile, long_sums, codes);
                    }
                    tile += kLanes8;
                    if (long_sums) long_sums += kLanes8;
                }
                if (!kCodesOnly && !row.planes) continue;
                const int block = row.block + b;
                codes.store(shape, block, row.planes + 2 * (static_cast<std::size_t>(x) * words + static_cast<std::size_t>(block)));
            }
        }
    }
};

// Adds what Tile::store left to sums of 32 bits.
template <int kP, int kB>
HWY_INLINE void add_long(const std::uint16_t* tile, std::int32_t* sums) {
    constexpr hn::ScalableTag<std::int32_t> d;
    constexpr int kLanes = kLanes8 / 4;
    for (int v = 0; v < kP * kB * kVectors; ++v, tile += kLanes8, sums += kLanes8) {
        hn::StoreU(hn::Add(hn::LoadU(d, sums), load_sums<std::int32_t, 0>(tile)), d, sums);
        hn::StoreU(hn::Add(hn::LoadU(d, sums + kLanes), load_sums<std::int32_t, 1>(tile)), d, sums + kLanes);
        hn::StoreU(hn::Add(hn::LoadU(d, sums + 2 * kLanes), load_sums<std::int32_t, 2>(tile)), d, sums + 2 * kLanes);
        hn::StoreU(hn::Add(hn::LoadU(d, sums + 3 * kLanes), load_sums<std::int32_t, 3>(tile)), d, sums + 3 * kLanes);
    }
}

// kP windows from x on. kLong: more lookups than 16 bits can count.
template <typename T, int kP, int kB, bool kLong>
HWY_NOINLINE void convolve_tile(const ConvShape& shape, const ConvRow& row, int x) {
    Tile<kP, kB> tile;
    alignas(64) std::uint16_t sums[kP * kB * kBlock];
    T long_sums[kLong ? kP * kB * kBlock : 1] = {};
    const std::uint8_t* weights = shape.weights + static_cast<std::size_t>(row.block) * shape.block_weights;
    int left = kHalfSteps;
    for (int ky = 0; ky < shape.kernel_rows; ++ky) {
        const std::uint8_t* tables = row.table_rows[ky] + static_cast<std::size_t>(x) * shape.table_pixel;
        for (int done = 0; done < shape.row_steps;) {
            const int steps = shape.row_steps - done < shape.chunk_steps ? shape.row_steps - done : shape.chunk_steps;
            if constexpr (kLong) {
                if (left < steps) {
                    tile.store(sums);
                    add_long<kP, kB>(sums, long_sums);
                    tile.clear();
                    left = kHalfSteps;
                }
                left -= steps;
            }
            tile.add(tables, shape.table_pixel, weights, shape.block_weights, steps);
            tables += steps * kTable;
            weights += steps * kBlock;
            done += steps;
        }
    }
    tile.store(sums);
    const T* counted = kLong ? long_sums : nullptr;
    if (shape.bias || row.products || row.residual || row.sums) Finish<T, kB, false>{shape, row}.all(x, kP, sums, counted);
    else Finish<T, kB, true>{shape, row}.all(x, kP, sums, counted);
}

template <typename T, int kB, bool kLong>
HWY_INLINE void convolve_blocks(const ConvShape& shape, const ConvRow& row) {
    constexpr int kP = kTileVectors / (kB * kVectors) > 0 ? kTileVectors / (kB * kVectors) : 1;
    int x = 0;
    for (; x + kP <= row.pixels; x += kP) convolve_tile<T, kP, kB, kLong>(shape, row, x);
    if (kP > 4 && row.pixels - x >= 4) {
        convolve_tile<T, 4, kB, kLong>(shape, row, x);
        x += 4;
    }
    if (kP > 2 && row.pixels - x >= 2) {
        convolve_tile<T, 2, kB, kLong>(shape, row, x);
        x += 2;
    }
    for (; x < row.pixels; ++x) convolve_tile<T, 1, kB, kLong>(shape, row, x);
}

template <typename T>
void convolve(const ConvShape& shape, const ConvRow& row) {
    const bool is_long = sizeof(T) == 4 && shape.kernel_rows * shape.row_steps > kHalfSteps;
    ConvRow part = row;
    for (int b = 0; b < row.blocks; b += kMaxBlocks) {
        part.block = row.block + b;
        const bool both = kMaxBlocks == 2 && row.blocks - b == 2;
        if (is_long) {
            if constexpr (sizeof(T) == 4) both ? convolve_blocks<T, kMaxBlocks, true>(shape, part) : convolve_blocks<T, 1, true>(shape, part);
        } else {
            both ? convolve_blocks<T, kMaxBlocks, false>(shape, part) : convolve_blocks<T, 1, false>(shape, part);
        }
    }
}

template <typename T>
void quantize(const ConvShape& shape, const void* sums, std::uint64_t* planes) {
    constexpr hn::ScalableTag<T> d;
    for (int block = 0; block < shape.channels / kBlock; ++block) {
        CodeBits<T> codes;
        for (int place = 0; place < kBlock; place += CodeBits<T>::kLanes) {
            codes.add(shape, block * kBlock + place, place, hn::Load(d, static_cast<const T*>(sums) + block * kBlock + place));
        }
        codes.store(shape, block, planes + 2 * block);
    }
}

void lookups(const std::uint8_t* tables, const std::uint8_t* weights, int steps, std::uint8_t* result) {
    constexpr int kSpan = 12;  // bytes / 64
    Bytes sums[8];
    for (Bytes& sum : sums) sum = hn::Zero(d8);
    for (int s = 0; s < steps; ++s) {
        const int at = s % 4 * kLanes8;
        const Bytes w0 = hn::Load(d8, weights + at), w1 = hn::Load(d8, weights + at + 64 * kSpan / 2);
        for (int p = 0; p < 4; ++p) {
            const Bytes table = load_table(tables + (s % 4 + p) * kTable);
            sums[2 * p] = hn::Add(sums[2 * p], look_up(table, w0));
            sums[2 * p + 1] = hn::Add(sums[2 * p + 1], look_up(table, w1));
        }
    }
    for (int i = 0; i < 8; ++i) hn::Store(sums[i], d8, result + i * kLanes8);
}

template <typename T>
SumKernels sum_kernels() {
    return {kLanes8 / static_cast<int>(sizeof(T)), convolve<T>, quantize<T>};
}

void fill(Kernels& kernels) {
    kernels.target = hwy::TargetName(HWY_TARGET);
    kernels.group = kGroup;
    kernels.vector_bytes = kLanes8;
    kernels.chunk_limit = kByteSteps;
    kernels.build_tables = build_tables;
    kernels.narrow = sum_kernels<std::int16_t>();
    kernels.wide = sum_kernels<std::int32_t>();
    kernels.lookups = lookups;
}

}  // namespace ern::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/error.h"

namespace ern::engine {

HWY_EXPORT(fill);

namespace {

// Of every target that this machine has, by index into Highway's table: its own choice is for the whole process and
// only the best.
std::vector<Kernels> all_kernels() {
    std::vector<Kernels> all;
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
        hwy::ChosenTarget chosen;
        chosen.Update(target);
        const std::size_t at = std::size(HWY_DISPATCH_TABLE(fill)) == 1 ? 0 : chosen.GetIndex();
        HWY_DISPATCH_TABLE(fill)[at](all.emplace_back());
    }
    return all;
}

const std::vector<Kernels>& table() {
    static const std::vector<Kernels> all = all_kernels();
    return all;
}

}  // namespace

int output_place(int output, int lanes, int vector_bytes) {
    const int inside = output % vector_bytes;
    return output - inside + inside % lanes * (vector_bytes / lanes) + inside / lanes;
}

std::vector<std::string> targets() {
    std::vector<std::string> names;
    for (const Kernels& k : table()) names.push_back(k.target);
    return names;
}

const Kernels& kernels(const std::string& target) {
    if (table().empty()) fail("this machine has none of the SIMD instructions that the engine knows, the oldest of them SSSE3");
    if (target.empty()) return table().front();
    for (const Kernels& k : table()) {
        if (k.target == target) return k;
    }
    fail("SIMD target '{}': this machine has {}", target, fmt::join(targets(), ", "));
}

}  // namespace ern::engine
#endif

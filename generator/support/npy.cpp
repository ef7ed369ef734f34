// SPDX-License-Identifier: Apache-2.0
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#include "support/npy.h"

#include <bit>
#include <string>
#include <string_view>

#include "support/error.h"
#include "support/file.h"

namespace ern::support {

namespace {

constexpr std::size_t kAlignment = 64;  // of the data in the file
constexpr std::string_view kMagic("\x93NUMPY\x01\x00", 8);

std::string header(std::string_view type, const std::vector<std::int64_t>& shape) {
    std::string sizes;
    for (const std::int64_t size : shape) sizes += fmt::format("{}, ", size);
    std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, sizes);
    const std::size_t before = kMagic.size() + 2;
    const std::size_t whole = (before + text.size() + 1 + kAlignment - 1) / kAlignment * kAlignment;
    text.append(whole - before - text.size() - 1, ' ');
    text += '\n';
    const auto length = static_cast<std::uint16_t>(text.size());
    return std::string(kMagic) + static_cast<char>(length & 255u) + static_cast<char>(length >> 8) + text;
}

template <typename T>
void write(const std::filesystem::path& path, std::string_view type, std::span<const T> values,
           const std::vector<std::int64_t>& shape) {
    static_assert(std::endian::native == std::endian::little);
    std::int64_t count = 1;
    for (const std::int64_t size : shape) count *= size;
    ensure(count == static_cast<std::int64_t>(values.size()), "a numpy file holds what its shape says");
    std::string bytes = header(type, shape);
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    write_text(path, bytes);
}

}  // namespace

void write_npy(const std::filesystem::path& path, std::span<const std::uint8_t> values,
               const std::vector<std::int64_t>& shape) {
    write(path, "|u1", values, shape);
}
void write_npy(const std::filesystem::path& path, std::span<const std::int32_t> values,
               const std::vector<std::int64_t>& shape) {
    write(path, "<i4", values, shape);
}
void write_npy(const std::filesystem::path& path, std::span<const std::int64_t> values,
               const std::vector<std::int64_t>& shape) {
    write(path, "<i8", values, shape);
}
void write_npy(const std::filesystem::path& path, std::span<const double> values,
               const std::vector<std::int64_t>& shape) {
    write(path, "<f8", values, shape);
}

}  // namespace ern::support

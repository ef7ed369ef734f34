// SPDX-License-Identifier: Apache-2.0
#include "support/npy.h"

#include <fmt/format.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "support/file.h"

namespace ern::support {

namespace {

struct NpyFile {
    std::string header;
    std::vector<std::uint8_t> data;
};

template <typename T>
NpyFile written(const std::vector<T>& values, const std::vector<std::int64_t>& shape) {
    const auto path = std::filesystem::temp_directory_path() / fmt::format("ern_npy_{}.npy", ::getpid());
    write_npy(path, values, shape);
    const auto bytes = read_file(path);
    std::filesystem::remove(path);
    REQUIRE(std::memcmp(bytes.data(), "\x93NUMPY\x01\x00", 8) == 0);
    const std::size_t length = bytes[8] + 256u * bytes[9];
    REQUIRE((10 + length) % 64 == 0);
    const auto data = bytes.begin() + 10 + static_cast<std::ptrdiff_t>(length);
    return {{bytes.begin() + 10, data}, {data, bytes.end()}};
}

}  // namespace

TEST_CASE("a numpy file says its type and shape and holds the values in order") {
    const NpyFile codes = written<std::uint8_t>({1, 2, 3, 4, 5, 6}, {1, 2, 3});
    CHECK(codes.header.starts_with("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 3, ), }  "));
    CHECK(codes.header.back() == '\n');
    CHECK(codes.data == std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6});

    const NpyFile accumulators = written<std::int32_t>({-1, 258}, {2, 1, 1});
    CHECK(accumulators.header.starts_with("{'descr': '<i4', "));
    CHECK(accumulators.data == std::vector<std::uint8_t>{255, 255, 255, 255, 2, 1, 0, 0});

    CHECK(written<std::int64_t>({1}, {1}).header.starts_with(
        "{'descr': '<i8', 'fortran_order': False, 'shape': (1, )"));
    CHECK(written<double>({1.0, 2.0}, {2}).data.size() == 16);
}

TEST_CASE("values that do not fill the shape are a defect") {
    CHECK_THROWS_AS(write_npy("never.npy", std::vector<double>{1.0}, {2}), std::logic_error);
}

}  // namespace ern::support

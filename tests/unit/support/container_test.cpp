// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <cstring>

#include "support/container.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::support {

namespace {

using Bytes = std::vector<std::uint8_t>;
using Catch::Matchers::Message;

constexpr ContainerFormat kTest{"ERNTESTS", 3, "a test", "*.test"};
const Bytes kBlob{1, 2, 3, 250, 0, 7};
const nlohmann::ordered_json kHeader{{"name", "ä"}, {"blob_bytes", 6}};

Bytes packed() { return pack_container(kTest, kHeader, kBlob); }

std::string refusal(const Bytes& bytes) {
    try {
        unpack_container(bytes, kTest, "file");
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

void store(Bytes& bytes, std::size_t offset, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

// The same file with a header of one's own and a checksum that is right.
Bytes with_header(const std::string& header) {
    Bytes bytes = packed();
    bytes.resize(20);
    store(bytes, 16, static_cast<std::uint32_t>(header.size()));
    bytes.insert(bytes.end(), header.begin(), header.end());
    store(bytes, 12, crc32(std::span(bytes).subspan(kContainerChecksumFrom)));
    return bytes;
}

}  // namespace

TEST_CASE("header and blob come back; the layout is the documented one") {
    const Bytes bytes = packed();
    const Container container = unpack_container(bytes, kTest, "file");
    CHECK(container.header == nlohmann::json(kHeader));
    CHECK(Bytes(container.blob.begin(), container.blob.end()) == kBlob);
    CHECK(std::memcmp(bytes.data(), "ERNTESTS", 8) == 0);
    CHECK(Bytes(bytes.begin() + 8, bytes.begin() + 12) == Bytes{3, 0, 0, 0});
    CHECK(bytes[16] == kHeader.dump().size());
    CHECK(packed() == bytes);
}

TEST_CASE("a file that is cut anywhere is refused, and the message says that it was cut") {
    const Bytes whole = packed();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        INFO("cut to " << length << " bytes");
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        const std::size_t known = length < 20 ? 20 : length < whole.size() - kBlob.size() ? whole.size() - kBlob.size() : whole.size();
        CHECK(refusal(cut) == fmt::format("file: cut short, {} of at least {} bytes are there; copy or make the file again",
                                          length, known));
    }
}

TEST_CASE("every flipped bit is noticed") {
    const Bytes whole = packed();
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        Bytes damaged = whole;
        damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1u << (bit % 8)));
        INFO("bit " << bit);
        const std::string message = refusal(damaged);
        CHECK(message.starts_with("file: "));
        CHECK(message.find('\n') == std::string::npos);
    }
}

TEST_CASE("damage, another kind of file and another version have their own messages") {
    Bytes damaged = packed();
    const std::uint32_t right = crc32(std::span(damaged).subspan(kContainerChecksumFrom));
    damaged.back() ^= 1;
    const std::uint32_t wrong = crc32(std::span(damaged).subspan(kContainerChecksumFrom));
    CHECK(refusal(damaged) == fmt::format("file: damaged, its checksum is {:08x} instead of {:08x}; copy or make the file "
                                          "again", wrong, right));
    Bytes other = packed();
    other[0] = 'X';
    CHECK(refusal(other) == "file: not a test of ernforge, it does not begin with \"ERNTESTS\"; give a *.test file");
    CHECK(refusal({'h', 'e', 'l', 'l', 'o'}) ==
          "file: not a test of ernforge, it does not begin with \"ERNTESTS\"; give a *.test file");
    Bytes newer = packed();
    newer[8] = 4;
    CHECK(refusal(newer) == "file: format version 4, but this ernforge reads version 3; make the file again, or use the "
                            "ernforge that made it");
}

TEST_CASE("a header that is no JSON is refused although its checksum is right") {
    CHECK(refusal(with_header("{\"a\":1}")) == "accepted");
    CHECK(refusal(with_header("{\"a\":")) == "file: its header is not JSON; make the file again");
    Bytes long_header = packed();
    store(long_header, 16, 0xffffffffu);
    CHECK(refusal(long_header) ==
          fmt::format("file: cut short, {} of at least 4294967315 bytes are there; copy or make the file again",
                      long_header.size()));
}

TEST_CASE("text that is not UTF-8 is not packed") {
    CHECK_THROWS_MATCHES(pack_container(kTest, {{"name", "\xff"}, {"blob_bytes", 0}}, {}), Error,
                         Message("a name, label or note is not valid UTF-8"));
}

}  // namespace ern::support

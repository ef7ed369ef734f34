// SPDX-License-Identifier: Apache-2.0
#include "model/file.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "small_network.h"
#include "support/error.h"
#include "support/file.h"

using namespace ern::model;

namespace {

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& bytes, std::size_t offset, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

// The bytes with a header of one's own and a checksum that fits.
Bytes with_header(const std::string& header, const Bytes& blob) {
    std::string text = fmt::format("{}{:012}{}", kFormat.magic, 0, header);
    text.append(blob.begin(), blob.end());
    Bytes bytes(text.begin(), text.end());
    put(bytes, 8, kFormat.version);
    put(bytes, 16, static_cast<std::uint32_t>(header.size()));
    put(bytes, 12, ern::support::crc32(std::span(bytes).subspan(16)));
    return bytes;
}

struct Parts {
    std::string header;
    Bytes blob;
};

Parts parts(const Bytes& bytes) {
    const std::size_t length = bytes[16] + 256u * bytes[17];
    const auto header = bytes.begin() + 20, blob = header + static_cast<std::ptrdiff_t>(length);
    return {{header, blob}, {blob, bytes.end()}};
}

std::string message(const Bytes& bytes) {
    try {
        deserialize(bytes, "small.ern");
    } catch (const ern::Error& error) {
        return error.what();
    }
    return "accepted";
}

std::string with_replaced(const std::string& from, const std::string& to) {
    Parts p = parts(serialize(small_network()));
    const auto at = p.header.find(from);
    REQUIRE(at != std::string::npos);
    return message(with_header(p.header.replace(at, from.size(), to), p.blob));
}

bool begins_with(const std::string& text, const std::string& start) {
    return text.rfind(start, 0) == 0;
}

}  // namespace

TEST_CASE("a network survives the file unchanged, and the file is the same every time") {
    const Network network = small_network();
    const Bytes bytes = serialize(network);
    CHECK(deserialize(bytes, "small.ern") == network);
    CHECK(serialize(deserialize(bytes, "small.ern")) == bytes);
    CHECK(with_header(parts(bytes).header, parts(bytes).blob) == bytes);
}

TEST_CASE("the layout is the documented one") {
    const Network network = small_network();
    const Bytes bytes = serialize(network);
    CHECK(std::string(bytes.begin(), bytes.begin() + 8) == "ERNMODEL");
    CHECK(bytes[8] == 1);
    const Parts p = parts(bytes);
    CHECK(begins_with(p.header,
                      R"({"name":"small","input":[9,7,1],"labels":["left","rechts","weiß"],"notes":{)"));
    // The stem's 135 weights are three words, then three channels of thresholds follow.
    const auto& stem = std::get<Conv>(network.layers[1].operation).weights;
    for (std::size_t i = 0; i < 8; ++i)
        CHECK(p.blob[i] == static_cast<std::uint8_t>(stem.words()[0] >> (8 * i)));
    CHECK(Bytes(p.blob.begin() + 24, p.blob.begin() + 28) == Bytes{0xfb, 0xff, 0xff, 0xff});
    CHECK(Bytes(p.blob.begin() + 60, p.blob.begin() + 63) == Bytes{0, 1, 0});
}

TEST_CASE("files on disk") {
    const auto path =
        std::filesystem::temp_directory_path() / fmt::format("ern_file_test_{}.ern", ::getpid());
    write_network(path, small_network());
    CHECK(read_network(path) == small_network());
    std::filesystem::remove(path);
    REQUIRE_THROWS_MATCHES(read_network(path), ern::Error, Catch::Message(path.string() + ": no such file"));
}

TEST_CASE("the fingerprint is the checksum in the file and follows the content") {
    Network network = small_network();
    const Bytes bytes = serialize(network);
    Bytes expected(4);
    put(expected, 0, fingerprint(network));
    CHECK(Bytes(bytes.begin() + 12, bytes.begin() + 16) == expected);
    const std::uint32_t before = fingerprint(network);
    std::get<Conv>(network.layers[1].operation).weights.words()[0] ^= 1;
    CHECK(fingerprint(network) != before);
}

TEST_CASE("file_bad: each kind of damage has its own message") {
    const Bytes good = serialize(small_network());
    Bytes bytes = good;
    bytes[0] = 'X';
    CHECK(message(bytes) ==
          "small.ern: not a model of ernforge, it does not begin with \"ERNMODEL\"; give a *.ern file");
    CHECK(message(Bytes{}) ==
          "small.ern: cut short, 0 of at least 20 bytes are there; copy or make the file again");
    bytes = good;
    bytes[8] = 2;
    CHECK(message(bytes) ==
          "small.ern: format version 2, but this ernforge reads version 1; make the file again, or use the "
          "ernforge "
          "that made it");
    bytes = good;
    bytes.pop_back();
    CHECK(message(bytes) ==
          fmt::format("small.ern: cut short, {} of at least {} bytes are there; copy or make the file "
                      "again",
                      good.size() - 1, good.size()));
    bytes = good;
    bytes.back() ^= 1;
    CHECK(message(bytes) ==
          fmt::format("small.ern: damaged, its checksum is {:08x} instead of {:08x}; copy or make the "
                      "file again",
                      ern::support::crc32(std::span(bytes).subspan(16)), fingerprint(small_network())));
    bytes = good;
    bytes.push_back(0);
    CHECK(begins_with(message(bytes), "small.ern: damaged, its checksum is "));
}

TEST_CASE("file_bad: every changed byte is refused") {
    const Bytes good = serialize(small_network());
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const int flip : {0x01, 0x80, 0xff}) {
            Bytes bytes = good;
            bytes[i] = static_cast<std::uint8_t>(bytes[i] ^ flip);
            CAPTURE(i, flip);
            REQUIRE(begins_with(message(bytes), "small.ern: "));
        }
    }
}

TEST_CASE("file_bad: every shorter file is refused as cut short") {
    const Bytes good = serialize(small_network());
    for (std::size_t size = 0; size < good.size(); ++size) {
        const Bytes bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
        CAPTURE(size);
        REQUIRE(begins_with(message(bytes), fmt::format("small.ern: cut short, {} of at least ", size)));
    }
}

TEST_CASE("file_bad: a false header is refused even when the checksum fits") {
    const auto again = [](const char* what) {
        return fmt::format("small.ern: {}; make the file again", what);
    };
    CHECK(message(with_header("{", {})) == again("its header is not JSON"));
    CHECK(message(with_header("\"\xff\"", {})) == again("its header is not JSON"));
    CHECK(message(with_header("[]", {})) == again("header: the top is not an object"));
    CHECK(message(with_header("{}", {})) == again("header: the top has no valid \"name\""));
    CHECK(with_replaced("\"labels\"", "\"lapels\"") == again("header: the top has no valid \"labels\""));
    CHECK(with_replaced("\"notes\"", "\"extra\":1,\"notes\"") ==
          again("header: the top has fields that format version 1 does not know"));
    CHECK(with_replaced("\"kind\":\"pool\"", "\"kind\":\"loop\"") ==
          again("header: layer 3 has no valid \"kind\""));
    CHECK(with_replaced("\"pool\":\"average\"", "\"pool\":\"median\"") ==
          again("header: layer 3 has no valid \"pool\""));
    CHECK(with_replaced("\"stride\":2", "\"stride\":2.5") ==
          again("header: layer 1 has no valid \"stride\""));
    CHECK(with_replaced("\"stride\":2", "\"stride\":18446744073709551615") ==
          again("header: layer 1 has no valid \"stride\""));
    CHECK(with_replaced("\"stride\":2", "\"stride\":1") ==
          again("layer 'stem': its shape is given as 5x4x3, but it makes 9x7x3"));
    CHECK(with_replaced("\"name\":\"stem\"", "\"name\":\"a\\nb\"") ==
          again("header: layer 1 has no valid \"name\""));
    CHECK(with_replaced("\"data\":24", "\"data\":25") ==
          again("header: data of layer 'act' at 25, but 24 is next"));
    CHECK(with_replaced("\"out\":3,\"in\":5", "\"out\":65536,\"in\":65536") ==
          again("header: data of layer 'stem' takes 4831838208 bytes, but 113 are left"));
    CHECK(with_replaced("-0.3333333333333333", "null") ==
          again("header: layer 9 has no valid \"logit_scale\""));
    CHECK(with_replaced("-0.3333333333333333", "1e999") == again("its header is not JSON"));
    CHECK(with_replaced("[8]", "[99999]") == again("layer 'sum': input 99999 is not an earlier layer"));
    Parts p = parts(serialize(small_network()));
    p.blob[60] = 2;
    CHECK(message(with_header(p.header, p.blob)) ==
          again("layer 'act': the inverted flag of channel 0 is 2"));
}

TEST_CASE("file_bad: random changes of a header with a fitting checksum never do worse than an Error") {
    const Parts p = parts(serialize(small_network()));
    const std::string alphabet = "0123456789-.e\"{}[],:xnull";
    std::uint32_t state = 1;
    const auto random = [&](std::size_t below) {
        state = state * 1664525u + 1013904223u;
        return static_cast<std::size_t>(state >> 8) % below;
    };
    int refused = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string header = p.header;
        for (std::size_t n = 1 + random(3); n > 0; --n) {
            const std::size_t at = random(header.size());
            if (random(3) == 0) {
                header.erase(at, 1 + random(8));
            } else {
                header[at] = alphabet[random(alphabet.size())];
            }
        }
        const std::string answer = message(with_header(header, p.blob));
        CAPTURE(round, header, answer);
        REQUIRE((answer == "accepted" || begins_with(answer, "small.ern: ")));
        REQUIRE(answer.find('\n') == std::string::npos);
        refused += answer != "accepted" ? 1 : 0;
    }
    CHECK(refused > 15'000);
}

TEST_CASE("file_bad: what cannot be read back is not written") {
    Network network = small_network();
    network.notes["text"] = "\xff";
    REQUIRE_THROWS_MATCHES(serialize(network), ern::Error,
                           Catch::Message("network 'small': a name, label or note is not valid UTF-8"));
    network = small_network();
    network.layers.pop_back();
    REQUIRE_THROWS_AS(serialize(network), ern::Error);
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <sys/resource.h>

#include <csignal>

#include "folder.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::support {

namespace fs = std::filesystem;
using Catch::Matchers::Message;

TEST_CASE("what is written is read again, in folders that did not exist") {
    const Folder folder;
    std::vector<std::uint8_t> bytes(1000);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
    write_file(folder / "a/b/c.bin", bytes);
    CHECK(read_file(folder / "a/b/c.bin") == bytes);
    write_text(folder / "a/b/c.bin", "short\n");
    CHECK(read_text(folder / "a/b/c.bin") == "short\n");
    write_text(folder / "empty", "");
    CHECK(read_file(folder / "empty").empty());
}

TEST_CASE("a file that cannot be written whole is not written, and the old one stays") {
    const Folder folder;
    write_text(folder / "file", "old");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{4096, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    std::string message;
    try {
        write_file(folder / "file", std::vector<std::uint8_t>(100000, 7));
    } catch (const Error& error) {
        message = error.what();
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(message == (folder / "file").string() + ": cannot be written (File too large)");
    CHECK(read_text(folder / "file") == "old");
    CHECK(folder.names() == std::set<std::string>{"file"});
}

TEST_CASE("a file cannot take the place of a folder, or lie in a file") {
    const Folder folder;
    fs::create_directories(folder / "dir/inner");
    CHECK_THROWS_MATCHES(write_text(folder / "dir", "x"), Error,
                         Message((folder / "dir").string() + ": cannot be written (Is a directory)"));
    CHECK(folder.names() == std::set<std::string>{"dir"});
    write_text(folder / "file", "x");
    CHECK_THROWS_MATCHES(write_text(folder / "file/x", "x"), Error,
                         Message((folder / "file").string() + ": the folder cannot be made (Not a directory)"));
}

TEST_CASE("reading names what is wrong with a file") {
    const Folder folder;
    CHECK_THROWS_MATCHES(read_file(folder / "none"), Error, Message((folder / "none").string() + ": no such file"));
    fs::create_directories(folder / "dir");
    CHECK_THROWS_MATCHES(read_file(folder / "dir"), Error, Message((folder / "dir").string() + ": not a regular file"));
    write_text(folder / "ten", "0123456789");
    CHECK(read_file(folder / "ten", 10).size() == 10);
    CHECK_THROWS_MATCHES(read_file(folder / "ten", 9), Error,
                         Message((folder / "ten").string() + ": 10 bytes is more than the 9 bytes that are read here"));
}

TEST_CASE("crc32 is that of IEEE 802.3, in one piece or in several") {
    const std::string text = "123456789";
    const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    CHECK(crc32(bytes) == 0xcbf43926u);
    CHECK(crc32(bytes.subspan(4), crc32(bytes.first(4))) == 0xcbf43926u);
    CHECK(crc32({}) == 0u);
}

}  // namespace ern::support

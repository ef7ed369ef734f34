// SPDX-License-Identifier: Apache-2.0
// The serial port on a pseudo-terminal, which is what Linux has of a port whose other end a test can hold.
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "link/frame.h"
#include "link/serial_port.h"
#include "support/error.h"

namespace ern::link {

namespace {

class Terminal {
  public:
    Terminal() {
        char name[256];
        int slave = -1;
        if (::openpty(&master_, &slave, name, nullptr, nullptr) != 0) FAIL("no pseudo-terminal");
        path_ = name;
        ::close(slave);
    }
    ~Terminal() { hang_up(); }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    const std::string& path() const { return path_; }
    void send(const Bytes& bytes) const {
        for (std::size_t done = 0; done < bytes.size();) {
            const ssize_t count = ::write(master_, bytes.data() + done, bytes.size() - done);
            REQUIRE(count > 0);
            done += static_cast<std::size_t>(count);
        }
    }
    Bytes receive(std::size_t size) const {
        Bytes bytes(size);
        for (std::size_t done = 0; done < size;) {
            const ssize_t count = ::read(master_, bytes.data() + done, size - done);
            if (count <= 0) return {};
            done += static_cast<std::size_t>(count);
        }
        return bytes;
    }
    termios settings() const {
        termios found{};
        REQUIRE(::tcgetattr(master_, &found) == 0);
        return found;
    }
    void hang_up() {
        if (master_ >= 0) ::close(master_);
        master_ = -1;
    }

  private:
    int master_ = -1;
    std::string path_;
};

Bytes all_bytes() {
    Bytes bytes;
    for (int i = 0; i < 512; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
    return bytes;
}

template <typename Work>
std::string refusal(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "done";
}

}  // namespace

TEST_CASE("every byte passes unchanged in both directions") {
    const Terminal terminal;
    SerialPort port(terminal.path(), 3000000);
    CHECK(port.name() == terminal.path());
    port.write(all_bytes());
    CHECK(terminal.receive(512) == all_bytes());
    terminal.send(all_bytes());
    Bytes got;
    while (const auto byte = port.read()) got.push_back(*byte);
    CHECK(got == all_bytes());
}

TEST_CASE("more than a buffer of bytes passes while the other end reads") {
    const Terminal terminal;
    SerialPort port(terminal.path(), 3000000);
    const std::uint32_t seed = 31;
    std::mt19937 random(seed);
    Bytes sent(200000);
    for (std::uint8_t& byte : sent) byte = static_cast<std::uint8_t>(random());
    Bytes got;
    std::thread reader([&] { got = terminal.receive(sent.size()); });
    port.write(sent);
    reader.join();
    CHECK(got == sent);
}

TEST_CASE("the line is raw, 8 bits, no parity, one stop bit, at the rate asked for") {
    const Terminal terminal;
    SerialPort port(terminal.path(), 115200);
    const termios settings = terminal.settings();
    CHECK(::cfgetospeed(&settings) == B115200);
    CHECK((settings.c_cflag & CSIZE) == CS8);
    CHECK((settings.c_cflag & (PARENB | CSTOPB | CRTSCTS)) == 0);
    CHECK((settings.c_lflag & (ICANON | ECHO | ISIG)) == 0);
    CHECK((settings.c_iflag & (IXON | ICRNL)) == 0);
    CHECK((settings.c_oflag & OPOST) == 0);
}

TEST_CASE("silence ends after the patience") {
    const Terminal terminal;
    SerialPort port(terminal.path(), 3000000, 50);
    const auto start = std::chrono::steady_clock::now();
    CHECK_FALSE(port.read());
    const auto waited = std::chrono::steady_clock::now() - start;
    CHECK(waited >= std::chrono::milliseconds(45));
    CHECK(waited < std::chrono::seconds(10));
}

TEST_CASE("what came before the port was opened is not read") {
    const Terminal terminal;
    const int early = ::open(terminal.path().c_str(), O_RDWR | O_NOCTTY);
    REQUIRE(early >= 0);
    terminal.send({1, 2, 3, '\n'});
    SerialPort port(terminal.path(), 3000000, 50);
    CHECK_FALSE(port.read());
    terminal.send({4});
    CHECK(port.read() == 4);
    ::close(early);
}

TEST_CASE("a board that is unplugged is told from one that is silent") {
    Terminal terminal;
    SerialPort port(terminal.path(), 3000000, 50);
    terminal.hang_up();
    CHECK(refusal([&] { port.read(); }) ==
          terminal.path() + ": cannot be read (hung up); was the board unplugged?");
    CHECK(refusal([&] { port.write(Bytes{1}); }) ==
          terminal.path() + ": cannot be written (Input/output error); was the board unplugged?");
}

TEST_CASE("ports that cannot be used are refused") {
    const Terminal terminal;
    CHECK(refusal([&] { SerialPort(terminal.path(), 123456); }) ==
          terminal.path() + ": 123456 baud is not a rate that serial ports know; choose 115200, 1000000 or 3000000 in [link] "
                            "baud");
    CHECK(refusal([] { SerialPort("/dev/null", 115200); }) == "/dev/null: not a serial port");
    CHECK(refusal([] { SerialPort("/dev/nonexistent", 115200); }) ==
          "/dev/nonexistent: cannot be opened (No such file or directory); is the board connected, may you use the port (group "
          "dialout)?");
}

}  // namespace ern::link

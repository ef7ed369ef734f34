// SPDX-License-Identifier: Apache-2.0
#include "link/serial_port.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "support/error.h"

namespace ern::link {

namespace {

speed_t speed_of(const std::string& path, int baud) {
    static constexpr std::array<std::pair<int, speed_t>, 12> kSpeeds{{{9600, B9600},
                                                                      {19200, B19200},
                                                                      {38400, B38400},
                                                                      {57600, B57600},
                                                                      {115200, B115200},
                                                                      {230400, B230400},
                                                                      {460800, B460800},
                                                                      {921600, B921600},
                                                                      {1000000, B1000000},
                                                                      {2000000, B2000000},
                                                                      {3000000, B3000000},
                                                                      {4000000, B4000000}}};
    for (const auto& [rate, speed] : kSpeeds) {
        if (rate == baud) return speed;
    }
    fail("{}: {} baud is not a rate that serial ports know; choose 115200, 1000000 or 3000000 in [link] baud", path, baud);
}

}  // namespace

SerialPort::SerialPort(const std::string& path, int baud, int patience_ms) : path_(path), patience_ms_(patience_ms) {
    const speed_t speed = speed_of(path, baud);
    file_ = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (file_ < 0) fail("{}: cannot be opened ({}); is the board connected, may you use the port (group dialout)?", path, std::strerror(errno));
    termios settings{};
    if (::tcgetattr(file_, &settings) != 0) {
        ::close(file_);
        fail("{}: not a serial port", path);
    }
    ::cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
    ::cfsetspeed(&settings, speed);
    if (::tcsetattr(file_, TCSANOW, &settings) != 0) {
        ::close(file_);
        fail("{}: does not take {} baud ({})", path, baud, std::strerror(errno));
    }
    ::tcflush(file_, TCIOFLUSH);
}

SerialPort::~SerialPort() { ::close(file_); }

void SerialPort::write(std::span<const std::uint8_t> bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::write(file_, bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) fail("{}: cannot be written ({}); was the board unplugged?", path_, std::strerror(errno));
        done += static_cast<std::size_t>(count);
    }
}

std::optional<std::uint8_t> SerialPort::read() {
    if (at_ == filled_) {
        pollfd waiting{file_, POLLIN, 0};
        if (::poll(&waiting, 1, patience_ms_) <= 0) return std::nullopt;
        const ssize_t count = ::read(file_, buffer_, sizeof buffer_);
        // No bytes although poll() saw something: the port was hung up.
        if (count == 0) fail("{}: cannot be read (hung up); was the board unplugged?", path_);
        if (count < 0) fail("{}: cannot be read ({}); was the board unplugged?", path_, std::strerror(errno));
        at_ = 0;
        filled_ = static_cast<std::size_t>(count);
    }
    return buffer_[at_++];
}

}  // namespace ern::link

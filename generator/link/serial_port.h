// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "link/session.h"

namespace ern::link {

// A POSIX serial port: 8 data bits, no parity, one stop bit, raw.
class SerialPort : public Transport {
  public:
    // Throws Error where the port cannot be opened or does not know the baud rate.
    SerialPort(const std::string& path, int baud, int patience_ms = 200);
    ~SerialPort() override;
    SerialPort(const SerialPort&) = delete;
    SerialPort& operator=(const SerialPort&) = delete;

    void write(std::span<const std::uint8_t> bytes) override;
    std::optional<std::uint8_t> read() override;  // nothing after patience_ms of silence
    std::string name() const override { return path_; }

  private:
    std::string path_;
    int file_ = -1;
    int patience_ms_;
    std::uint8_t buffer_[4096];
    std::size_t at_ = 0, filled_ = 0;
};

}  // namespace ern::link

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>

namespace ern::harness {

// The host's end of a serial line, 8 data bits, no parity, one stop bit, by the clock of the simulated top.
class SerialPins {
  public:
    explicit SerialPins(int clocks_per_bit) : clocks_per_bit_(clocks_per_bit) {}

    // One clock cycle: the level that the host sends, taking bytes from `to_device` when the line is free, and the level
    // that the device sends, putting whole bytes to `from_device`.
    std::uint8_t send(std::deque<std::uint8_t>& to_device);
    void receive(std::uint8_t level, std::deque<std::uint8_t>& from_device);
    bool sending() const { return bits_left_ > 0; }

  private:
    int clocks_per_bit_;
    std::uint32_t shift_ = 1;
    int bits_left_ = 0, send_clock_ = 0;
    int receive_clock_ = -1, received_bits_ = 0;  // -1: the line is quiet
    std::uint8_t byte_ = 0;
};

}  // namespace ern::harness

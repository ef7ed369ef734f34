// SPDX-License-Identifier: Apache-2.0
#include "harness/serial_pins.h"

namespace ern::harness {

std::uint8_t SerialPins::send(std::deque<std::uint8_t>& to_device) {
    if (bits_left_ == 0) {
        if (to_device.empty()) return 1;
        shift_ = (std::uint32_t{to_device.front()} << 1) | 0x200;  // start bit 0, data, stop bit 1
        to_device.pop_front();
        bits_left_ = 10;
        send_clock_ = 0;
    }
    const auto level = static_cast<std::uint8_t>(shift_ & 1);
    if (++send_clock_ == clocks_per_bit_) {
        send_clock_ = 0;
        shift_ >>= 1;
        --bits_left_;
    }
    return level;
}

void SerialPins::receive(std::uint8_t level, std::deque<std::uint8_t>& from_device) {
    if (receive_clock_ < 0) {
        if (level != 0) return;
        receive_clock_ = 0;
        received_bits_ = 0;
    }
    const int middle = clocks_per_bit_ / 2 + received_bits_ * clocks_per_bit_;
    if (receive_clock_++ != middle) return;
    if (received_bits_ == 0 && level != 0) {
        receive_clock_ = -1;  // a glitch, no start bit
    } else if (received_bits_ == 9) {
        if (level == 1) from_device.push_back(byte_);
        receive_clock_ = -1;
    } else if (received_bits_ > 0) {
        byte_ = static_cast<std::uint8_t>((byte_ >> 1) | (level << 7));
    }
    ++received_bits_;
}

}  // namespace ern::harness

// SPDX-License-Identifier: Apache-2.0
#include "harness/external_memory.h"

#include <algorithm>
#include <cstring>

#include "support/error.h"

namespace ern::harness {

ExternalMemory::ExternalMemory(const schedule::Accelerator& a, int late_percent, std::uint32_t seed)
    : timing_(schedule::memory_timing(a)),
      cycle_ns_(1e3 / a.clock_mhz),
      beat_ns_(1e9 * a.external.port_bits / 8 / timing_.bytes_a_second),
      beat_bytes_(a.external.port_bits / 8),
      late_percent_(late_percent),
      random_(seed),
      refresh_at_(timing_.refresh_every_ns),
      banks_(static_cast<std::size_t>(timing_.banks)) {}

void ExternalMemory::write(std::uint64_t address, const std::uint8_t* bytes, std::size_t count) {
    if (bytes_.size() < address + count) bytes_.resize(address + count, 0);
    std::copy_n(bytes, count, bytes_.begin() + static_cast<std::ptrdiff_t>(address));
}

void ExternalMemory::reset() {
    queue_.clear();
    ready_.clear();
    under_way_ = false;
}

void ExternalMemory::drive(ErnTopInputs& in) const {
    in.mem_req_ready = !late_ && queue_.size() < kQueue;
    const bool writing = under_way_ && queue_.front().write;
    in.mem_wdata_ready = !late_ && writing && beat_at_ <= now_;
    in.mem_rdata_valid = !late_ && !ready_.empty();
    std::memset(in.mem_rdata, 0, sizeof in.mem_rdata);
    if (!ready_.empty()) std::memcpy(in.mem_rdata, ready_.front().data(), ready_.front().size());
}

// The row of an address lies in bank (row number mod banks). A row that is not open is closed and opened as soon as its
// burst is known and its bank is free, while other banks still move data.
void ExternalMemory::open_row(std::uint64_t address, double known_at) {
    const auto row = static_cast<std::int64_t>(address / static_cast<std::uint64_t>(timing_.row_bytes));
    Bank& bank = banks_[static_cast<std::size_t>(row % timing_.banks)];
    if (bank.row != row) {
        bank.row = row;
        beat_at_ = std::max(beat_at_, std::max(known_at, bank.free_at) + timing_.row_ns);
    }
    used_bank_ = &bank;
}

void ExternalMemory::start_burst() {
    const Burst& burst = queue_.front();
    beat_at_ = std::max(beat_at_, burst.asked_at);
    if (beat_at_ >= refresh_at_) {
        for (Bank& bank : banks_) bank = {-1, beat_at_ + timing_.refresh_ns};
        beat_at_ += timing_.refresh_ns;
        refresh_at_ = std::max(refresh_at_ + timing_.refresh_every_ns, beat_at_);
    }
    if (burst.write != last_was_write_) beat_at_ += timing_.turn_ns;
    last_was_write_ = burst.write;
    open_row(burst.address, burst.asked_at);
    under_way_ = true;
}

void ExternalMemory::move_beat() {
    Burst& burst = queue_.front();
    const std::uint64_t address = burst.address + static_cast<std::uint64_t>(burst.moved * beat_bytes_);
    if (burst.moved > 0 && address % static_cast<std::uint64_t>(timing_.row_bytes) == 0) open_row(address, burst.asked_at);
    if (!burst.write) {
        std::vector<std::uint8_t> beat(static_cast<std::size_t>(beat_bytes_), 0);
        if (address < bytes_.size()) {
            const auto count = std::min<std::uint64_t>(beat.size(), bytes_.size() - address);
            std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(address), count, beat.begin());
        }
        ready_.push_back(std::move(beat));
        bytes_read_ += beat_bytes_;
    }
    beat_at_ += beat_ns_;
    used_bank_->free_at = beat_at_;
    if (++burst.moved < burst.beats) return;
    queue_.pop_front();
    under_way_ = false;
}

void ExternalMemory::clock(const ErnTopInputs& in, const ErnTopOutputs& out) {
    if (in.rst) {
        reset();
        return;
    }
    if (in.mem_rdata_valid) ready_.pop_front();
    if (in.mem_wdata_ready && out.mem_wdata_valid) {
        const Burst& burst = queue_.front();
        write(burst.address + static_cast<std::uint64_t>(burst.moved * beat_bytes_),
              reinterpret_cast<const std::uint8_t*>(out.mem_wdata), static_cast<std::size_t>(beat_bytes_));
        bytes_written_ += beat_bytes_;
        move_beat();
    }
    if (out.mem_req_valid && in.mem_req_ready) {
        queue_.push_back({out.mem_req_write != 0, std::uint64_t{out.mem_req_address} * static_cast<std::uint64_t>(beat_bytes_),
                          out.mem_req_length, now_, 0});
    }
    late_ = late_percent_ > 0 && static_cast<int>(random_() % 100) < late_percent_;
    now_ += cycle_ns_;
    // The controller works ahead: a burst's rows are opened while the one before moves. Reads reach the port first_ns later.
    if (!under_way_ && !queue_.empty()) start_burst();
    while (under_way_ && !queue_.front().write && beat_at_ + timing_.first_ns <= now_) {
        move_beat();
        if (!under_way_ && !queue_.empty()) start_burst();
    }
}

}  // namespace ern::harness

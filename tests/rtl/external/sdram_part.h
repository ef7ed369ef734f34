// SPDX-License-Identifier: Apache-2.0
// Model of an SDR SDRAM of 4 banks x 8,192 rows x 512 columns x 16 bits that enforces its timing table: MT48LC16M16A2-75,
// IS42S16160-7 and AS4C16M16-7, of each time the longest; or of 4 banks x 2,048 rows x 256 columns x 32 bits, M12L64322A and EM638325,
// whose times are not longer. A broken rule stops the test with the rule's name.
#pragma once

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace ern::rtl {

struct SdramPins {
    unsigned command = 7;  // {ras_n, cas_n, we_n}
    unsigned bank = 0, address = 0;
    std::uint32_t data = 0;
    bool drive = false;
};

struct SdramShape {
    int data_bits = 16, row_bits = 13, column_bits = 9;
    double refresh_ns = 7812.5;   // 8,192, or 4,096, rows in 64 ms
    std::uint32_t word_mask() const { return data_bits == 32 ? 0xffffffffu : 0xffffu; }
};
constexpr SdramShape sdram_shape(int data_bits) { return data_bits == 32 ? SdramShape{32, 11, 8, 15625} : SdramShape{}; }

class SdramPart {
  public:
    SdramPart(double clock_ns, int burst_words, SdramShape shape = {}) : shape_(shape), clock_ns_(clock_ns), words_(burst_words) {
        rule(clock_ns >= 7.0, "tCK of at least 7 ns at CAS latency 3");
    }

    // One rising edge at the part with what the controller drives; returns what the part drives after it, if anything: a read's
    // first word two edges after its command, which is there at the third.
    std::optional<std::uint32_t> edge(const SdramPins& pins) {
        now_ += clock_ns_;
        take_write(pins);
        switch (pins.command) {
            case 7: break;
            case 3: open(pins); break;
            case 5: read(pins); break;
            case 4: write(pins); break;
            case 2: close(pins); break;
            case 1: refresh(); break;
            case 0: set_mode(pins); break;
            default: rule(false, "a command that there is");
        }
        if (mode_set_) rule(now_ - refreshed_at_ <= shape_.refresh_ns, "a row refreshed in its time");
        return drive(pins);
    }

    int refreshes() const { return refreshes_; }
    // The word at an address that counts columns, then banks, then rows; nothing where none was written.
    std::optional<std::uint32_t> word(std::uint32_t address) const {
        const auto found = cells_.find(address);
        return found == cells_.end() ? std::nullopt : std::optional(found->second);
    }
    bool ready() const { return mode_set_; }

  private:
    struct Bank {
        int row = -1;
        double opened = -1e9, closed = -1e9, written = -1e9, read_end = -1e9;
    };

    static void rule(bool holds, const char* name) {
        if (!holds) FAIL("SDRAM: broken rule: " << name);
    }
    // Times are counted in edges, which come exactly clock_ns_ apart.
    bool after(double since, double ns) const { return now_ - since >= ns - 1e-6; }

    void open(const SdramPins& pins) {
        Bank& bank = banks_[pins.bank];
        rule(mode_set_ && after(mode_at_, 2 * clock_ns_), "tMRD before the first row");
        rule(bank.row < 0, "a row opened in a closed bank");
        rule(pins.address >> shape_.row_bits == 0, "a row that there is");
        rule(after(bank.closed, 20), "tRP");
        rule(after(bank.opened, 65), "tRC");
        rule(after(refreshed_at_, 66), "tRFC");
        for (const Bank& other : banks_) rule(after(other.opened, 15), "tRRD");
        bank.row = static_cast<int>(pins.address);
        bank.opened = now_;
    }

    void close(const SdramPins& pins) {
        const bool all = (pins.address & 0x400) != 0;
        for (unsigned b = 0; b < 4; ++b) {
            Bank& bank = banks_[b];
            if ((!all && b != pins.bank) || bank.row < 0) continue;
            rule(after(bank.opened, 45), "tRAS");
            rule(after(bank.written, std::max(15.0, 2 * clock_ns_)), "tWR");
            rule(now_ >= bank.read_end - 1e-6, "a read burst closed early");
            bank.row = -1;
            bank.closed = now_;
        }
        if (all && refreshes_ == 0) rule(now_ >= 200000, "200 us of rest after power-up");
        closed_all_ = closed_all_ || all;
    }

    void refresh() {
        rule(closed_all_, "all banks closed before the first refresh");
        for (const Bank& bank : banks_) {
            rule(bank.row < 0, "refresh with closed banks");
            rule(after(bank.closed, 20), "tRP before refresh");
        }
        rule(after(refreshed_at_, 66), "tRFC between refreshes");
        refreshed_at_ = now_;
        ++refreshes_;
    }

    void set_mode(const SdramPins& pins) {
        rule(refreshes_ >= 2, "two refreshes before the mode register");
        rule(after(refreshed_at_, 66), "tRFC before the mode register");
        const unsigned length = words_ == 2 ? 1 : words_ == 4 ? 2 : 3;
        rule(pins.bank == 0 && pins.address == (3u << 4 | length), "CAS latency 3, sequential bursts of the beat's words");
        mode_set_ = true;
        mode_at_ = now_;
    }

    Bank& column_bank(const SdramPins& pins) {
        Bank& bank = banks_[pins.bank];
        rule(bank.row >= 0, "a column of an open row");
        rule(after(bank.opened, 20), "tRCD");
        rule((pins.address & 0x400) == 0, "no automatic closing");
        rule(pins.address >> shape_.column_bits == 0, "a column that there is");
        rule(pins.address % static_cast<unsigned>(words_) == 0, "bursts begin at a beat");
        rule(now_ >= busy_until_ - 1e-6, "a burst is not cut off");
        busy_until_ = now_ + words_ * clock_ns_;
        return bank;
    }

    std::uint32_t place(unsigned bank, int row, unsigned column) const {
        return (static_cast<std::uint32_t>(row) << 2 | bank) << shape_.column_bits | column;
    }

    void read(const SdramPins& pins) {
        Bank& bank = column_bank(pins);
        bank.read_end = now_ + words_ * clock_ns_;
        for (int w = 0; w < words_; ++w) {
            const auto found = cells_.find(place(pins.bank, bank.row, pins.address + static_cast<unsigned>(w)));
            outgoing_[edge_ + 2 + w] = found == cells_.end() ? std::uint32_t{0} : found->second;
        }
    }

    void write(const SdramPins& pins) {
        Bank& bank = column_bank(pins);
        rule(pins.drive, "a write command with data");
        write_to_ = {pins.bank, bank.row, pins.address, words_};
        take_write(pins);
    }

    struct WriteBurst {
        unsigned bank = 0;
        int row = 0;
        unsigned column = 0;
        int left = 0;
    };
    void take_write(const SdramPins& pins) {
        if (write_to_.left == 0) return;
        rule(pins.drive, "data for every word of a write");
        cells_[place(write_to_.bank, write_to_.row, write_to_.column++)] = pins.data & shape_.word_mask();
        banks_[write_to_.bank].written = now_;
        --write_to_.left;
    }

    std::optional<std::uint32_t> drive(const SdramPins& pins) {
        const auto found = outgoing_.find(edge_++);
        const bool near = outgoing_.count(edge_) != 0 || found != outgoing_.end();
        rule(!(pins.drive && near), "one driver of the data bus, and an idle cycle between");
        if (found == outgoing_.end()) return std::nullopt;
        const std::uint32_t data = found->second;
        outgoing_.erase(found);
        return data;
    }

    SdramShape shape_;
    double clock_ns_, now_ = 0;
    int words_;
    std::int64_t edge_ = 0;
    std::array<Bank, 4> banks_;
    bool mode_set_ = false, closed_all_ = false;
    double mode_at_ = -1e9, refreshed_at_ = -1e9, busy_until_ = 0;
    int refreshes_ = 0;
    WriteBurst write_to_;
    std::map<std::int64_t, std::uint32_t> outgoing_;
    std::map<std::uint32_t, std::uint32_t> cells_;
};

}  // namespace ern::rtl

// SPDX-License-Identifier: Apache-2.0
// Model of a DDR3 part of 8 banks x 32,768 rows x 1,024 columns x 16 bits (MT41K256M16-125) at LiteDRAM's DFI: it enforces the
// part's start and timing table, in cycles of the part. A broken rule stops the test with the rule's name.
#pragma once

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <deque>
#include <map>

namespace ern::rtl {

struct DdrCommand {
    bool selected = false;
    unsigned code = 7;  // {ras_n, cas_n, we_n}
    unsigned bank = 0, address = 0;
};

class DdrPart {
  public:
    using Beat = std::array<std::uint32_t, 4>;
    enum class Kind { none, read, write };
    struct Access {
        Kind kind = Kind::none;
        std::uint32_t place = 0;  // {row, bank, column / 8}
    };

    explicit DdrPart(double clock_ns) : clock_ns_(clock_ns) {}

    // One cycle of the part. A read or write gives its beat's place.
    Access cycle(const DdrCommand& c, bool reset_n, bool cke) {
        ++now_;
        if (!reset_n) released_ = now_;
        if (reset_n && !was_reset_n_) rule(ns_since(0) >= 200e3, "reset_n low for 200 us");
        if (cke && !was_cke_) rule(ns_since(released_) >= 500e3, "500 us from reset_n to cke");
        if (cke && !was_cke_) cke_at_ = now_;
        if (was_cke_) rule(cke && reset_n, "cke and reset_n stay");
        was_reset_n_ = reset_n;
        was_cke_ = cke;
        if (started()) rule(ns_since(refreshed_) <= 9 * 7812.5, "a refresh every tREFI");
        if (!c.selected || c.code == 7) return {};
        rule(cke && ns_since(cke_at_) >= 270, "tXPR: 270 ns from cke to the first command");
        switch (c.code) {
            case 0: set_mode(c); return {};
            case 6: zq(c); return {};
            default: break;
        }
        rule(started() && now_ - zq_at_ >= zq_wait_, "mode registers and tZQ before other commands");
        switch (c.code) {
            case 3: open(c); break;
            case 2: close(c); break;
            case 1: refresh(); break;
            case 5: return column(c, Kind::read);
            case 4: return column(c, Kind::write);
            default: rule(false, "a command that there is");
        }
        return {};
    }
    bool started() const { return modes_ == 15 && zq_at_ > 0; }
    int refreshes() const { return refreshes_; }
    std::map<std::uint32_t, Beat> beats;

  private:
    struct Bank {
        int row = -1;
        std::int64_t opened = -1000000, closed = -1000000, read = -1000000, written = -1000000;  // written: end of the data
    };
    static void rule(bool holds, const char* name) {
        if (!holds) FAIL("DDR3: broken rule: " << name);
    }
    double ns_since(std::int64_t then) const { return static_cast<double>(now_ - then) * clock_ns_ + 1e-6; }
    std::int64_t cycles(double ns, std::int64_t least = 0) const {
        return std::max(least, static_cast<std::int64_t>(std::ceil(ns / clock_ns_ - 1e-9)));
    }

    void set_mode(const DdrCommand& c) {
        static constexpr std::array<int, 4> kOrder = {2, 3, 1, 0};
        rule(now_ - mode_at_ >= 4, "tMRD");
        rule(modes_count_ < 4 && kOrder[static_cast<std::size_t>(modes_count_)] == static_cast<int>(c.bank), "mode registers 2, 3, 1, 0");
        if (c.bank == 0) {
            rule((c.address & 3) == 0 && (c.address & 8) == 0, "bursts of 8, sequential");
            rule(((c.address >> 4) & 7) == 2 && (c.address & 4) == 0, "CAS latency 6");
            rule((c.address & 256) != 0, "DLL reset");
        }
        if (c.bank == 1) rule((c.address & 1) == 0, "DLL on");
        if (c.bank == 2) rule(((c.address >> 3) & 7) == 0, "CAS write latency 5");
        modes_ |= 1u << c.bank;
        ++modes_count_;
        mode_at_ = now_;
    }
    void zq(const DdrCommand& c) {
        rule(modes_ == 15 && now_ - mode_at_ >= cycles(15, 12), "tMOD before ZQ calibration");
        rule(zq_at_ != 0 || (c.address & 0x400) != 0, "the first ZQ calibration is a long one");
        for (const Bank& bank : banks_) rule(bank.row < 0, "ZQ calibration with closed banks");
        zq_wait_ = zq_at_ == 0 ? 512 : 64;
        if (zq_at_ == 0) refreshed_ = now_;
        zq_at_ = now_;
    }
    void open(const DdrCommand& c) {
        Bank& bank = banks_[c.bank];
        rule(bank.row < 0, "a row opened in a closed bank");
        rule(now_ - bank.closed >= cycles(13.75), "tRP");
        rule(now_ - bank.opened >= cycles(48.75), "tRC");
        rule(ns_since(refreshed_) >= 260, "tRFC");
        for (const Bank& other : banks_) rule(now_ - other.opened >= cycles(7.5, 4), "tRRD");
        opens_.push_back(now_);
        if (opens_.size() > 4) {
            rule(now_ - opens_.front() >= cycles(40), "tFAW");
            opens_.pop_front();
        }
        bank.row = static_cast<int>(c.address);
        bank.opened = now_;
    }
    void close_bank(Bank& bank, std::int64_t at) {
        rule(at - bank.opened >= cycles(35), "tRAS");
        rule(at - bank.written >= cycles(15), "tWR");
        rule(at - bank.read >= cycles(7.5, 4), "tRTP");
        bank.row = -1;
        bank.closed = at;
    }
    void close(const DdrCommand& c) {
        for (unsigned b = 0; b < 8; ++b) {
            if (((c.address & 0x400) != 0 || b == c.bank) && banks_[b].row >= 0) close_bank(banks_[b], now_);
        }
    }
    void refresh() {
        for (const Bank& bank : banks_) {
            rule(bank.row < 0, "refresh with closed banks");
            rule(now_ - bank.closed >= cycles(13.75), "tRP before refresh");
        }
        rule(refreshes_ == 0 || ns_since(refreshed_) >= 260, "tRFC between refreshes");
        refreshed_ = now_;
        ++refreshes_;
    }
    Access column(const DdrCommand& c, Kind kind) {
        Bank& bank = banks_[c.bank];
        rule(bank.row >= 0, "a column of an open row");
        rule(now_ - bank.opened >= cycles(13.75), "tRCD");
        rule(c.address % 8 == 0, "bursts begin at a beat");
        rule(now_ - column_ >= 4, "tCCD");
        if (kind == Kind::read) rule(now_ - data_written_ >= cycles(7.5, 4), "tWTR");
        if (kind == Kind::write) rule(now_ - last_read_ >= 6 + 4 + 2 - 5, "the bus turns from read to write");
        column_ = now_;
        const auto row = static_cast<std::uint32_t>(bank.row);
        if (kind == Kind::read) bank.read = last_read_ = now_;
        else bank.written = data_written_ = now_ + 5 + 4;
        // With automatic closing the part waits by itself for tRAS, tWR and tRTP.
        if ((c.address & 0x400) != 0) {
            close_bank(bank, std::max({now_, bank.opened + cycles(35), bank.written + cycles(15), bank.read + cycles(7.5, 4)}));
        }
        return {kind, (row << 3 | c.bank) << 7 | (c.address & 0x3ff) / 8};
    }

    double clock_ns_;
    std::int64_t now_ = 0, released_ = 0, cke_at_ = 0, mode_at_ = -100, zq_at_ = 0, zq_wait_ = 512, refreshed_ = 0;
    std::int64_t column_ = -100, last_read_ = -100, data_written_ = -100;
    bool was_reset_n_ = false, was_cke_ = false;
    unsigned modes_ = 0;
    int modes_count_ = 0, refreshes_ = 0;
    std::array<Bank, 8> banks_;
    std::deque<std::int64_t> opens_;
};

}  // namespace ern::rtl

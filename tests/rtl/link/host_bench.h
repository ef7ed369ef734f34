// SPDX-License-Identifier: Apache-2.0
// ern_host between a host that is slow in both directions and an accelerator that keeps the latencies of its header.
#pragma once

#include <deque>

#include "Vtop.h"
#include "host_model.h"

namespace ern::rtl {

class HostBench {
  public:
    HostBench(int seed, Traffic traffic) : bench_(seed), random_(static_cast<unsigned>(seed)), traffic_(traffic) {
        bench_->in_valid = 0;
        bench_->out_ready = 0;
        bench_->picture_ready = 0;
        bench_->clear = 0;
        reset(bench_);
    }

    void send(const Bytes& line) { to_send_.insert(to_send_.end(), line.begin(), line.end()); }

    // Runs until everything was sent and the device has been quiet for a while; answers are the frames that came.
    std::vector<Bytes> run() {
        std::vector<Bytes> answers;
        long quiet = 0;
        for (long cycle = 0; quiet < 2L * N_TIMEOUT; ++cycle) {
            if (cycle == 2000000) FAIL("the device never rests");
            if (cycle_moves()) quiet = 0;
            else ++quiet;
            if (received_.empty() || received_.back() != kEnd) continue;
            received_.pop_back();
            const auto content = content_of(unslip(received_));
            REQUIRE(content.has_value());   // the device never sends a damaged frame
            answers.push_back(*content);
            received_.clear();
        }
        CHECK(received_.empty());
        return answers;
    }

    void clear() {
        bench_->clear = 1;
        cycle_moves();
        bench_->clear = 0;
    }

    std::vector<std::string> take_actions() { return std::exchange(actions_, {}); }
    unsigned link_errors() { return bench_->link_errors; }
    long longest_wait() const { return longest_wait_; }
    std::mt19937& random() { return random_; }
    Surroundings surroundings;

  private:
    // One cycle; true when something moved.
    bool cycle_moves() {
        offered_ = !to_send_.empty() && (offered_ || !chance(random_, traffic_.idle));
        bench_->in_valid = offered_;
        bench_->in_data = offered_ ? to_send_.front() : random_byte(random_);
        bench_->out_ready = !chance(random_, traffic_.stall);
        drive_accelerator();
        settle(bench_);
        watch_accelerator();
        held_.check(bench_->out_valid, bench_->out_ready, bench_->out_data);
        const bool in = offered_ && bench_->in_ready, out = bench_->out_valid && bench_->out_ready;
        if (in) {
            to_send_.pop_front();
            offered_ = false;
        }
        if (out) received_.push_back(bench_->out_data);
        bench_.cycle();
        return in || out || data_moves_;
    }

    void drive_accelerator() {
        bench_->reg_rdata = surroundings.registers.at(register_asked_[1]);
        bench_->result_word = surroundings.result.at(result_asked_[1]);
        bench_->result_waiting = surroundings.result_waiting;
        bench_->result_id = surroundings.result_id;
        bench_->result_check = surroundings.result_check;
        bench_->picture_can_start = surroundings.can_start;
        bench_->mem_ready = !chance(random_, traffic_.stall);
        bench_->picture_ready = surroundings.takes > 0 && !chance(random_, traffic_.stall);
    }

    void watch_accelerator() {
        data_moves_ = bench_->picture_valid || bench_->mem_valid;
        register_asked_ = {bench_->reg_index, register_asked_[0]};
        result_asked_ = {bench_->result_index, result_asked_[0]};
        if (bench_->reg_write) actions_.push_back(write_register(bench_->reg_index, bench_->reg_wdata));
        if (bench_->mem_valid) {
            actions_.push_back(memory_byte(bench_->mem_space, bench_->mem_address, bench_->mem_first, bench_->mem_data));
        }
        if (bench_->picture_start) actions_.push_back(start_picture(bench_->picture_id));
        const bool taken = bench_->picture_valid && bench_->picture_ready;
        if (taken) {
            actions_.push_back(picture_byte(bench_->picture_data));
            if (surroundings.takes != SIZE_MAX) --surroundings.takes;
        }
        if (bench_->result_release) actions_.push_back(kRelease);
        // A picture byte waits, too, until it is given up.
        if (surroundings.takes > 0) picture_held_.check(bench_->picture_valid, bench_->picture_ready, bench_->picture_data);
        else picture_held_.reset();
        wait_ = bench_->picture_valid && !taken ? wait_ + 1 : 0;
        longest_wait_ = std::max(longest_wait_, wait_);
    }

    Bench<Vtop> bench_;
    std::mt19937 random_;
    Traffic traffic_;
    std::deque<std::uint8_t> to_send_;
    bool offered_ = false;
    Bytes received_;
    HeldWord<std::uint8_t> held_, picture_held_;
    std::vector<std::string> actions_;
    std::array<unsigned, 2> register_asked_{}, result_asked_{};  // one and two cycles ago
    bool data_moves_ = false;
    long wait_ = 0, longest_wait_ = 0;
};

}  // namespace ern::rtl

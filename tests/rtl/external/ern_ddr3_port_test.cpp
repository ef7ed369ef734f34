// SPDX-License-Identifier: Apache-2.0
// The memory port's bursts as commands of a native port that is slow at random: each beat's command comes once, in order, a write's only when
// its data are there, and the data in the order of their commands.
#include <deque>

#include "Vtop.h"
#include "stream.h"

namespace {

using namespace ern::rtl;

TEST_CASE("beats pass in order, none twice and none lost") {
    const Traffic traffic = GENERATE(Traffic{0, 0}, Traffic{0, 4}, Traffic{4, 0}, Traffic{6, 2}, Traffic{2, 6});
    INFO(to_string(traffic));
    std::mt19937 random(1 + traffic.idle * 8 + traffic.stall);
    Bench<Vtop> bench(3);
    bench->mem_req_valid = bench->mem_wdata_valid = bench->port_cmd_ready = bench->port_wdata_ready = bench->port_rdata_valid = 0;
    reset(bench);
    struct Command { bool write; unsigned address; };
    std::deque<Command> commands;
    std::deque<std::uint32_t> to_give, given;   // data of writes not yet at the port, not yet taken behind it
    std::deque<int> takes;                      // cycles at which the memory takes the data of a command
    int bursts = 0, beats = 0, busy = 0;
    unsigned number = 1, address = 0, length = 1;
    bool write = false, asking = false;
    for (int cycle = 0; bursts < 400 || !commands.empty() || !takes.empty(); ++cycle) {
        REQUIRE(cycle < 400000);
        if (!asking && bursts < 400 && !chance(random, traffic.idle)) {
            asking = true;
            write = random() % 2 == 0;
            address = static_cast<unsigned>(random()) & 0xffffff;
            length = between(random, 1u, bursts % 40 == 0 ? 255u : 9u);
        }
        bench->mem_req_valid = asking;
        bench->mem_req_write = write;
        bench->mem_req_address = address;
        set_port(bench->mem_req_length, length);
        const bool give = !to_give.empty() && !chance(random, traffic.idle);
        bench->mem_wdata_valid = give;
        for (std::size_t i = 0; i < 4; ++i) bench->mem_wdata[i] = give ? to_give.front() + static_cast<std::uint32_t>(i) * 1000003 : 0;
        bench->port_cmd_ready = !chance(random, traffic.stall);
        const bool take = !takes.empty() && takes.front() <= cycle && !chance(random, traffic.stall);
        bench->port_wdata_ready = take;
        bench->port_rdata_valid = random() % 2;
        bench->port_rdata[3] = static_cast<std::uint32_t>(random());
        settle(bench);
        REQUIRE(bench->mem_rdata_valid == bench->port_rdata_valid);
        REQUIRE(bench->mem_rdata[3] == bench->port_rdata[3]);
        if (bench->port_cmd_valid && bench->port_cmd_ready) {
            REQUIRE(!commands.empty());
            REQUIRE((bench->port_cmd_we != 0) == commands.front().write);
            REQUIRE(bench->port_cmd_address == commands.front().address);
            if (commands.front().write) {
                REQUIRE(given.size() > takes.size());   // its data wait
                takes.push_back(cycle + 2);
            }
            commands.pop_front();
            ++beats;
        }
        if (take) {
            REQUIRE(!given.empty());
            for (std::size_t i = 0; i < 4; ++i) REQUIRE(bench->port_wdata[i] == given.front() + i * 1000003);
            given.pop_front();
            takes.pop_front();
        }
        if (give && bench->mem_wdata_ready) {
            given.push_back(to_give.front());
            to_give.pop_front();
        }
        if (asking && bench->mem_req_ready) {
            REQUIRE(commands.empty());
            for (unsigned i = 0; i < length; ++i) {
                commands.push_back({write, (address + i) & 0xffffff});
                if (write) to_give.push_back(number++ * 7919);
            }
            asking = false;
            ++bursts;
        }
        busy = cycle;
        bench.cycle();
    }
    REQUIRE(given.empty());
    REQUIRE(beats > 1000);
    if (traffic.idle == 0 && traffic.stall == 0) REQUIRE(busy < 2 * beats + 4 * bursts);
}

}  // namespace

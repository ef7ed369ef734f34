// SPDX-License-Identifier: Apache-2.0
// The register map as docs/link.md and the host library have it: sizes, state, settings, unknown registers.
#include <map>

#include "Vtop.h"
#include "link/protocol.h"
#include "stream.h"

namespace {

using namespace ern::rtl;
using ern::link::reg;

class Unit {
  public:
    explicit Unit(int seed) : bench(seed), random(static_cast<unsigned>(seed)) {
        bench->reg_write = 0;
        reset(bench);
    }
    std::uint32_t read(unsigned index) {
        set_port(bench->reg_index, index);
        bench.cycle();
        set_port(bench->reg_index, any());  // what is asked for next does not matter
        bench.cycle();
        return bench->reg_rdata;
    }
    void write(unsigned index, std::uint32_t value) {
        set_port(bench->reg_index, index);
        bench->reg_wdata = value;
        bench->reg_write = 1;
        bench.cycle();
        bench->reg_write = 0;
    }
    std::uint32_t any() { return static_cast<std::uint32_t>(random()); }
    Bench<Vtop> bench;
    std::mt19937 random;
};

}  // namespace

TEST_CASE("identity and sizes are the parameters") {
    Unit unit(1);
    CHECK(unit.read(reg("SHAPE")) == ((unsigned{N_OUTPUTS} << 16) | (unsigned{N_CHANNELS} << 8) | unsigned{N_TAPS}));
    CHECK(unit.read(reg("WIDTHS")) == ((unsigned{N_COLUMN} << 8) | unsigned{W_ACC}));
    CHECK(unit.read(reg("N_RESULT")) == N_RESULT);
    CHECK(unit.read(reg("EXTERNAL_BITS")) == EXTERNAL_BITS);
    CHECK(unit.read(reg("MAGIC")) == ern::link::kMagic);
    CHECK(unit.read(reg("VERSION")) == ern::link::kVersion);
}

TEST_CASE("state is what the engine says, each field in its place") {
    Unit unit(2);
    for (int i = 0; i < 200; ++i) {
        const bool running = chance(unit.random, 4), waiting = chance(unit.random, 4), full = chance(unit.random, 4);
        const bool load_error = chance(unit.random, 2);
        const std::uint32_t code = chance(unit.random, 4) ? unit.any() & 255 : 0, index = unit.any() & 0xffff;
        const std::uint32_t id = unit.any() & 0xffff, cycles = unit.any(), errors = unit.any();
        unit.bench->running = running;
        unit.bench->result_waiting = waiting;
        unit.bench->picture_full = full;
        unit.bench->load_error = load_error;
        set_port(unit.bench->error_code, code);
        set_port(unit.bench->error_index, index);
        set_port(unit.bench->result_id, id);
        unit.bench->result_cycles = cycles;
        unit.bench->link_errors = errors;
        const bool error = code != 0 || load_error;
        CHECK(unit.read(reg("STATUS")) == (running | waiting << 1 | full << 2 | unsigned{error} << 3 | unsigned{load_error} << 4));
        CHECK(unit.read(reg("ERROR")) == (index << 8 | code));
        CHECK(unit.read(reg("RESULT_ID")) == id);
        CHECK(unit.read(reg("RESULT_CYCLES")) == cycles);
        CHECK(unit.read(reg("LINK_ERRORS")) == errors);
    }
}

TEST_CASE("settings keep what was written in their bits, until it is written again; a reset sets the watchdog") {
    Unit unit(3);
    CHECK(unit.read(reg("WATCHDOG")) == 0x01000000u);
    std::map<unsigned, std::uint32_t> masks{{reg("WATCHDOG"), 0xffffffff},      {reg("PICTURE_BASE"), 0xffff},
                                            {reg("PICTURE_SIZE"), 0x0fff0fff},  {reg("PICTURE_COLOURS"), 3},
                                            {reg("PICTURE_STEPS"), 0xffffffff}};
    if (EXTERNAL_BITS != 0) {
        for (unsigned i = 0; i < 8; ++i) masks[reg("PROGRAM_AT") + i] = (1u << W_BEAT) - 1;
    }
    std::map<unsigned, std::uint32_t> written;
    for (int i = 0; i < 300; ++i) {
        auto which = masks.begin();
        std::advance(which, between(unit.random, std::size_t{0}, masks.size() - 1));
        const std::uint32_t value = unit.any();
        unit.write(which->first, value);
        written[which->first] = value & which->second;
        const unsigned other = unit.any() % 64;   // writes elsewhere change none of them
        if (!masks.contains(other)) unit.write(other, unit.any());
        for (const auto& [index, kept] : written) REQUIRE(unit.read(index) == kept);
    }
    CHECK(unit.bench->cfg_watchdog == written[reg("WATCHDOG")]);
    CHECK(unit.bench->cfg_picture_height == written[reg("PICTURE_SIZE")] >> 16);
    CHECK(unit.bench->cfg_picture_width == (written[reg("PICTURE_SIZE")] & 0xfff));
    for (unsigned i = 0; i < 8 && EXTERNAL_BITS != 0; ++i) {
        CHECK(get_field(unit.bench->cfg_streams, i * W_BEAT, W_BEAT) == written[reg("PROGRAM_AT") + i]);
    }
}

TEST_CASE("clear comes for one cycle, and only from a write to CONTROL") {
    Unit unit(4);
    for (unsigned index = 0; index < 64; ++index) {
        unit.write(index, 1);
        CHECK(bool{unit.bench->clear != 0} == (index == reg("CONTROL")));
        unit.bench.cycle();
        CHECK_FALSE(unit.bench->clear);
    }
    unit.write(reg("CONTROL"), 0);
    CHECK_FALSE(unit.bench->clear);
}

TEST_CASE("unknown registers read zero and ignore writes") {
    Unit unit(5);
    for (unsigned index = EXTERNAL_BITS != 0 ? 40 : 32; index < 64; ++index) {
        unit.write(index, 0xffffffffu);
        CHECK(unit.read(index) == 0);
    }
}

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes ern_ddr3_core.v: LiteDRAM's controller of one DDR3 part of 16 bits with its PHY for ECP5, without a CPU, and the
commands that start the part (module ern_ddr3_commands). rtl_templates/external/ern_ddr3.v walks those and levels the PHY.

generate.py --part MT41K256M16 --mhz 75 -o DIR            for synthesis
generate.py --part MT41K256M16 --mhz 75 --model -o DIR    without the PHY: its DFI signals are ports, for simulation
"""
import argparse
import math
import re
import sys
from pathlib import Path

try:
    from litedram import modules
    from litedram.common import PhySettings
    from litedram.core import LiteDRAMCore
    from litedram.core.controller import ControllerSettings
    from litedram.init import get_sdram_phy_init_sequence
    from litedram.phy import dfi
    from litedram.phy.ecp5ddrphy import ECP5DDRPHY
    from litex.build.lattice.common import lattice_ecp5_trellis_special_overrides
    from migen import ClockDomain, ClockSignal, If, Module, Record, ResetSignal, Signal
    from migen.fhdl import verilog
except ImportError as error:
    print(f"generate.py: {error}; pip install -r scripts/requirements.txt", file=sys.stderr)
    sys.exit(2)

# LiteDRAM's slowest path goes from bank to bank through the choice of the next command: of eight banks and rows that close by themselves
# its core reaches 85 MHz alone on a device of grade 8, of four 92, and of two that are closed by a command 124. Streams need no more: a
# row moves data while the other bank opens the next one.
BANKS = 2
RESET_US, CKE_US = 200, 500   # JESD79-3: reset_n low after power-up, and high before cke


def part_at(name, hz):
    """LiteDRAM has tRFC in cycles of the speed grade 1600, which a slower clock makes too long: here it is in ns."""
    known = getattr(modules, name)
    grade = known.speedgrade_timings["1600"]
    timings = dict(known.speedgrade_timings)
    timings["default"] = timings["1600"] = modules._SpeedgradeTimings(
        tRP=grade.tRP, tRCD=grade.tRCD, tWR=grade.tWR, tRFC=(None, grade.tRFC[0] * 1.25), tFAW=grade.tFAW, tRAS=grade.tRAS)
    return type(name, (known,), {"speedgrade_timings": timings, "nbanks": BANKS})(hz, "1:2")


def pads(part):
    return Record([("a", part.geom_settings.rowbits), ("ba", 3), ("ras_n", 1), ("cas_n", 1), ("we_n", 1), ("cs_n", 1), ("dm", 2),
                   ("dq", 16), ("dqs_p", 2), ("clk_p", 1), ("cke", 1), ("odt", 1), ("reset_n", 1)], name="ddram")


class ModelPhy(Module):
    """What the controller sees of ECP5DDRPHY, with the DFI signals as ports."""

    def __init__(self, settings, address_bits):
        self.settings = settings
        self.dfi = dfi.Interface(address_bits, 3, 1, 64, 2)


class Core(Module):
    """start_*: commands of the start and the levelling of the PHY. port_*: LiteDRAM's native port of 128 bits."""

    def __init__(self, part, hz, model, dm_remapping, rtt_nom):
        self.ios = set()
        for name in ("sys",) if model else ("sys", "sys2x", "init"):
            domain = ClockDomain(name)
            setattr(self.clock_domains, f"cd_{name}", domain)
            self.ios |= {domain.clk, domain.rst}
        self.pads = pads(part)
        phy = ECP5DDRPHY(self.pads, sys_clk_freq=hz, dm_remapping=dm_remapping, cmd_delay=0 if hz > 64e6 else 100)
        if rtt_nom:
            phy.settings.rtt_nom = rtt_nom
        self.lane = {name: self.port(f"start_{name}", width) for name, width in
                     (("select", 2), ("delay_reset", 1), ("delay_next", 1), ("slip_reset", 1), ("slip_next", 1), ("burst_clear", 1))}
        self.burst_seen = self.port("start_burst_seen", 2)
        self.address_bits = part.geom_settings.addressbits
        if model:
            phy = ModelPhy(phy.settings, self.address_bits)
            for phase in phy.dfi.phases:
                self.ios |= set(phase.flatten())
        else:
            self.connect_phy(phy)
        phy.bankbits = len(self.pads.ba)   # mode registers are chosen by bank, too
        self.submodules.phy = phy
        self.settings, self.timing = phy.settings, part.timing_settings
        self.submodules.core = LiteDRAMCore(phy, part.geom_settings, part.timing_settings, hz,
                                            controller_settings=ControllerSettings(with_auto_precharge=False))
        self.connect_start()
        self.connect_port()

    def port(self, name, width=1):
        signal = Signal(width, name=name)
        self.ios.add(signal)
        return signal

    def connect_phy(self, phy):
        self.ios |= set(self.pads.flatten())
        self.comb += [
            phy._dly_sel.storage.eq(self.lane["select"]), phy._rdly_dq_rst.re.eq(self.lane["delay_reset"]),
            phy._rdly_dq_inc.re.eq(self.lane["delay_next"]), phy._rdly_dq_bitslip_rst.re.eq(self.lane["slip_reset"]),
            phy._rdly_dq_bitslip.re.eq(self.lane["slip_next"]), phy._burstdet_clr.re.eq(self.lane["burst_clear"]),
            self.burst_seen.eq(phy._burstdet_seen.status),
            self.port("phy_stop").eq(phy.init.stop), self.port("phy_reset").eq(phy.init.reset)]

    def connect_start(self):
        injector = self.core.dfii
        self.comb += [injector._control.fields.sel.eq(1), injector.ext_dfi_sel.eq(self.port("start_active"))]
        command, bank = self.port("start_command", 3), self.port("start_bank", 3)
        address = self.port("start_address", 16)
        common = {"cke": self.port("start_cke"), "odt": self.port("start_odt"), "reset_n": self.port("start_reset_n")}
        for phase in injector.ext_dfi.phases:
            self.comb += [getattr(phase, name).eq(signal) for name, signal in common.items()]
        first = injector.ext_dfi.phases[0]
        self.comb += [first.cs_n.eq(command == 0), first.ras_n.eq(~command[2]), first.cas_n.eq(~command[1]),
                      first.we_n.eq(~command[0]), first.bank.eq(bank), first.address.eq(address)]

    def connect_port(self):
        port = self.core.crossbar.get_port()
        self.comb += [
            port.cmd.valid.eq(self.port("port_cmd_valid")), self.port("port_cmd_ready").eq(port.cmd.ready),
            port.cmd.we.eq(self.port("port_cmd_we")), port.cmd.addr.eq(self.port("port_cmd_address", 24)),
            self.port("port_wdata_ready").eq(port.wdata.ready), port.wdata.data.eq(self.port("port_wdata", 128)),
            port.wdata.valid.eq(1), port.wdata.we.eq(0xFFFF),
            self.port("port_rdata_valid").eq(port.rdata.valid), self.port("port_rdata", 128).eq(port.rdata.data)]


def commands(core, hz):
    """(wait in cycles, reset_n, cke, odt, {ras, cas, we}, bank, address, text) of each step."""
    bits = {"DFII_COMMAND_RAS": 4, "DFII_COMMAND_CAS": 2, "DFII_COMMAND_WE": 1}
    least = {"Release reset": math.ceil(CKE_US * 1e-6 * hz), "ZQ Calibration": 320}   # tZQinit: 512 cycles of the part
    steps = [(math.ceil(RESET_US * 1e-6 * hz), 0, 0, 0, 0, 0, 0, "Hold reset")]
    for text, address, bank, words, wait in get_sdram_phy_init_sequence(core.settings, core.timing)[0]:
        words = words.split("|")
        before = steps[-1]
        control = [int(f"DFII_CONTROL_{name}" in words) for name in ("RESET_N", "CKE", "ODT")]
        if not words[0].startswith("DFII_CONTROL"):
            control = list(before[1:4])
        command = sum(bits.get(word, 0) for word in words)
        steps.append((max(wait, least.get(text, 0), 16), *control, command, bank, address, text))
    return steps


def commands_verilog(steps):
    lines = ["// Steps of the part's start: cycles to wait after it, reset_n, cke, odt, {ras, cas, we}, bank, address.",
             "module ern_ddr3_commands (", "    input  wire [3:0]  index,", "    output reg         last,",
             "    output reg  [44:0] step", ");", "    always @* begin", f"        last = index == 4'd{len(steps) - 1};",
             "        case (index)"]
    for index, (wait, reset_n, cke, odt, command, bank, address, text) in enumerate(steps):
        value = f"{{20'd{wait}, 1'b{reset_n}, 1'b{cke}, 1'b{odt}, 3'd{command}, 3'd{bank}, 16'h{address:04x}}}"
        label = "default" if index == len(steps) - 1 else f"4'd{index}"
        lines.append(f"            {label}: step = {value};   // {text}")
    return "\n".join(lines + ["        endcase", "    end", "endmodule", ""])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", required=True, help="a part of litedram.modules")
    parser.add_argument("--mhz", type=float, required=True, help="of the accelerator; the part's clock is twice that")
    parser.add_argument("--swap-dm", action="store_true", help="the two data masks are swapped on the board")
    parser.add_argument("--no-rtt", action="store_true", help="no termination in the part")
    parser.add_argument("--model", action="store_true", help="without the PHY, for simulation")
    parser.add_argument("-o", dest="output", type=Path, required=True)
    arguments = parser.parse_args()
    hz = arguments.mhz * 1e6
    part = part_at(arguments.part, hz)
    core = Core(part, hz, arguments.model, {0: 1, 1: 0} if arguments.swap_dm else None, "disabled" if arguments.no_rtt else None)
    text = str(verilog.convert(core, core.ios, name="ern_ddr3_core", special_overrides=lattice_ecp5_trellis_special_overrides))
    text = "".join(line + "\n" for line in text.splitlines() if "Machine-generated" not in line)
    text = re.sub(r"\binput (\[\d+:0\] ddram_dqs?_?p?,)", r"inout \1", text)   # LiteX forgets that these pins are driven, too
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "ern_ddr3_core.v").write_text(text + commands_verilog(commands(core, hz)))
    if arguments.model:   # cycles of the accelerator from a command to its data on the DFI
        (arguments.output / "ern_ddr3_model.h").write_text(
            f"constexpr int kReadLatency = {core.settings.read_latency}, kWriteLatency = {core.settings.write_latency};\n")


main()

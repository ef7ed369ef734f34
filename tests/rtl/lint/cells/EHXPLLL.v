// SPDX-License-Identifier: Apache-2.0
// The ports of ECP5's clock generator, for tools that have no library of Lattice cells. A primitive: there is no body.
`default_nettype none

/* verilator lint_off UNUSED */     // a box
/* verilator lint_off UNDRIVEN */   // a box
module EHXPLLL #(
    parameter PLLRST_ENA   = "DISABLED",
    parameter INTFB_WAKE   = "DISABLED",
    parameter STDBY_ENABLE = "DISABLED",
    parameter DPHASE_SOURCE = "DISABLED",
    parameter OUTDIVIDER_MUXA = "DIVA",
    parameter OUTDIVIDER_MUXB = "DIVB",
    parameter OUTDIVIDER_MUXC = "DIVC",
    parameter OUTDIVIDER_MUXD = "DIVD",
    parameter CLKOP_ENABLE = "ENABLED",
    parameter CLKOS_ENABLE = "ENABLED",
    parameter FEEDBK_PATH  = "CLKOP",
    parameter integer CLKI_DIV     = 1,
    parameter integer CLKFB_DIV    = 1,
    parameter integer CLKOP_DIV    = 8,
    parameter integer CLKOP_CPHASE = 0,
    parameter integer CLKOP_FPHASE = 0,
    parameter integer CLKOS_DIV    = 8,
    parameter integer CLKOS_CPHASE = 0,
    parameter integer CLKOS_FPHASE = 0
) (
    input  wire RST, STDBY, CLKI, CLKFB, PHASESEL0, PHASESEL1, PHASEDIR, PHASESTEP, PHASELOADREG, PLLWAKESYNC, ENCLKOP,
    output wire CLKOP, CLKOS, CLKINTFB, LOCK
);
endmodule
/* verilator lint_on UNDRIVEN */
/* verilator lint_on UNUSED */

`default_nettype wire

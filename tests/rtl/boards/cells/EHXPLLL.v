// SPDX-License-Identifier: Apache-2.0
// What ern_clocks uses of the ECP5's PLL, for simulation: its clocks are the one that comes in, and it locks after 20 cycles
// while `test_unlock` is low.
`default_nettype none

/* verilator lint_off UNUSED */
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
    reg test_unlock /* verilator public_flat_rw */ = 1'b0;
    reg [4:0] cycles = 5'd0;
    always @(posedge CLKI) cycles <= test_unlock ? 5'd0 : cycles + {4'd0, cycles < 5'd20};
    assign CLKOP    = CLKI;
    assign CLKOS    = CLKI;
    assign CLKINTFB = 1'b0;
    assign LOCK     = cycles == 5'd20;
endmodule
/* verilator lint_on UNUSED */

`default_nettype wire

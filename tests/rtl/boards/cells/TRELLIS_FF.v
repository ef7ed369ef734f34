// SPDX-License-Identifier: Apache-2.0
// The ports of ECP5's register that are used, for tools that have no library of Lattice cells. A primitive: there is no body.
`default_nettype none

/* verilator lint_off UNUSED */     // a box
/* verilator lint_off UNDRIVEN */   // a box
module TRELLIS_FF #(
    parameter GSR    = "ENABLED",
    parameter CEMUX  = "1",
    parameter CLKMUX = "CLK",
    parameter LSRMUX = "LSR",
    parameter REGSET = "RESET"
) (
    input  wire CLK, LSR, DI,
    output wire Q
);
endmodule
/* verilator lint_on UNDRIVEN */
/* verilator lint_on UNUSED */

`default_nettype wire

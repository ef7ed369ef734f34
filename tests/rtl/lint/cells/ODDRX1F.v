// SPDX-License-Identifier: Apache-2.0
// The ports of ECP5's output of two bits a cycle, for tools that have no library of Lattice cells. A primitive: there is no body.
`default_nettype none

/* verilator lint_off UNUSED */     // a box
/* verilator lint_off UNDRIVEN */   // a box
module ODDRX1F (
    input  wire SCLK, RST, D0, D1,
    output wire Q
);
endmodule
/* verilator lint_on UNDRIVEN */
/* verilator lint_on UNUSED */

`default_nettype wire

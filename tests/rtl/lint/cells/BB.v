// SPDX-License-Identifier: Apache-2.0
// The ports of ECP5's pad of both directions, for tools that have no library of Lattice cells. A primitive: there is no body.
`default_nettype none

/* verilator lint_off UNUSED */     // a box
/* verilator lint_off UNDRIVEN */   // a box
module BB (
    input  wire I, T,
    output wire O,
    inout  wire B
);
endmodule
/* verilator lint_on UNDRIVEN */
/* verilator lint_on UNUSED */

`default_nettype wire

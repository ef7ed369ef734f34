// SPDX-License-Identifier: Apache-2.0
// The divider of an edge clock of an ECP5, by two, for simulation: it rests low while RST is high.
`default_nettype none

/* verilator lint_off UNUSED */
module CLKDIVF #(
    parameter DIV = "2.0"
) (
    input  wire CLKI, RST, ALIGNWD,
    output reg  CDIVX
);
    initial CDIVX = 1'b0;
    always @(posedge CLKI) CDIVX <= !RST && !CDIVX;
endmodule
/* verilator lint_on UNUSED */

`default_nettype wire

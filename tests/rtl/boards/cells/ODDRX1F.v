// SPDX-License-Identifier: Apache-2.0
// The output of two bits a cycle of an ECP5, for simulation, where no time lies between clock and pin.
`default_nettype none

/* verilator lint_off UNUSED */
module ODDRX1F (
    input  wire SCLK, RST, D0, D1,
    output wire Q
);
    assign Q = SCLK ? D0 : D1;
endmodule
/* verilator lint_on UNUSED */

`default_nettype wire

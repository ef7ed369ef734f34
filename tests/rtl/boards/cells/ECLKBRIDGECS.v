// SPDX-License-Identifier: Apache-2.0
// The choice between two edge clocks of an ECP5, for simulation.
`default_nettype none

module ECLKBRIDGECS (
    input  wire CLK0, CLK1, SEL,
    output wire ECSOUT
);
    assign ECSOUT = SEL ? CLK1 : CLK0;
endmodule

`default_nettype wire

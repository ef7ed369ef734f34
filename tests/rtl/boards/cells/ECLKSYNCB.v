// SPDX-License-Identifier: Apache-2.0
// The gate of an edge clock of an ECP5, for simulation: it rests low while STOP is high.
`default_nettype none

module ECLKSYNCB (
    input  wire ECLKI, STOP,
    output wire ECLKO
);
    assign ECLKO = ECLKI && !STOP;
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// A sum that loses its carry: the lint must refuse this.
`default_nettype none

module narrow_bad (
    input  wire [7:0] a,
    input  wire [7:0] b,
    output wire [3:0] sum
);
    assign sum = a + b;
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// The register in a pad of an ECP5, for simulation: enable, synchronous clear.
`default_nettype none

module OFS1P3DX (
    input  wire D, SP, SCLK, CD,
    output reg  Q
);
    always @(posedge SCLK) begin
        if (CD) Q <= 1'b0;
        else if (SP) Q <= D;
    end
endmodule

`default_nettype wire

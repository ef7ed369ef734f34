// SPDX-License-Identifier: Apache-2.0
// Pins of both directions with their registers in the pads of an ECP5: a driven pin is in(t) at t + 1, out(t + 1) what the
// pin is at the end of t. Each pin has its own register of direction, which stands beside the pad.
`default_nettype none

module ern_pad_both #(
    parameter integer W = 16
) (
    input  wire         clk,
    input  wire [W-1:0] in,
    input  wire         drive,
    output wire [W-1:0] out,
    inout  wire [W-1:0] pad
);
    genvar i;
    generate
        for (i = 0; i < W; i = i + 1) begin : g_pad
            wire to_pad, from_pad, high_z;
            OFS1P3DX u_out (.D(in[i]), .SP(1'b1), .SCLK(clk), .CD(1'b0), .Q(to_pad));
            OFS1P3DX u_direction (.D(!drive), .SP(1'b1), .SCLK(clk), .CD(1'b0), .Q(high_z));
            IFS1P3DX u_in (.D(from_pad), .SP(1'b1), .SCLK(clk), .CD(1'b0), .Q(out[i]));
            BB u_pad (.I(to_pad), .T(high_z), .O(from_pad), .B(pad[i]));
        end
    endgenerate
endmodule

`default_nettype wire

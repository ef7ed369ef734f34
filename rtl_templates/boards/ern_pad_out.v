// SPDX-License-Identifier: Apache-2.0
// Output pins with their registers in the pads of an ECP5: pad(t + 1) = in(t).
`default_nettype none

module ern_pad_out #(
    parameter integer W = 1
) (
    input  wire         clk,
    input  wire [W-1:0] in,
    output wire [W-1:0] pad
);
    genvar i;
    generate
        for (i = 0; i < W; i = i + 1) begin : g_pad
            OFS1P3DX u_register (.D(in[i]), .SP(1'b1), .SCLK(clk), .CD(1'b0), .Q(pad[i]));
        end
    endgenerate
endmodule

`default_nettype wire

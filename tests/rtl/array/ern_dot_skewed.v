// SPDX-License-Identifier: Apache-2.0
// The ECP5 body of ern_dot with lanes that enter together: all are skewed as it wants them. Latency as that of ern_dot.
`default_nettype none

module ern_dot_skewed #(
    parameter integer N_LANES = 9,
    parameter integer LATENCY = 3
) (
    input  wire                           clk,
    input  wire [N_LANES-1:0]             in_lo,
    input  wire [N_LANES-1:0]             in_hi,
    input  wire [N_LANES-1:0]             cfg_weights,
    output wire [$clog2(3*N_LANES+1)-1:0] out_sum
);
    wire [N_LANES-1:0] lo, hi, weights;
    ern_skew #(.N_LANES(N_LANES), .N_TILE(32)) u_lo (.clk(clk), .in(in_lo), .out(lo));
    ern_skew #(.N_LANES(N_LANES), .N_TILE(32)) u_hi (.clk(clk), .in(in_hi), .out(hi));
    ern_skew #(.N_LANES(N_LANES), .N_TILE(32)) u_weights (.clk(clk), .in(cfg_weights), .out(weights));
    ern_ecp5_dot #(.N_LANES(N_LANES), .LATENCY(LATENCY)) u_dot (
        .clk(clk), .in_lo(lo), .in_hi(hi), .cfg_weights(weights), .out_sum(out_sum));
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// The three bodies of ern_dot beside each other, for ern_dot_test: what Verilator simulates, plain Verilog, and the
// carry chains of ECP5 on a model of their cell.
`default_nettype none

module ern_dot_bodies #(
    parameter integer N_LANES = 9,
    parameter integer LATENCY = 2,
    parameter integer LATENCY_ECP5 = 3
) (
    input  wire                           clk,
    input  wire [N_LANES-1:0]             in_lo,
    input  wire [N_LANES-1:0]             in_hi,
    input  wire [N_LANES-1:0]             cfg_weights,
    output wire [$clog2(3*N_LANES+1)-1:0] simulated,
    output wire [$clog2(3*N_LANES+1)-1:0] plain,
    output wire [$clog2(3*N_LANES+1)-1:0] ecp5
);
    ern_dot #(.N_LANES(N_LANES), .LATENCY(LATENCY)) u_simulated (
        .clk(clk), .in_lo(in_lo), .in_hi(in_hi), .cfg_weights(cfg_weights), .out_sum(simulated));
    ern_dot_plain #(.N_LANES(N_LANES), .LATENCY(LATENCY)) u_plain (
        .clk(clk), .in_lo(in_lo), .in_hi(in_hi), .cfg_weights(cfg_weights), .out_sum(plain));
    ern_dot_skewed #(.N_LANES(N_LANES), .LATENCY(LATENCY_ECP5)) u_ecp5 (
        .clk(clk), .in_lo(in_lo), .in_hi(in_hi), .cfg_weights(cfg_weights), .out_sum(ecp5));
endmodule

`default_nettype wire

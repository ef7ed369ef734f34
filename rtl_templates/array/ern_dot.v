// SPDX-License-Identifier: Apache-2.0
// Dot unit: the masked sum of N_LANES 2-bit codes,
//   out_sum(t + LATENCY) = sum over l of (cfg_weights[l](t) ? in_lo[l](t) + 2 * in_hi[l](t) : 0)
// One sum a cycle, no handshake, no reset: there is only data. Lane l has bit l of each vector. With all weights one
// it is the plain sum of the codes.
// TARGET chooses the body; all bodies have the same function:
//   0  ern_dot_plain: an adder tree in plain Verilog, for any device
//   1  ern_ecp5_dot: carry chains of Lattice ECP5 that take the masks in, about 3.1 LUT4 a lane. Lane l enters l / 32
//      cycles later, codes and weights alike (ern_skew)
// Under Verilator (VERILATOR defined, and not ERN_CELLS) a third body counts bits in words of 64 lanes, for speed, whatever
// TARGET is, and no lane is late.
// The plain body has $clog2(N_LANES) levels of adders with registers spread evenly between them, at most two levels
// apart: LATENCY >= max(1, ceil($clog2(N_LANES) / 2)). ECP5: LATENCY >= 2 + ceil(N_LANES / 32), 5 for 96 lanes and 8 for 192.
// What is above that delays the sum.
`default_nettype none

module ern_dot #(
    parameter integer N_LANES = 96,  // 1..500
    parameter integer LATENCY = 4,   // cycles, see above
    parameter integer TARGET  = 0    // 0 plain, 1 ECP5
) (
    input  wire                           clk,
    input  wire [N_LANES-1:0]             in_lo,
    input  wire [N_LANES-1:0]             in_hi,
    input  wire [N_LANES-1:0]             cfg_weights,  // 1: this lane counts
    output wire [$clog2(3*N_LANES+1)-1:0] out_sum
);
    localparam integer N_LEVELS = $clog2(N_LANES);
    generate
        if (N_LANES < 1 || N_LANES > 500) begin : g_bad_lanes
            ERROR_N_LANES_must_be_1_to_500 u_error ();
        end
        if (LATENCY < 1 || (TARGET == 0 && 2 * LATENCY < N_LEVELS)) begin : g_bad_latency
            ERROR_LATENCY_must_be_at_least_half_of_clog2_N_LANES u_error ();
        end
        if (TARGET != 0 && TARGET != 1) begin : g_bad_target
            ERROR_TARGET_must_be_0_or_1 u_error ();
        end
    endgenerate

`ifdef VERILATOR
`ifndef ERN_CELLS
`define ERN_COUNT_BITS
`endif
`endif
`ifdef ERN_COUNT_BITS
    localparam integer W_SUM   = $clog2(3 * N_LANES + 1);
    localparam integer N_WORDS = (N_LANES + 63) / 64;
    wire [64*N_WORDS-1:0] lo = {{(64 * N_WORDS - N_LANES){1'b0}}, in_lo & cfg_weights};
    wire [64*N_WORDS-1:0] hi = {{(64 * N_WORDS - N_LANES){1'b0}}, in_hi & cfg_weights};
    reg  [W_SUM-1:0]      sum;

    function automatic [W_SUM-1:0] count(input [64*N_WORDS-1:0] ones, input [64*N_WORDS-1:0] twos);
        integer i, total;
        begin
            total = 0;
            for (i = 0; i < 64 * N_WORDS; i = i + 64) begin
                total = total + $countones(ones[i +: 64]) + 2 * $countones(twos[i +: 64]);
            end
            count = total[W_SUM-1:0];
        end
    endfunction

    always @(posedge clk) sum <= count(lo, hi);
    ern_delay #(.W_DATA(W_SUM), .N_CYCLES(LATENCY - 1)) u_delay (.clk(clk), .in(sum), .out(out_sum));
`else
    generate
        if (TARGET == 1) begin : g_ecp5
            ern_ecp5_dot #(.N_LANES(N_LANES), .LATENCY(LATENCY)) u_dot (
                .clk(clk), .in_lo(in_lo), .in_hi(in_hi), .cfg_weights(cfg_weights), .out_sum(out_sum));
        end else begin : g_plain
            ern_dot_plain #(.N_LANES(N_LANES), .LATENCY(LATENCY)) u_dot (
                .clk(clk), .in_lo(in_lo), .in_hi(in_hi), .cfg_weights(cfg_weights), .out_sum(out_sum));
        end
    endgenerate
`endif
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// Bench of ern_dot for four-state simulators: every sum equals the plain sum of the lanes whose weight is one, LATENCY
// cycles later, with weights that change in any cycle. Prints PASS or the first mismatch.
`default_nettype none
`timescale 1ns / 1ps

module ern_dot_tb;
    parameter integer N_LANES = 16;
    parameter integer LATENCY = 2;
    parameter integer TARGET  = 0;
    parameter integer N_TESTS = 500;
    parameter integer SEED    = 1;
    localparam integer W_SUM = $clog2(3 * N_LANES + 1);

    reg                clk = 1'b0;
    reg  [N_LANES-1:0] lo, hi, weights;
    wire [W_SUM-1:0]   sum;
    reg  [W_SUM-1:0]   expected [0:N_TESTS-1];
    integer            seed, i, l, total, mode;

    ern_dot #(.N_LANES(N_LANES), .LATENCY(LATENCY), .TARGET(TARGET)) u_dut (
        .clk(clk), .in_lo(lo), .in_hi(hi), .cfg_weights(weights), .out_sum(sum));

    always #5 clk = ~clk;

    initial begin
        seed = SEED;
        for (i = 0; i < N_TESTS + LATENCY; i = i + 1) begin
            @(negedge clk);
            if (i >= LATENCY && sum !== expected[i-LATENCY]) begin
                $display("FAIL lanes %0d latency %0d target %0d seed %0d: test %0d gives %0d, expected %0d", N_LANES, LATENCY,
                         TARGET, SEED, i - LATENCY, sum, expected[i-LATENCY]);
                $finish;
            end
            if (i < N_TESTS) begin
                mode  = i == 0 ? 0 : i == 1 ? 1 : $random(seed) & 7;
                total = 0;
                for (l = 0; l < N_LANES; l = l + 1) begin
                    // all zero, all ones, mostly ones, mostly zeros, else even
                    lo[l]      = mode == 0 ? 1'b0 : mode == 1 ? 1'b1 : mode == 2 ? |($random(seed) & 7)
                               : mode == 3 ? &($random(seed) | -8) : $random(seed);
                    hi[l]      = mode == 0 ? 1'b0 : mode == 1 ? 1'b1 : mode == 2 ? |($random(seed) & 7)
                               : mode == 3 ? &($random(seed) | -8) : $random(seed);
                    weights[l] = mode < 2 ? 1'b1 : mode == 2 ? |($random(seed) & 7) : $random(seed);
                    total      = total + (weights[l] ? lo[l] + 2 * hi[l] : 0);
                end
                expected[i] = total;
            end
        end
        $display("PASS lanes %0d latency %0d target %0d: %0d sums", N_LANES, LATENCY, TARGET, N_TESTS);
        $finish;
    end
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// Body of ern_dot in plain Verilog: a binary tree of adders. Level 0 holds the masked codes, level i + 1 the sums of
// neighbouring pairs of level i. Registers stand after every level where LATENCY allows, else evenly spread.
// Any LATENCY >= 1 works; ern_dot says which make sense.
`default_nettype none

module ern_dot_plain #(
    parameter integer N_LANES = 96,  // >= 1
    parameter integer LATENCY = 4    // cycles, >= 1
) (
    input  wire                           clk,
    input  wire [N_LANES-1:0]             in_lo,
    input  wire [N_LANES-1:0]             in_hi,
    input  wire [N_LANES-1:0]             cfg_weights,
    output wire [$clog2(3*N_LANES+1)-1:0] out_sum
);
    localparam integer W_SUM       = $clog2(3 * N_LANES + 1);
    localparam integer N_LEVELS    = $clog2(N_LANES);
    localparam integer N_REGISTERS = LATENCY < N_LEVELS ? LATENCY : N_LEVELS;

    genvar i, k;
    generate
        for (i = 0; i <= N_LEVELS; i = i + 1) begin : g_level
            localparam integer N = (N_LANES + (1 << i) - 1) >> i;
            localparam integer W = 2 + i;
            wire [N*W-1:0] sums;
            wire [N*W-1:0] value;
            if (i == 0) begin : g_codes
                for (k = 0; k < N; k = k + 1) begin : g_code
                    assign sums[k*W +: W] = {in_hi[k] & cfg_weights[k], in_lo[k] & cfg_weights[k]};
                end
                assign value = sums;
            end else begin : g_sums
                localparam integer N_BELOW = (N_LANES + (1 << (i - 1)) - 1) >> (i - 1);
                for (k = 0; k < N; k = k + 1) begin : g_sum
                    if (2 * k + 1 < N_BELOW) begin : g_pair
                        assign sums[k*W +: W] = {1'b0, g_level[i-1].value[2*k*(W-1) +: W-1]}
                                                + {1'b0, g_level[i-1].value[(2*k+1)*(W-1) +: W-1]};
                    end else begin : g_single
                        assign sums[k*W +: W] = {1'b0, g_level[i-1].value[2*k*(W-1) +: W-1]};
                    end
                end
                if (i * N_REGISTERS / N_LEVELS > (i - 1) * N_REGISTERS / N_LEVELS) begin : g_register
                    ern_delay #(.W_DATA(N*W)) u_delay (.clk(clk), .in(sums), .out(value));
                end else begin : g_wire
                    assign value = sums;
                end
            end
        end
    endgenerate

    // The sum's width is exact: the tree's top bits beyond W_SUM are always zero.
    /* verilator lint_off UNUSED */
    wire [N_LEVELS+1:0] total = g_level[N_LEVELS].value;
    /* verilator lint_on UNUSED */
    ern_delay #(.W_DATA(W_SUM), .N_CYCLES(LATENCY - N_REGISTERS)) u_tail (
        .clk(clk), .in(total[W_SUM-1:0]), .out(out_sum));
endmodule

`default_nettype wire

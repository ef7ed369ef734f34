// SPDX-License-Identifier: Apache-2.0
// out = (in_a_on ? in_a : 0) + (in_c_on ? in_c : 0) + in_carry, W bits, no register.
// TARGET 1 is a carry chain of Lattice ECP5 that takes the two switches in: W + 1 LUT4 instead of 2 W + 2.
`default_nettype none

module ern_add #(
    parameter integer W      = 16,  // bits, >= 1
    /* verilator lint_off UNUSEDPARAM */  // by the plain one
    parameter integer TARGET = 0    // 0 plain, 1 ECP5; Verilator always takes the plain one, unless ERN_CELLS is defined
    /* verilator lint_on UNUSEDPARAM */
) (
    input  wire [W-1:0] in_a,
    input  wire         in_a_on,
    input  wire [W-1:0] in_c,
    input  wire         in_c_on,
    input  wire         in_carry,
    output wire [W-1:0] out
);
`ifdef VERILATOR
`ifndef ERN_CELLS
`define ERN_PLAIN_ADD
`endif
`endif
`ifdef ERN_PLAIN_ADD
    assign out = (in_a & {W{in_a_on}}) + (in_c & {W{in_c_on}}) + {{(W - 1){1'b0}}, in_carry};
`else
    genvar p;
    generate
        if (TARGET == 1) begin : g_ecp5
            localparam integer N_PAIRS = (W + 2) / 2;   // a separator that brings the carry, then the bits
            wire [2*N_PAIRS-1:0] a      = {{(2 * N_PAIRS - W - 1){1'b0}}, in_a, in_carry};
            wire [2*N_PAIRS-1:0] c      = {{(2 * N_PAIRS - W - 1){1'b0}}, in_c, 1'b0};
            wire [2*N_PAIRS-1:0] a_mask = {{(2 * N_PAIRS - 1){in_a_on}}, 1'b1};
            wire [2*N_PAIRS-1:0] sums;
            wire [N_PAIRS:0]     carry;
            assign carry[0] = 1'b0;
            for (p = 0; p < N_PAIRS; p = p + 1) begin : g_pair
                ern_ecp5_pair #(.STARTS(p == 0 ? 1 : 0), .SEPARATOR_0(p == 0 ? 1 : 0)) u_pair (
                    .carry_in(carry[p]), .in_a(a[2*p +: 2]), .in_a_mask(a_mask[2*p +: 2]), .in_c(c[2*p +: 2]),
                    .in_c_mask({2{in_c_on}}), .out(sums[2*p +: 2]), .carry_out(carry[p+1]));
            end
            assign out = sums[W:1];
        end else begin : g_plain
            assign out = (in_a & {W{in_a_on}}) + (in_c & {W{in_c_on}}) + {{(W - 1){1'b0}}, in_carry};
        end
    endgenerate
`endif
endmodule

`default_nettype wire

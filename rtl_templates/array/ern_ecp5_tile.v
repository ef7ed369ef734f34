// SPDX-License-Identifier: Apache-2.0
// One tile of an ECP5 dot unit: 16 lanes and a partial sum to the next partial sum, written by `ernforge compressor`.
//   out_sum(t) = in_partial(t - 1) + sum over l of (cfg_weights[l] ? in_lo[l] + 2 * in_hi[l] : 0)(t - 3)
// 52 positions in 2 carry chains, 38 of them before the partial sum's adder; 40 registers.
`default_nettype none

module ern_ecp5_tile (
    input  wire        clk,
    input  wire [15:0] in_lo,
    input  wire [15:0] in_hi,
    input  wire [15:0] cfg_weights,
    input  wire [10:0] in_partial,   // in time for the last register
    output reg  [10:0] out_sum
);
    wire [10:0] sum;
    wire [37:0] made;  // results of the levels
    reg  [28:0] kept;

    always @(posedge clk) begin
        out_sum <= sum;
        kept[0] <= made[0];
        kept[1] <= made[5];
        kept[2] <= made[8];
        kept[3] <= made[11];
        kept[4] <= made[16];
        kept[5] <= in_lo[15] & cfg_weights[15];
        kept[6] <= made[1];
        kept[7] <= made[3];
        kept[8] <= made[6];
        kept[9] <= made[9];
        kept[10] <= made[12];
        kept[11] <= made[14];
        kept[12] <= made[17];
        kept[13] <= made[2];
        kept[14] <= made[4];
        kept[15] <= made[7];
        kept[16] <= made[10];
        kept[17] <= made[13];
        kept[18] <= made[15];
        kept[19] <= made[18];
        kept[20] <= made[19];
        kept[21] <= made[26];
        kept[22] <= made[30];
        kept[23] <= made[31];
        kept[24] <= made[28];
        kept[25] <= kept[19];
        kept[26] <= made[32];
        kept[27] <= made[29];
        kept[28] <= made[33];
    end

    /* verilator lint_off UNUSED */
    wire [17:0] carry0;
    wire [35:0] unused0;
    /* verilator lint_on UNUSED */
    ern_ecp5_pair #(.STARTS(1), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair0_0 (
        .carry_in(1'b0), .in_a({in_lo[1], in_lo[0]}), .in_a_mask({cfg_weights[1], cfg_weights[0]}), .in_c({in_lo[2], 1'b0}), .in_c_mask({cfg_weights[2], 1'b1}),
        .out({made[0], unused0[0]}), .carry_out(carry0[0]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair0_1 (
        .carry_in(carry0[0]), .in_a({in_hi[2], in_hi[0]}), .in_a_mask({cfg_weights[2], cfg_weights[0]}), .in_c({1'b0, in_hi[1]}), .in_c_mask({1'b1, cfg_weights[1]}),
        .out({made[2], made[1]}), .carry_out(carry0[1]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair0_2 (
        .carry_in(carry0[1]), .in_a({in_lo[3], in_hi[3]}), .in_a_mask({cfg_weights[3], cfg_weights[3]}), .in_c({1'b0, in_hi[4]}), .in_c_mask({1'b1, cfg_weights[4]}),
        .out({made[4], made[3]}), .carry_out(carry0[2]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair0_3 (
        .carry_in(carry0[2]), .in_a({in_hi[5], in_lo[4]}), .in_a_mask({cfg_weights[5], cfg_weights[4]}), .in_c({in_hi[6], in_lo[5]}), .in_c_mask({cfg_weights[6], cfg_weights[5]}),
        .out({made[6], made[5]}), .carry_out(carry0[3]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair0_4 (
        .carry_in(carry0[3]), .in_a({in_lo[7], in_lo[6]}), .in_a_mask({cfg_weights[7], cfg_weights[6]}), .in_c({in_lo[8], 1'b0}), .in_c_mask({cfg_weights[8], 1'b1}),
        .out({made[8], made[7]}), .carry_out(carry0[4]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair0_5 (
        .carry_in(carry0[4]), .in_a({in_lo[9], in_hi[7]}), .in_a_mask({cfg_weights[9], cfg_weights[7]}), .in_c({1'b0, in_hi[8]}), .in_c_mask({1'b1, cfg_weights[8]}),
        .out({made[10], made[9]}), .carry_out(carry0[5]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair0_6 (
        .carry_in(carry0[5]), .in_a({in_hi[9], in_lo[10]}), .in_a_mask({cfg_weights[9], cfg_weights[10]}), .in_c({in_hi[10], in_lo[11]}), .in_c_mask({cfg_weights[10], cfg_weights[11]}),
        .out({made[12], made[11]}), .carry_out(carry0[6]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair0_7 (
        .carry_in(carry0[6]), .in_a({in_hi[12], in_hi[11]}), .in_a_mask({cfg_weights[12], cfg_weights[11]}), .in_c({in_hi[13], 1'b0}), .in_c_mask({cfg_weights[13], 1'b1}),
        .out({made[14], made[13]}), .carry_out(carry0[7]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair0_8 (
        .carry_in(carry0[7]), .in_a({in_lo[13], in_lo[12]}), .in_a_mask({cfg_weights[13], cfg_weights[12]}), .in_c({in_lo[14], 1'b0}), .in_c_mask({cfg_weights[14], 1'b1}),
        .out({made[16], made[15]}), .carry_out(carry0[8]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair0_9 (
        .carry_in(carry0[8]), .in_a({kept[0], in_hi[14]}), .in_a_mask({1'b1, cfg_weights[14]}), .in_c({1'b0, in_hi[15]}), .in_c_mask({1'b1, cfg_weights[15]}),
        .out({made[18], made[17]}), .carry_out(carry0[9]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair0_10 (
        .carry_in(carry0[9]), .in_a({kept[6], kept[1]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[7], kept[2]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[20], made[19]}), .carry_out(carry0[10]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair0_11 (
        .carry_in(carry0[10]), .in_a({kept[8], kept[13]}), .in_a_mask({1'b1, 1'b1}), .in_c({1'b0, kept[14]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[22], made[21]}), .carry_out(carry0[11]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair0_12 (
        .carry_in(carry0[11]), .in_a({kept[15], kept[9]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[16], kept[10]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[24], made[23]}), .carry_out(carry0[12]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair0_13 (
        .carry_in(carry0[12]), .in_a({kept[4], kept[3]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[5], 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({made[26], made[25]}), .carry_out(carry0[13]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair0_14 (
        .carry_in(carry0[13]), .in_a({kept[17], kept[11]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[18], kept[12]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[28], made[27]}), .carry_out(carry0[14]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair0_15 (
        .carry_in(carry0[14]), .in_a({kept[24], kept[23]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[25], 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({made[34], made[29]}), .carry_out(carry0[15]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair0_16 (
        .carry_in(carry0[15]), .in_a({kept[28], kept[26]}), .in_a_mask({1'b1, 1'b1}), .in_c({1'b0, kept[27]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[36], made[35]}), .carry_out(carry0[16]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(1)) u_pair0_17 (
        .carry_in(carry0[16]), .in_a({1'b0, 1'b0}), .in_a_mask({1'b1, 1'b1}), .in_c({1'b0, 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({unused0[35], made[37]}), .carry_out(carry0[17]));

    /* verilator lint_off UNUSED */
    wire [7:0] carry1;
    wire [15:0] unused1;
    /* verilator lint_on UNUSED */
    ern_ecp5_pair #(.STARTS(1), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair1_0 (
        .carry_in(1'b0), .in_a({made[23], made[20]}), .in_a_mask({1'b1, 1'b1}), .in_c({made[27], 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({made[30], unused1[0]}), .carry_out(carry1[0]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_1 (
        .carry_in(carry1[0]), .in_a({made[22], made[21]}), .in_a_mask({1'b1, 1'b1}), .in_c({made[25], made[24]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[32], made[31]}), .carry_out(carry1[1]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair1_2 (
        .carry_in(carry1[1]), .in_a({kept[21], kept[20]}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[0], 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[0], made[33]}), .carry_out(carry1[2]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_3 (
        .carry_in(carry1[2]), .in_a({made[34], kept[22]}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[2], in_partial[1]}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[2], sum[1]}), .carry_out(carry1[3]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_4 (
        .carry_in(carry1[3]), .in_a({made[36], made[35]}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[4], in_partial[3]}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[4], sum[3]}), .carry_out(carry1[4]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_5 (
        .carry_in(carry1[4]), .in_a({1'b0, made[37]}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[6], in_partial[5]}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[6], sum[5]}), .carry_out(carry1[5]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_6 (
        .carry_in(carry1[5]), .in_a({1'b0, 1'b0}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[8], in_partial[7]}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[8], sum[7]}), .carry_out(carry1[6]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_7 (
        .carry_in(carry1[6]), .in_a({1'b0, 1'b0}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[10], in_partial[9]}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[10], sum[9]}), .carry_out(carry1[7]));
endmodule

`default_nettype wire

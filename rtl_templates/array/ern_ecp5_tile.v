// SPDX-License-Identifier: Apache-2.0
// One tile of an ECP5 dot unit: 32 lanes and a partial sum to the next partial sum, written by `ernforge compressor`.
//   out_sum(t) = in_partial(t - 1) + sum over l of (cfg_weights[l] ? in_lo[l] + 2 * in_hi[l] : 0)(t - 3)
// 98 positions in 4 carry chains, 82 of them before the partial sum's adder; 62 registers.
`default_nettype none

module ern_ecp5_tile (
    input  wire        clk,
    input  wire [31:0] in_lo,
    input  wire [31:0] in_hi,
    input  wire [31:0] cfg_weights,
    input  wire [10:0] in_partial,   // in time for the last register
    output reg  [10:0] out_sum
);
    wire [10:0] sum;
    wire [81:0] made;  // results of the levels
    reg  [50:0] kept;

    always @(posedge clk) begin
        out_sum <= sum;
        kept[0] <= made[0];
        kept[1] <= made[5];
        kept[2] <= made[8];
        kept[3] <= made[11];
        kept[4] <= made[16];
        kept[5] <= made[19];
        kept[6] <= made[24];
        kept[7] <= made[27];
        kept[8] <= made[30];
        kept[9] <= made[35];
        kept[10] <= in_lo[30] & cfg_weights[30];
        kept[11] <= in_lo[31] & cfg_weights[31];
        kept[12] <= made[1];
        kept[13] <= made[3];
        kept[14] <= made[6];
        kept[15] <= made[9];
        kept[16] <= made[12];
        kept[17] <= made[14];
        kept[18] <= made[17];
        kept[19] <= made[20];
        kept[20] <= made[22];
        kept[21] <= made[25];
        kept[22] <= made[28];
        kept[23] <= made[31];
        kept[24] <= made[33];
        kept[25] <= made[36];
        kept[26] <= made[2];
        kept[27] <= made[4];
        kept[28] <= made[7];
        kept[29] <= made[10];
        kept[30] <= made[13];
        kept[31] <= made[15];
        kept[32] <= made[18];
        kept[33] <= made[21];
        kept[34] <= made[23];
        kept[35] <= made[26];
        kept[36] <= made[29];
        kept[37] <= made[32];
        kept[38] <= made[34];
        kept[39] <= made[37];
        kept[40] <= made[60];
        kept[41] <= made[56];
        kept[42] <= made[72];
        kept[43] <= made[73];
        kept[44] <= made[69];
        kept[45] <= kept[39];
        kept[46] <= made[74];
        kept[47] <= made[70];
        kept[48] <= made[75];
        kept[49] <= made[71];
        kept[50] <= made[76];
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
        .carry_in(carry0[8]), .in_a({in_lo[15], in_hi[14]}), .in_a_mask({cfg_weights[15], cfg_weights[14]}), .in_c({1'b0, in_hi[15]}), .in_c_mask({1'b1, cfg_weights[15]}),
        .out({made[18], made[17]}), .carry_out(carry0[9]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair0_10 (
        .carry_in(carry0[9]), .in_a({in_hi[16], in_lo[16]}), .in_a_mask({cfg_weights[16], cfg_weights[16]}), .in_c({in_hi[17], in_lo[17]}), .in_c_mask({cfg_weights[17], cfg_weights[17]}),
        .out({made[20], made[19]}), .carry_out(carry0[10]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair0_11 (
        .carry_in(carry0[10]), .in_a({in_hi[19], in_hi[18]}), .in_a_mask({cfg_weights[19], cfg_weights[18]}), .in_c({in_hi[20], 1'b0}), .in_c_mask({cfg_weights[20], 1'b1}),
        .out({made[22], made[21]}), .carry_out(carry0[11]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair0_12 (
        .carry_in(carry0[11]), .in_a({in_lo[19], in_lo[18]}), .in_a_mask({cfg_weights[19], cfg_weights[18]}), .in_c({in_lo[20], 1'b0}), .in_c_mask({cfg_weights[20], 1'b1}),
        .out({made[24], made[23]}), .carry_out(carry0[12]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair0_13 (
        .carry_in(carry0[12]), .in_a({in_lo[21], in_hi[21]}), .in_a_mask({cfg_weights[21], cfg_weights[21]}), .in_c({1'b0, in_hi[22]}), .in_c_mask({1'b1, cfg_weights[22]}),
        .out({made[26], made[25]}), .carry_out(carry0[13]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair0_14 (
        .carry_in(carry0[13]), .in_a({in_hi[23], in_lo[22]}), .in_a_mask({cfg_weights[23], cfg_weights[22]}), .in_c({in_hi[24], in_lo[23]}), .in_c_mask({cfg_weights[24], cfg_weights[23]}),
        .out({made[28], made[27]}), .carry_out(carry0[14]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair0_15 (
        .carry_in(carry0[14]), .in_a({in_lo[25], in_lo[24]}), .in_a_mask({cfg_weights[25], cfg_weights[24]}), .in_c({in_lo[26], 1'b0}), .in_c_mask({cfg_weights[26], 1'b1}),
        .out({made[30], made[29]}), .carry_out(carry0[15]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair0_16 (
        .carry_in(carry0[15]), .in_a({in_hi[27], in_hi[25]}), .in_a_mask({cfg_weights[27], cfg_weights[25]}), .in_c({1'b0, in_hi[26]}), .in_c_mask({1'b1, cfg_weights[26]}),
        .out({made[32], made[31]}), .carry_out(carry0[16]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair0_17 (
        .carry_in(carry0[16]), .in_a({1'b0, in_hi[28]}), .in_a_mask({1'b1, cfg_weights[28]}), .in_c({1'b0, in_hi[29]}), .in_c_mask({1'b1, cfg_weights[29]}),
        .out({made[34], made[33]}), .carry_out(carry0[17]));

    /* verilator lint_off UNUSED */
    wire [15:0] carry1;
    wire [31:0] unused1;
    /* verilator lint_on UNUSED */
    ern_ecp5_pair #(.STARTS(1), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair1_0 (
        .carry_in(1'b0), .in_a({in_lo[28], in_lo[27]}), .in_a_mask({cfg_weights[28], cfg_weights[27]}), .in_c({in_lo[29], 1'b0}), .in_c_mask({cfg_weights[29], 1'b1}),
        .out({made[35], unused1[0]}), .carry_out(carry1[0]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair1_1 (
        .carry_in(carry1[0]), .in_a({kept[0], in_hi[30]}), .in_a_mask({1'b1, cfg_weights[30]}), .in_c({1'b0, in_hi[31]}), .in_c_mask({1'b1, cfg_weights[31]}),
        .out({made[37], made[36]}), .carry_out(carry1[1]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_2 (
        .carry_in(carry1[1]), .in_a({kept[12], kept[1]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[13], kept[2]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[39], made[38]}), .carry_out(carry1[2]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair1_3 (
        .carry_in(carry1[2]), .in_a({kept[14], kept[26]}), .in_a_mask({1'b1, 1'b1}), .in_c({1'b0, kept[27]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[41], made[40]}), .carry_out(carry1[3]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_4 (
        .carry_in(carry1[3]), .in_a({kept[28], kept[15]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[29], kept[16]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[43], made[42]}), .carry_out(carry1[4]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair1_5 (
        .carry_in(carry1[4]), .in_a({kept[4], kept[3]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[5], 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({made[45], made[44]}), .carry_out(carry1[5]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_6 (
        .carry_in(carry1[5]), .in_a({kept[30], kept[17]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[31], kept[18]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[47], made[46]}), .carry_out(carry1[6]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair1_7 (
        .carry_in(carry1[6]), .in_a({kept[7], kept[6]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[8], 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({made[49], made[48]}), .carry_out(carry1[7]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_8 (
        .carry_in(carry1[7]), .in_a({kept[32], kept[19]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[33], kept[20]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[51], made[50]}), .carry_out(carry1[8]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair1_9 (
        .carry_in(carry1[8]), .in_a({kept[22], kept[21]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[23], 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({made[53], made[52]}), .carry_out(carry1[9]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair1_10 (
        .carry_in(carry1[9]), .in_a({kept[9], kept[34]}), .in_a_mask({1'b1, 1'b1}), .in_c({1'b0, kept[35]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[55], made[54]}), .carry_out(carry1[10]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_11 (
        .carry_in(carry1[10]), .in_a({kept[24], kept[10]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[25], kept[11]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[57], made[56]}), .carry_out(carry1[11]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair1_12 (
        .carry_in(carry1[11]), .in_a({kept[43], kept[36]}), .in_a_mask({1'b1, 1'b1}), .in_c({1'b0, kept[37]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[59], made[58]}), .carry_out(carry1[12]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_13 (
        .carry_in(carry1[12]), .in_a({kept[46], kept[44]}), .in_a_mask({1'b1, 1'b1}), .in_c({kept[47], kept[45]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[78], made[77]}), .carry_out(carry1[13]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair1_14 (
        .carry_in(carry1[13]), .in_a({kept[50], kept[48]}), .in_a_mask({1'b1, 1'b1}), .in_c({1'b0, kept[49]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[80], made[79]}), .carry_out(carry1[14]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(1)) u_pair1_15 (
        .carry_in(carry1[14]), .in_a({1'b0, 1'b0}), .in_a_mask({1'b1, 1'b1}), .in_c({1'b0, 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({unused1[31], made[81]}), .carry_out(carry1[15]));

    /* verilator lint_off UNUSED */
    wire [11:0] carry2;
    wire [23:0] unused2;
    /* verilator lint_on UNUSED */
    ern_ecp5_pair #(.STARTS(1), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair2_0 (
        .carry_in(1'b0), .in_a({made[45], made[38]}), .in_a_mask({1'b1, 1'b1}), .in_c({made[49], 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({made[60], unused2[0]}), .carry_out(carry2[0]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair2_1 (
        .carry_in(carry2[0]), .in_a({made[40], made[39]}), .in_a_mask({1'b1, 1'b1}), .in_c({made[43], made[42]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[62], made[61]}), .carry_out(carry2[1]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair2_2 (
        .carry_in(carry2[1]), .in_a({made[46], made[41]}), .in_a_mask({1'b1, 1'b1}), .in_c({1'b0, made[44]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[64], made[63]}), .carry_out(carry2[2]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair2_3 (
        .carry_in(carry2[2]), .in_a({made[47], made[50]}), .in_a_mask({1'b1, 1'b1}), .in_c({made[51], made[53]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[66], made[65]}), .carry_out(carry2[3]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair2_4 (
        .carry_in(carry2[3]), .in_a({made[54], made[48]}), .in_a_mask({1'b1, 1'b1}), .in_c({1'b0, made[52]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[68], made[67]}), .carry_out(carry2[4]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair2_5 (
        .carry_in(carry2[4]), .in_a({made[55], made[58]}), .in_a_mask({1'b1, 1'b1}), .in_c({made[59], kept[38]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[70], made[69]}), .carry_out(carry2[5]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair2_6 (
        .carry_in(carry2[5]), .in_a({kept[41], kept[40]}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[0], 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[0], made[71]}), .carry_out(carry2[6]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair2_7 (
        .carry_in(carry2[6]), .in_a({made[77], kept[42]}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[2], in_partial[1]}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[2], sum[1]}), .carry_out(carry2[7]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair2_8 (
        .carry_in(carry2[7]), .in_a({made[79], made[78]}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[4], in_partial[3]}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[4], sum[3]}), .carry_out(carry2[8]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair2_9 (
        .carry_in(carry2[8]), .in_a({made[81], made[80]}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[6], in_partial[5]}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[6], sum[5]}), .carry_out(carry2[9]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair2_10 (
        .carry_in(carry2[9]), .in_a({1'b0, 1'b0}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[8], in_partial[7]}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[8], sum[7]}), .carry_out(carry2[10]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair2_11 (
        .carry_in(carry2[10]), .in_a({1'b0, 1'b0}), .in_a_mask({1'b1, 1'b1}), .in_c({in_partial[10], in_partial[9]}), .in_c_mask({1'b1, 1'b1}),
        .out({sum[10], sum[9]}), .carry_out(carry2[11]));

    /* verilator lint_off UNUSED */
    wire [2:0] carry3;
    wire [5:0] unused3;
    /* verilator lint_on UNUSED */
    ern_ecp5_pair #(.STARTS(1), .SEPARATOR_0(1), .SEPARATOR_1(0)) u_pair3_0 (
        .carry_in(1'b0), .in_a({made[65], made[61]}), .in_a_mask({1'b1, 1'b1}), .in_c({made[57], 1'b0}), .in_c_mask({1'b1, 1'b1}),
        .out({made[72], unused3[0]}), .carry_out(carry3[0]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(0)) u_pair3_1 (
        .carry_in(carry3[0]), .in_a({made[63], made[62]}), .in_a_mask({1'b1, 1'b1}), .in_c({made[67], made[66]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[74], made[73]}), .carry_out(carry3[1]));
    ern_ecp5_pair #(.STARTS(0), .SEPARATOR_0(0), .SEPARATOR_1(1)) u_pair3_2 (
        .carry_in(carry3[1]), .in_a({1'b0, made[64]}), .in_a_mask({1'b1, 1'b1}), .in_c({1'b0, made[68]}), .in_c_mask({1'b1, 1'b1}),
        .out({made[76], made[75]}), .carry_out(carry3[2]));
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// One level of the ECP5 dot unit, and by recursion all levels above it: the sum of bits of different binary weight,
//   out_sum(t + registers) = sum over i of (in_bits[i](t) & in_masks[i](t)) << column(i),   modulo 2^W_SUM
// The bits stand column by column: first HEIGHTS[0] bits of weight 1, then HEIGHTS[1] bits of weight 2, and so on.
//
// A level packs fields of adders into carry chains (see ern_ecp5_pair). A field that starts in column c and is k columns
// long takes 3 bits of column c (one of them as carry in) and up to 2 of each of the columns c+1 .. c+k-1; it gives one
// bit to each of the columns c .. c+k, for k + 1 positions. make_plan chooses the fields: always start in the column of
// which the smallest part has been taken (so that fields and their results keep the order of the lanes, which keeps
// wires short), go up as long as there are bits. Where a column is higher than 5 a start needs 3 bits, else 2. The
// bits left go to the next level as they are. Heights halve from level to level: $clog2(height) levels end with one bit
// a column (checked for two columns of up to 400).
`default_nettype none

module ern_ecp5_level #(
    parameter integer                W_SUM       = 6,   // columns, 2..14
    parameter integer                N_BITS      = 32,  // sum of HEIGHTS, <= 1000
    parameter         [W_SUM*10-1:0] HEIGHTS     = 60'd16 + (60'd16 << 10),  // 10 bits a column
    parameter integer                N_LEVELS    = 4,   // this one and those above; 0 ends the recursion
    parameter         [15:0]         REGISTERS   = 16'hffff,  // bit i: registers after the level i above this one
    parameter integer                N_POSITIONS = 32   // the most positions of a chain, >= W_SUM + 2, even
) (
    input  wire              clk,
    input  wire [N_BITS-1:0] in_bits,
    input  wire [N_BITS-1:0] in_masks,
    output wire [W_SUM-1:0]  out_sum
);
    // The plan: per position {destination column, index in it, source c, source a, starts, separator}; sources
    // count in_bits, N_BITS is a constant zero; destination column 15: none. Then the number of positions, and per
    // column the number of results and of bits left.
    localparam integer N_MOST   = 2 * N_BITS + 4;
    localparam integer W_ENTRY  = 36;
    localparam integer AT_COUNT = N_MOST * W_ENTRY;
    localparam integer AT_MADE  = AT_COUNT + 16;
    localparam integer AT_LEFT  = AT_MADE + W_SUM * 10;
    localparam integer W_PLAN   = AT_LEFT + W_SUM * 10;
    localparam [9:0]   ZERO     = N_BITS[9:0];
    localparam [3:0]   NOWHERE  = 4'd15;

    /* verilator lint_off VARHIDDEN */  // functions of a recursive module: Verilator says that they hide themselves
    // Bits below column c of a list of heights.
    function automatic integer below(input [W_SUM*10-1:0] heights, input integer c);
        integer i;
        begin
            below = 0;
            for (i = 0; i < c; i = i + 1) below = below + {22'd0, heights[i*10 +: 10]};
        end
    endfunction

    function automatic [W_PLAN-1:0] make_plan(input [W_SUM*10-1:0] heights);
        reg     [W_SUM*10-1:0] taken, made, base;
        integer c, start, length, highest, position, in_chain, carry, more;
        reg     [9:0]          a, b, least;
        reg     [19:0]         start_taken, start_all;
        reg                    first;
        begin
            /* verilator lint_off WIDTHCONCAT */
            make_plan = {W_PLAN{1'b0}};
            /* verilator lint_on WIDTHCONCAT */
            taken     = {(W_SUM * 10){1'b0}};
            made      = {(W_SUM * 10){1'b0}};
            base      = {(W_SUM * 10){1'b0}};
            highest   = 0;
            for (c = 0; c < W_SUM; c = c + 1) begin
                if ({22'd0, heights[c*10 +: 10]} > highest) highest = {22'd0, heights[c*10 +: 10]};
                if (c > 0) base[c*10 +: 10] = base[(c-1)*10 +: 10] + heights[(c-1)*10 +: 10];
            end
            least    = highest > 5 ? 10'd3 : 10'd2;
            position = 0;
            in_chain = 0;
            carry    = 15;  // column of the carry of the field below, 15: none
            more     = 1;
            while (more == 1) begin
                start       = -1;
                start_taken = 20'd1;  // start_taken / start_all: the part of it that is taken, infinite so far
                start_all   = 20'd0;
                for (c = W_SUM - 1; c >= 0; c = c - 1) begin
                    if (heights[c*10 +: 10] >= taken[c*10 +: 10] + least
                        && {10'd0, taken[c*10 +: 10]} * start_all <= start_taken * {10'd0, heights[c*10 +: 10]}) begin
                        start       = c;
                        start_taken = {10'd0, taken[c*10 +: 10]};
                        start_all   = {10'd0, heights[c*10 +: 10]};
                    end
                end
                length = 0;
                if (start >= 0) begin
                    length = 1;
                    for (c = start + 1; c < W_SUM; c = c + 1) begin
                        if (c == start + length && heights[c*10 +: 10] > taken[c*10 +: 10]) length = length + 1;
                    end
                end
                // end the chain: after the last field, or where the next does not fit
                if (in_chain > 0 && (start < 0 || in_chain + length + 2 > N_POSITIONS)) begin
                    if (carry < 15) begin
                        make_plan[position*W_ENTRY +: W_ENTRY] = {carry[3:0], made[carry*10 +: 10], ZERO, ZERO, 2'b01};
                        made[carry*10 +: 10] = made[carry*10 +: 10] + 10'd1;
                        position = position + 1;
                    end
                    if (position % 2 == 1) begin
                        make_plan[position*W_ENTRY +: W_ENTRY] = {NOWHERE, 10'd0, ZERO, ZERO, 2'b01};
                        position = position + 1;
                    end
                    in_chain = 0;
                    carry    = 15;
                end
                if (start < 0) more = 0;
                else begin
                    first = in_chain == 0;
                    a     = ZERO;
                    if (heights[start*10 +: 10] >= taken[start*10 +: 10] + 10'd3) begin
                        a = base[start*10 +: 10] + taken[start*10 +: 10];
                        taken[start*10 +: 10] = taken[start*10 +: 10] + 10'd1;
                    end
                    make_plan[position*W_ENTRY +: W_ENTRY] =
                        {carry[3:0], carry < 15 ? made[(carry%W_SUM)*10 +: 10] : 10'd0, ZERO, a, first, 1'b1};
                    if (carry < 15) made[carry*10 +: 10] = made[carry*10 +: 10] + 10'd1;
                    position = position + 1;
                    for (c = start; c < start + length; c = c + 1) begin
                        a = base[c*10 +: 10] + taken[c*10 +: 10];
                        b = ZERO;
                        taken[c*10 +: 10] = taken[c*10 +: 10] + 10'd1;
                        if (heights[c*10 +: 10] > taken[c*10 +: 10]) begin
                            b = a + 10'd1;
                            taken[c*10 +: 10] = taken[c*10 +: 10] + 10'd1;
                        end
                        make_plan[position*W_ENTRY +: W_ENTRY] = {c[3:0], made[c*10 +: 10], b, a, 2'b00};
                        made[c*10 +: 10] = made[c*10 +: 10] + 10'd1;
                        position = position + 1;
                    end
                    in_chain = in_chain + length + 1;
                    carry    = start + length < W_SUM ? start + length : 15;
                end
            end
            make_plan[AT_COUNT +: 16] = position[15:0];
            make_plan[AT_MADE +: W_SUM*10] = made;
            for (c = 0; c < W_SUM; c = c + 1) begin
                make_plan[AT_LEFT + c*10 +: 10] = heights[c*10 +: 10] - taken[c*10 +: 10];
            end
        end
    endfunction
    /* verilator lint_on VARHIDDEN */

    generate
        if (N_LEVELS == 0) begin : g_done
            wire unused_clk = clk;
            genvar c;
            for (c = 0; c < W_SUM; c = c + 1) begin : g_column
                localparam integer AT = below(HEIGHTS, c);
                if (HEIGHTS[c*10 +: 10] == 0) begin : g_empty
                    assign out_sum[c] = 1'b0;
                end else begin : g_bit
                    assign out_sum[c] = in_bits[AT] & in_masks[AT];
                end
                if (HEIGHTS[c*10 +: 10] > 1) begin : g_bad_levels
                    ERROR_N_LEVELS_is_too_small_for_these_HEIGHTS u_error ();
                end
            end
        end else begin : g_level
            localparam [W_PLAN-1:0]     PLAN  = make_plan(HEIGHTS);
            localparam integer          COUNT = {16'd0, PLAN[AT_COUNT +: 16]};
            localparam [W_SUM*10-1:0]   MADE  = PLAN[AT_MADE +: W_SUM*10];
            localparam [W_SUM*10-1:0]   LEFT  = PLAN[AT_LEFT +: W_SUM*10];
            localparam [W_SUM*10-1:0]   NEXT  = MADE + LEFT;  // no column overflows
            localparam integer          N_NEXT = below(NEXT, W_SUM);

            /* verilator lint_off UNUSED */  // in levels that only pass their bits on
            wire [N_BITS:0]    bits  = {1'b0, in_bits};
            wire [N_BITS:0]    masks = {1'b1, in_masks};
            /* verilator lint_on UNUSED */
            wire [N_NEXT-1:0]  next_bits, next_masks;
            genvar p, c, i;
            for (p = 0; p < COUNT; p = p + 2) begin : g_pair
                localparam [W_ENTRY-1:0] E0 = PLAN[p*W_ENTRY +: W_ENTRY];
                localparam [W_ENTRY-1:0] E1 = PLAN[(p+1)*W_ENTRY +: W_ENTRY];
                localparam integer       STARTS = {31'd0, E0[1]};
                localparam integer       A0 = {22'd0, E0[2 +: 10]}, C0 = {22'd0, E0[12 +: 10]};
                localparam integer       A1 = {22'd0, E1[2 +: 10]}, C1 = {22'd0, E1[12 +: 10]};
                /* verilator lint_off UNUSED */  // not every position has a result, nor every pair one above
                wire [1:0] sums;
                wire       carry, carry_out;
                /* verilator lint_on UNUSED */
                if (STARTS == 1) begin : g_bottom
                    assign carry = 1'b0;
                end else begin : g_inner
                    assign carry = g_pair[p-2].carry_out;
                end
                ern_ecp5_pair #(
                    .STARTS(STARTS), .SEPARATOR_0({31'd0, E0[0]}), .SEPARATOR_1({31'd0, E1[0]})
                ) u_pair (
                    .carry_in(carry), .in_a({bits[A1], bits[A0]}), .in_a_mask({masks[A1], masks[A0]}),
                    .in_c({bits[C1], bits[C0]}), .in_c_mask({masks[C1], masks[C0]}), .out(sums), .carry_out(carry_out));
                if (E0[W_ENTRY-1 -: 4] != NOWHERE) begin : g_0
                    localparam integer AT = below(NEXT, {28'd0, E0[W_ENTRY-1 -: 4]}) + {22'd0, E0[22 +: 10]};
                    assign next_bits[AT]  = sums[0];
                    assign next_masks[AT] = 1'b1;
                end
                if (E1[W_ENTRY-1 -: 4] != NOWHERE) begin : g_1
                    localparam integer AT = below(NEXT, {28'd0, E1[W_ENTRY-1 -: 4]}) + {22'd0, E1[22 +: 10]};
                    assign next_bits[AT]  = sums[1];
                    assign next_masks[AT] = 1'b1;
                end
            end
            for (c = 0; c < W_SUM; c = c + 1) begin : g_column
                localparam integer N_LEFT = {22'd0, LEFT[c*10 +: 10]};
                localparam integer FROM   = below(HEIGHTS, c + 1) - N_LEFT;
                localparam integer TO     = below(NEXT, c + 1) - N_LEFT;
                for (i = 0; i < N_LEFT; i = i + 1) begin : g_left
                    assign next_bits[TO+i]  = in_bits[FROM+i];
                    assign next_masks[TO+i] = in_masks[FROM+i];
                end
            end

            wire [N_NEXT-1:0] above_bits, above_masks;
            if (REGISTERS[0]) begin : g_register
                ern_delay #(.W_DATA(N_NEXT)) u_delay (.clk(clk), .in(next_bits & next_masks), .out(above_bits));
                assign above_masks = {N_NEXT{1'b1}};
            end else begin : g_wire
                assign above_bits  = next_bits;
                assign above_masks = next_masks;
            end
            ern_ecp5_level #(
                .W_SUM(W_SUM), .N_BITS(N_NEXT), .HEIGHTS(NEXT), .N_LEVELS(N_LEVELS - 1),
                .REGISTERS({1'b0, REGISTERS[15:1]}), .N_POSITIONS(N_POSITIONS)
            ) u_above (.clk(clk), .in_bits(above_bits), .in_masks(above_masks), .out_sum(out_sum));
        end
    endgenerate
endmodule

`default_nettype wire

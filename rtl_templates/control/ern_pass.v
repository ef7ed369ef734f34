// SPDX-License-Identifier: Apache-2.0
// The passes of one descriptor, in order:
//   for block in blocks, for ky in row_groups, for g in tap_groups, for c in channel_groups
// A row group is N_TAP_ROWS kernel rows, a tap group N_TAPS / N_TAP_ROWS neighbouring taps of each.
// The fields out_* hold the start of the pass that comes next; `take` moves on, and the next pass stands there one
// cycle later. `valid` falls after the last one. All words are kept by adding and wrapping.
`default_nettype none
`include "ern_descriptor.vh"

module ern_pass #(
    parameter integer N_TAPS     = 3,
    parameter integer N_CHANNELS = 32,
    parameter integer N_OUTPUTS  = 16,
    parameter integer W_WORD     = 10,  // word numbers up to one behind the activation memory
    parameter integer W_SUM      = 9,   // partial-sum address
    parameter integer W_SUB      = 1,
    parameter integer W_TAP      = 3,   // $clog2(2 * N_TAPS)
    parameter integer N_TAP_ROWS = 1    // divides N_TAPS
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   go,
    /* verilator lint_off UNUSED */  // a descriptor has fields for other units
    input  wire [`ERN_D_BITS-1:0] d,             // stable from the cycle after go until valid falls
    /* verilator lint_on UNUSED */
    input  wire                   take,
    output wire                   valid,
    output wire                   out_first,     // first pass of its block
    output wire                   out_last,      // last pass of its block
    output wire [W_WORD-1:0]      out_word,      // word of the first row, channel block included
    output wire [W_TAP-1:0]       out_block,     // channel block + N_COLUMNS * out_row, mod N_TAPS
    output wire signed [15:0]     out_row,       // input row of the first window's first tap
    output wire signed [15:0]     out_column,    // input column of its first tap
    output wire [W_WORD-1:0]      out_quotient,  // floor(out_column / N_TAPS), two's complement
    output wire [W_TAP-1:0]       out_remainder, // out_column mod N_TAPS
    output wire [W_TAP-1:0]       out_taps,      // valid taps of a row (wide: of all)
    output wire [W_TAP-1:0]       out_rows,      // valid rows of taps
    output wire [W_SUM-1:0]       out_sum_base,
    output wire [W_SUB-1:0]       out_sub        // part of the channel block that a pooling output reads
);
    localparam integer N_SUB = N_CHANNELS > N_OUTPUTS ? N_CHANNELS / N_OUTPUTS : 1;
    localparam integer N_COLUMNS = N_TAPS / N_TAP_ROWS;   // taps of a row
    localparam integer W_FIELD   = W_TAP < 4 ? W_TAP : 4;
    localparam [W_TAP-1:0] TAPS      = N_TAPS[W_TAP-1:0];
    localparam [W_TAP-1:0] COLUMNS   = N_COLUMNS[W_TAP-1:0];
    localparam [W_TAP-1:0] TAP_ROWS  = N_TAP_ROWS[W_TAP-1:0];
`include "ern_turn.vh"

    wire              wide       = d[`ERN_D_WIDE];
    wire              depthwise  = d[`ERN_D_DEPTHWISE];
    wire [W_WORD-1:0] block_step = d[`ERN_D_IN_BLOCK_STEP +: W_WORD];
    wire [W_WORD-1:0] in_row     = d[`ERN_D_IN_ROW +: W_WORD];
    wire [W_WORD-1:0] in_end     = d[`ERN_D_IN_END +: W_WORD];
    wire [W_WORD-1:0] in_ring    = d[`ERN_D_IN_RING +: W_WORD];
    wire [W_WORD-1:0] quotient_0 = {{(W_WORD - 8){d[`ERN_D_START_QUOTIENT + 7]}}, d[`ERN_D_START_QUOTIENT +: 8]};

    reg               loaded, active;
    reg [11:0]        block, group;
    reg [3:0]         ky, taps;                  // row group, tap group
    reg [W_WORD-1:0]  row_word, block_word, quotient;
    reg [W_TAP-1:0]   block_mod, remainder;
    reg signed [15:0] row, column;
    reg [W_SUM-1:0]   sum_base;
    reg [W_SUB-1:0]   sub;
    reg [W_WORD-1:0]  own_word;                  // depthwise: the block's own channel block
    reg [W_TAP-1:0]   own_mod;

    // The last turn of each loop, kept as registers because much hangs on them; loops of one turn.
    wire [11:0] groups     = d[`ERN_D_CHANNEL_GROUPS +: 12];
    wire [3:0]  tap_groups = d[`ERN_D_TAP_GROUPS +: 4];
    wire [3:0]  rows       = d[`ERN_D_ROW_GROUPS +: 4];
    wire [11:0] blocks     = d[`ERN_D_BLOCKS +: 12];
    reg  last_group, last_taps, last_ky, last_block;
    reg  one_group, one_taps, one_ky;
    always @(posedge clk) begin
        one_group <= groups == 12'd1;
        one_taps  <= tap_groups == 4'd1;
        one_ky    <= rows == 4'd1;
        if (loaded) begin
            last_group <= groups == 12'd1;
            last_taps  <= tap_groups == 4'd1;
            last_ky    <= rows == 4'd1;
            last_block <= blocks == 12'd1;
        end else if (take) begin
            last_group <= last_group ? one_group : group + 12'd2 == groups;
            if (last_group) last_taps <= last_taps ? one_taps : taps + 4'd2 == tap_groups;
            if (last_group && last_taps) last_ky <= last_ky ? one_ky : ky + 4'd2 == rows;
            if (last_group && last_taps && last_ky) last_block <= block + 12'd2 == blocks;
        end
    end

    // N_TAPS channel blocks further, for wide passes: there when the first pass is taken
    reg  [W_WORD-1:0] wide_sum, wide_step;
    integer           n;
    always @* begin
        wide_sum = {W_WORD{1'b0}};
        for (n = 0; n < W_TAP; n = n + 1) if (TAPS[n]) wide_sum = wide_sum + (block_step << n);
    end
    always @(posedge clk) wide_step <= wide_sum;
    reg  [W_WORD-1:0] row_limit, row_back;   // a row group from the ring's end, and the step that wraps
    wire [W_WORD-1:0] row_step, limit, back;
    ern_ring_step #(.W_WORD(W_WORD), .N_ROWS(N_TAP_ROWS)) u_step (
        .row_step(d[`ERN_D_IN_ROW_STEP +: W_WORD]), .ring(in_ring), .ring_end(in_end), .step(row_step), .limit(limit), .back(back));
    // Two sums and a choice, for the compare before one sum is too long; kept, or Yosys makes one sum of them again.
    (* keep *) wire [W_WORD-1:0] row_further;
    (* keep *) wire [W_WORD-1:0] row_wrapped;
    assign row_further = row_word + row_step;
    assign row_wrapped = row_word + row_back;
    always @(posedge clk) begin
        row_limit <= limit;
        row_back  <= back;
    end
    wire [W_TAP-1:0]  remainder_0 = {{(W_TAP - W_FIELD){1'b0}}, d[`ERN_D_START_REMAINDER +: W_FIELD]};
    wire [W_TAP-1:0]  next_remainder;
    wire [W_WORD-1:0] next_quotient;
    wire [W_TAP-1:0]  first_mod;   // of channel block 0 in the first row
    generate
        if (N_TAP_ROWS == 1) begin : g_row
            assign next_remainder = remainder;
            assign next_quotient  = quotient + 1'b1;
            assign first_mod      = {W_TAP{1'b0}};
            assign out_rows       = TAP_ROWS;
        end else begin : g_rows
            assign next_remainder = turned(remainder, N_COLUMNS);
            assign next_quotient  = next_remainder < COLUMNS ? quotient + 1'b1 : quotient;
            assign first_mod      = {{(W_TAP - W_FIELD){1'b0}}, d[`ERN_D_IN_BANK +: W_FIELD]};
            assign out_rows       = last_ky ? {{(W_TAP - W_FIELD){1'b0}}, d[`ERN_D_LAST_ROWS +: W_FIELD]} : TAP_ROWS;
        end
    endgenerate
    wire [W_TAP-1:0]  next_mod = turned(block_mod, 1);
    wire              next_own = sub == N_SUB[W_SUB-1:0] - 1'b1 || N_SUB == 1;
    wire [W_WORD-1:0] own_word_next = next_own ? own_word + block_step : own_word;
    wire [W_TAP-1:0]  own_mod_up    = turned(own_mod, 1);
    wire [W_TAP-1:0]  own_mod_next  = next_own ? own_mod_up : own_mod;

    always @(posedge clk) begin
        if (rst) begin
            loaded <= 1'b0;
            active <= 1'b0;
        end else begin
            loaded <= go;
            if (loaded) active <= 1'b1;
            else if (take && last_group && last_taps && last_ky && last_block) active <= 1'b0;
        end

        if (loaded) begin
            {block, group, ky, taps} <= 32'd0;
            row_word   <= in_row;
            quotient   <= quotient_0;
            remainder  <= remainder_0;
            row        <= $signed(d[`ERN_D_START_ROW +: 16]);
            column     <= $signed(d[`ERN_D_START_COLUMN +: 16]);
            sum_base   <= d[`ERN_D_SUM_BASE +: W_SUM];
            sub        <= {W_SUB{1'b0}};
            block_word <= {W_WORD{1'b0}};
            block_mod  <= first_mod;
            own_word   <= {W_WORD{1'b0}};
            own_mod    <= first_mod;
        end else if (take) begin
            group <= group + 12'd1;
            if (wide) block_word <= block_word + wide_step;
            else begin
                block_word <= block_word + block_step;
                block_mod  <= next_mod;
            end
            if (last_group) begin
                group      <= 12'd0;
                block_word <= depthwise ? own_word : {W_WORD{1'b0}};
                block_mod  <= depthwise ? own_mod : first_mod;
                taps       <= taps + 4'd1;
                quotient   <= next_quotient;
                remainder  <= next_remainder;
                column     <= column + $signed(N_COLUMNS[15:0]);
            end
            if (last_group && last_taps) begin
                taps     <= 4'd0;
                quotient  <= quotient_0;
                remainder <= remainder_0;
                column   <= $signed(d[`ERN_D_START_COLUMN +: 16]);
                ky       <= ky + 4'd1;
                row      <= row + $signed(N_TAP_ROWS[15:0]);
                row_word <= row_word >= row_limit ? row_wrapped : row_further;
            end
            if (last_group && last_taps && last_ky) begin
                ky         <= 4'd0;
                row        <= $signed(d[`ERN_D_START_ROW +: 16]);
                row_word   <= in_row;
                block      <= block + 12'd1;
                sum_base   <= sum_base + d[`ERN_D_SUM_BLOCK_STEP +: W_SUM];
                sub        <= next_own ? {W_SUB{1'b0}} : sub + 1'b1;
                own_word   <= own_word_next;
                own_mod    <= own_mod_next;
                block_word <= depthwise ? own_word_next : {W_WORD{1'b0}};
                block_mod  <= depthwise ? own_mod_next : first_mod;
            end
        end
    end

    assign valid        = active;
    assign out_first    = ky == 4'd0 && taps == 4'd0 && group == 12'd0;
    assign out_last     = last_ky && last_taps && last_group;
    assign out_word     = row_word + block_word;
    assign out_block    = block_mod;
    assign out_row      = row;
    assign out_column   = column;
    assign out_quotient = quotient;
    assign out_remainder = remainder;
    assign out_taps     = (wide ? last_group : last_taps) ? {{(W_TAP - W_FIELD){1'b0}}, d[`ERN_D_LAST_TAPS +: W_FIELD]} : wide ? TAPS : COLUMNS;
    assign out_sum_base = sum_base;
    assign out_sub      = sub;

`ifdef FORMAL
`include "ern_pass.vh"
`endif
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// One systolic column: N_OUT outputs with their weights, partial sums and thresholds. The array hands windows, rows and
// control from column to column, one cycle each. With t the cycle in which in_lo/in_hi hold a window:
//   t                   in_swap came in t-1; the weights in use are those of this pass
//   t + L               m = sum of the codes whose weight is +1, L = LATENCY_DOT; in_total = sum of all codes
//   t + L + 1           d = 2m - total, or the pooled codes of the output's own channel
//   t + L + 2           acc = (first ? 0 : partial sum) + d, written back; thresholds compare
//   t + L + 4           out_codes
// The late control (in_acc_*) therefore enters at t + L - 1, when the partial sum's address must be at its memory.
// A partial sum is read at t+L-1 and its successor written at t+L+2: an address may come again after 4 cycles.
//
// Weight rows: see ern_dots. Threshold rows likewise, with in_acc_swap one cycle before the first comparison that uses
// them. N_TILE > 0: the lanes of in_lo, in_hi and load_word come tile by tile, each a cycle after the one before (ern_skew).
// N_POOL = 0 leaves pooling out: in_pool_* and in_acc_pool* must then be zero.
// peek: in_acc_peek reads a partial sum without writing; the value of output in_acc_peek_row leaves on out_peek, that of
// another column goes through.
// N_SPILL = 1: beside it all values of the column that in_acc_peek_row lies in leave on out_sums, and fill_* writes a word of the
// column that fill_row lies in; no window or peek may be under way then.
// Storage: N_OUT * (2*N_LANES + 2*(3*W_ACC+1)) registers and DEPTH * N_OUT * W_ACC bits of memory. Data is not reset.
`default_nettype none

module ern_column #(
    parameter integer N_TAPS      = 3,    // windows taps, >= 1
    parameter integer N_CHANNELS  = 32,   // channels a tap
    parameter integer N_OUT       = 16,   // outputs of this column
    parameter integer N_OUTPUTS   = 16,   // outputs of the whole array, a multiple of N_OUT
    parameter integer COLUMN      = 0,    // index of this column
    parameter integer W_ACC       = 16,   // bits of an accumulator
    parameter integer DEPTH       = 512,  // partial sums an output
    parameter integer W_ADDR      = 9,    // >= $clog2(DEPTH)
    parameter integer W_ROW       = 4,    // >= $clog2(N_OUTPUTS), >= 1
    parameter integer W_SUB       = 1,    // >= $clog2(N_CHANNELS / N_OUTPUTS), >= 1
    parameter integer LATENCY_DOT = 4,
    parameter integer TARGET      = 0,    // body of ern_dot
    parameter integer N_TILE      = 0,    // lanes that come together; 0: all
    parameter integer N_POOL      = 1,    // 1: with pooling
    parameter integer N_SPILL     = 0,    // 1: partial sums go out and come back, a column's at a time
    parameter integer N_LANES     = N_TAPS * N_CHANNELS,
    parameter integer W_TOTAL     = $clog2(3 * N_LANES + 1),
    parameter integer W_THRESHOLD = 3 * W_ACC + 1
) (
    input  wire                   clk,
    // window: lane = tap * N_CHANNELS + channel
    input  wire [N_LANES-1:0]     in_lo,
    input  wire [N_LANES-1:0]     in_hi,
    input  wire                   in_swap,
    input  wire [W_SUB-1:0]       in_pool_sub,      // which N_OUTPUTS of the N_CHANNELS are pooled
    input  wire                   in_pool_max,      // maximum over the taps, else sum
    // weight rows and threshold rows
    input  wire                   load_valid,
    input  wire [W_ROW-1:0]       load_row,
    input  wire [N_LANES-1:0]     load_word,
    input  wire                   threshold_valid,
    input  wire [W_ROW-1:0]       threshold_row,
    input  wire [W_THRESHOLD-1:0] threshold_word,   // {inverted, at[2], at[1], at[0]}
    // late control
    input  wire                   in_acc_valid,     // accumulate and write back
    input  wire                   in_acc_first,     // start from zero
    input  wire                   in_acc_pool,      // accumulate pooled codes
    input  wire                   in_acc_pool_max,  // keep the larger instead of adding
    input  wire [W_ADDR-1:0]      in_acc_address,
    input  wire                   in_acc_swap,      // 2 cycles after in_acc_address of the pixel it belongs to
    input  wire [W_TOTAL-1:0]     in_acc_total,     // 1 cycle after in_acc_address
    input  wire                   in_acc_peek,
    input  wire [W_ROW-1:0]       in_acc_peek_row,
    // results
    input  wire [W_ACC-1:0]       in_peek,          // from the left, 4 cycles after in_acc_peek; zero for a row of this column
    output wire [W_ACC-1:0]       out_peek,
    input  wire [N_OUT*W_ACC-1:0] in_sums,          // as in_peek
    output wire [N_OUT*W_ACC-1:0] out_sums,
    input  wire                   fill_valid,
    input  wire [W_ROW-1:0]       fill_row,         // the first output of the column that it is for
    input  wire [W_ADDR-1:0]      fill_address,
    input  wire [N_OUT*W_ACC-1:0] fill_sums,
    output wire [N_OUT-1:0]       out_code_lo,
    output wire [N_OUT-1:0]       out_code_hi
);
    localparam integer W_POOL  = $clog2(3 * N_TAPS + 1);

    // ---- control at the stages of the accumulator -------------------------------------------------------------
    wire first_at_acc, pool_max_at_acc, pool_at_d;
    wire write_valid;
    wire [W_ADDR-1:0] write_address;
    ern_delay #(.W_DATA(1), .N_CYCLES(1), .OWN(1), .TARGET(TARGET)) u_pool_at_d (.clk(clk), .in(in_acc_pool), .out(pool_at_d));
    ern_delay #(.W_DATA(2), .N_CYCLES(2), .OWN(1), .TARGET(TARGET)) u_at_acc (
        .clk(clk), .in({in_acc_first, in_acc_pool_max}), .out({first_at_acc, pool_max_at_acc}));
    ern_delay #(.W_DATA(1 + W_ADDR), .N_CYCLES(3), .OWN(1), .TARGET(TARGET)) u_at_write (
        .clk(clk), .in({in_acc_valid, in_acc_address}), .out({write_valid, write_address}));

    // ---- partial sums -----------------------------------------------------------------------------------------
    wire [N_OUT*W_ACC-1:0] partial;   // two cycles after in_acc_address
    wire [N_OUT*W_ACC-1:0] sums;
    wire                   put_valid;
    wire [W_ADDR-1:0]      put_address;
    wire [N_OUT*W_ACC-1:0] put_sums;
    generate
        if (N_SPILL == 1) begin : g_fill
            wire mine = fill_valid && fill_row == COLUMN[W_ROW-1:0] * N_OUT[W_ROW-1:0];
            assign put_valid   = write_valid || mine;
            assign put_address = mine ? fill_address : write_address;
            assign put_sums    = mine ? fill_sums : sums;
        end else begin : g_no_fill
            wire unused = &{1'b0, fill_valid, fill_row, fill_address, fill_sums};
            assign put_valid   = write_valid;
            assign put_address = write_address;
            assign put_sums    = sums;
        end
    endgenerate
    ern_ram #(.W_DATA(N_OUT*W_ACC), .DEPTH(DEPTH), .W_ADDR(W_ADDR)) u_partial (
        .clk(clk), .write_enable(put_valid), .write_address(put_address), .write_data(put_sums),
        .read_address(in_acc_address), .read_data(partial));

    // ---- peek: the asked output's word, or zero, in two steps, for the outputs' memories lie far apart ----------------
    localparam integer N_FOURS = (N_OUT + 3) / 4;
    wire              peek;
    wire [W_ROW-1:0]  peek_row;
    reg  [N_OUT-1:0]  peek_asked;   // one-hot, in the cycle of `partial`
    reg  [W_ACC-1:0]  peek_value, peek_out;
    ern_delay #(.W_DATA(1 + W_ROW), .N_CYCLES(1), .OWN(1), .TARGET(TARGET)) u_peek (
        .clk(clk), .in({in_acc_peek, in_acc_peek_row}), .out({peek, peek_row}));
    genvar a, f, o;
    generate
        for (o = 0; o < N_OUT; o = o + 1) begin : g_asked
            localparam integer ASKED_ROW = COLUMN * N_OUT + o;
            always @(posedge clk) peek_asked[o] <= peek && peek_row == ASKED_ROW[W_ROW-1:0];
        end
        for (a = 0; a < W_ACC; a = a + 1) begin : g_peek
            wire [4*N_FOURS-1:0] bits;
            reg  [N_FOURS-1:0]   fours;
            for (o = 0; o < 4 * N_FOURS; o = o + 1) begin : g_bit
                if (o < N_OUT) begin : g_output
                    assign bits[o] = partial[o*W_ACC + a] && peek_asked[o];
                end else begin : g_none
                    assign bits[o] = 1'b0;
                end
            end
            for (f = 0; f < N_FOURS; f = f + 1) begin : g_four
                always @(posedge clk) fours[f] <= |bits[4*f +: 4];
            end
            always @(posedge clk) peek_value[a] <= |fours;
        end
    endgenerate
    always @(posedge clk) peek_out <= peek_value | in_peek;   // at most one column has it
    assign out_peek = peek_out;
    generate
        if (N_SPILL == 1) begin : g_sums
            reg                   peek_mine;
            reg [N_OUT*W_ACC-1:0] peek_sums, peek_sums_late, peek_sums_out;
            always @(posedge clk) begin
                peek_mine      <= |peek_asked;
                peek_sums      <= partial;
                peek_sums_late <= peek_mine ? peek_sums : {(N_OUT * W_ACC){1'b0}};
                peek_sums_out  <= peek_sums_late | in_sums;
            end
            assign out_sums = peek_sums_out;
        end else begin : g_no_sums
            wire unused_sums = &{1'b0, in_sums};
            assign out_sums = {(N_OUT * W_ACC){1'b0}};
        end
    endgenerate

    // ---- dot units and pooling --------------------------------------------------------------------------------
    localparam integer W_D     = W_TOTAL + 1;   // signed
    localparam integer N_TILES = N_TILE == 0 ? 1 : (N_LANES + N_TILE - 1) / N_TILE;
    wire [N_OUT*W_TOTAL-1:0] plus;
    ern_dots #(.N_LANES(N_LANES), .N_OUT(N_OUT), .COLUMN(COLUMN), .W_ROW(W_ROW), .LATENCY(LATENCY_DOT), .TARGET(TARGET),
               .N_TILE(N_TILE)) u_dots (
        .clk(clk), .in_lo(in_lo), .in_hi(in_hi), .in_swap(in_swap), .load_valid(load_valid), .load_row(load_row),
        .load_word(load_word), .out_sums(plus));

    wire [N_OUT*W_POOL-1:0] pooled;
    generate
        if (N_POOL == 1) begin : g_pool
            wire [N_LANES-1:0] lo, hi;   // aligned again
            wire               max;
            wire [W_SUB-1:0]   sub;
            ern_skew #(.N_LANES(N_LANES), .N_TILE(N_TILE), .REVERSE(1)) u_lo (.clk(clk), .in(in_lo), .out(lo));
            ern_skew #(.N_LANES(N_LANES), .N_TILE(N_TILE), .REVERSE(1)) u_hi (.clk(clk), .in(in_hi), .out(hi));
            ern_delay #(.W_DATA(1 + W_SUB), .N_CYCLES(N_TILES - 1)) u_control (
                .clk(clk), .in({in_pool_max, in_pool_sub}), .out({max, sub}));
            for (o = 0; o < N_OUT; o = o + 1) begin : g_out
                ern_pool #(.N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_OUTPUTS(N_OUTPUTS), .ROW(COLUMN * N_OUT + o),
                           .W_SUB(W_SUB), .W_POOL(W_POOL), .LATENCY(LATENCY_DOT - N_TILES + 1)) u_pool (
                    .clk(clk), .in_lo(lo), .in_hi(hi), .cfg_max(max), .cfg_sub(sub),
                    .out_value(pooled[o*W_POOL +: W_POOL]));
            end
        end else begin : g_no_pool
            wire unused = &{1'b0, in_pool_sub, in_pool_max};
            assign pooled = {(N_OUT * W_POOL){1'b0}};
        end
    endgenerate
    wire pools    = N_POOL == 1 && pool_at_d;
    wire pool_max = N_POOL == 1 && pool_max_at_acc;

    // ---- outputs: d = 2m - total = 2m + ~total + 1 ------------------------------------------------------------
    generate
        for (o = 0; o < N_OUT; o = o + 1) begin : g_out
            localparam integer ROW = COLUMN * N_OUT + o;
            reg  [W_THRESHOLD-1:0] threshold_next, threshold;
            wire [W_D-1:0]         other = pools ? {{(W_D - W_POOL){1'b0}}, pooled[o*W_POOL +: W_POOL]}
                                                 : ~{1'b0, in_acc_total};
            wire [W_D-1:0]         d_next;
            reg  [W_D-1:0]         d;
            wire [W_ACC-1:0]       old = partial[o*W_ACC +: W_ACC];
            wire [1:0]             old_code = first_at_acc ? 2'b00 : old[1:0];
            wire [W_ACC-1:0]       acc_next;
            reg  [W_ACC-1:0]       acc;

            always @(posedge clk) begin
                if (threshold_valid && threshold_row == ROW[W_ROW-1:0]) threshold_next <= threshold_word;
                if (in_acc_swap) threshold <= threshold_next;
            end

            ern_add #(.W(W_D), .TARGET(TARGET)) u_d (
                .in_a({plus[o*W_TOTAL +: W_TOTAL], 1'b0}), .in_a_on(!pools), .in_c(other), .in_c_on(1'b1),
                .in_carry(!pools), .out(d_next));
            ern_add #(.W(W_ACC), .TARGET(TARGET)) u_acc (
                .in_a({{(W_ACC - W_D){d[W_D-1]}}, d}), .in_a_on(1'b1), .in_c(old), .in_c_on(!first_at_acc),
                .in_carry(1'b0), .out(acc_next));
            always @(posedge clk) begin
                d   <= d_next;
                acc <= pool_max ? {{(W_ACC - 2){1'b0}}, old_code > d[1:0] ? old_code : d[1:0]} : acc_next;
            end
            assign sums[o*W_ACC +: W_ACC] = acc;

            ern_threshold #(.W_ACC(W_ACC)) u_threshold (
                .clk(clk), .in_acc(acc), .cfg_at(threshold[3*W_ACC-1:0]), .cfg_inverted(threshold[3*W_ACC]),
                .out_code({out_code_hi[o], out_code_lo[o]}));
        end
    endgenerate
endmodule

`default_nettype wire

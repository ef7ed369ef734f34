// SPDX-License-Identifier: Apache-2.0
// The systolic array: N_OUTPUTS dot units over N_TAPS * N_CHANNELS lanes, in N_OUTPUTS / N_COLUMN columns, each with its
// partial sums and thresholds (see ern_column). Everything enters at the left edge, aligned to the cycle t in which
// the window is on in_lo/in_hi; the array delays what is needed later.
//   out_code_* and out_code_valid   t + LATENCY_DOT + columns + 3
//   out_peek and out_peek_valid     t + LATENCY_DOT + columns + 3, for a peek that entered at t
//   out_sums                        as out_peek: all sums of the column that in_peek_row lies in (N_SPILL = 1)
//   out_thresholds_free             t + 1 + max(0, LATENCY_DOT - 4), from when on a threshold row may be read again:
//                                   it then arrives just after the swap (see ern_loader)
// One window a cycle. A window with in_valid low leaves no trace.
`default_nettype none

module ern_array #(
    parameter integer N_TAPS      = 3,
    parameter integer N_CHANNELS  = 32,
    parameter integer N_OUTPUTS   = 16,   // a multiple of N_COLUMN
    parameter integer N_COLUMN    = 16,   // outputs a column
    parameter integer W_ACC       = 16,   // >= $clog2(3 * lanes + 1) + 2
    parameter integer DEPTH       = 512,
    parameter integer W_ADDR      = 9,
    parameter integer W_ROW       = 4,
    parameter integer W_SUB       = 1,
    parameter integer LATENCY_DOT = 4,
    parameter integer TARGET      = 0,
    parameter integer N_POOL      = 1,    // 1: with pooling
    parameter integer N_SPILL     = 0,    // 1: partial sums go out and come back, see ern_column
    parameter integer N_LANES     = N_TAPS * N_CHANNELS,
    parameter integer W_THRESHOLD = 3 * W_ACC + 1
) (
    input  wire                   clk,
    input  wire                   rst,
    // window, at t
    input  wire [N_LANES-1:0]     in_lo,
    input  wire [N_LANES-1:0]     in_hi,
    input  wire                   in_valid,
    input  wire                   in_first,
    input  wire                   in_last,          // the result goes through the thresholds
    input  wire                   in_threshold_swap,// first window of a last pass
    input  wire                   in_pool,
    input  wire                   in_pool_max,
    input  wire [W_SUB-1:0]       in_pool_sub,
    input  wire [W_ADDR-1:0]      in_address,
    input  wire                   in_peek,
    input  wire [W_ROW-1:0]       in_peek_row,
    // one cycle earlier: the weights of the pass whose first window comes at t
    input  wire                   in_swap,
    // rows
    input  wire                   load_valid,
    input  wire [W_ROW-1:0]       load_row,
    input  wire [N_LANES-1:0]     load_word,
    input  wire                   threshold_valid,
    input  wire [W_ROW-1:0]       threshold_row,
    input  wire [W_THRESHOLD-1:0] threshold_word,
    output wire                   out_thresholds_free,
    // results
    output wire                   out_code_valid,
    output wire [N_OUTPUTS-1:0]   out_code_lo,
    output wire [N_OUTPUTS-1:0]   out_code_hi,
    output wire                   out_peek_valid,
    output wire [W_ACC-1:0]       out_peek,
    output wire [N_COLUMN*W_ACC-1:0] out_sums,
    // words of one column, which come back
    input  wire                   fill_valid,
    input  wire [W_ROW-1:0]       fill_row,
    input  wire [W_ADDR-1:0]      fill_address,
    input  wire [N_COLUMN*W_ACC-1:0] fill_sums
);
    localparam integer N_COLUMNS = N_OUTPUTS / N_COLUMN;
    localparam integer W_TOTAL   = $clog2(3 * N_LANES + 1);
    localparam integer FREE      = LATENCY_DOT > 4 ? LATENCY_DOT - 4 : 0;
    generate
        if (N_COLUMNS * N_COLUMN != N_OUTPUTS) begin : g_bad_column
            ERROR_N_OUTPUTS_must_be_a_multiple_of_N_COLUMN u_error ();
        end
        if (W_ACC < W_TOTAL + 2) begin : g_bad_width
            ERROR_W_ACC_must_hold_the_sum_of_one_pass u_error ();
        end
        if (LATENCY_DOT < 2) begin : g_bad_latency
            ERROR_LATENCY_DOT_must_be_at_least_2 u_error ();
        end
    endgenerate

    // ---- left edge --------------------------------------------------------------------------------------------
    // A valid bit that is reset travels beside the data that is not.
    reg [LATENCY_DOT+N_COLUMNS+2:0] code_valid;
    reg [LATENCY_DOT+N_COLUMNS+2:0] peek_valid;
    reg [LATENCY_DOT-2:0]           acc_valid;
    reg [LATENCY_DOT:0]             swap_late;
    always @(posedge clk) begin
        if (rst) begin
            code_valid <= {(LATENCY_DOT + N_COLUMNS + 3){1'b0}};
            peek_valid <= {(LATENCY_DOT + N_COLUMNS + 3){1'b0}};
            swap_late  <= {(LATENCY_DOT + 1){1'b0}};
        end else begin
            code_valid <= {code_valid[LATENCY_DOT+N_COLUMNS+1:0], in_valid && in_last};
            peek_valid <= {peek_valid[LATENCY_DOT+N_COLUMNS+1:0], in_peek};
            swap_late  <= {swap_late[LATENCY_DOT-1:0], in_threshold_swap};
        end
    end
    generate
        if (LATENCY_DOT == 2) begin : g_short
            always @(posedge clk) acc_valid <= in_valid && !rst;
        end else begin : g_long
            always @(posedge clk) begin
                if (rst) acc_valid <= {(LATENCY_DOT - 1){1'b0}};
                else acc_valid <= {acc_valid[LATENCY_DOT-3:0], in_valid};
            end
        end
    endgenerate
    assign out_code_valid      = code_valid[LATENCY_DOT+N_COLUMNS+2];
    assign out_peek_valid      = peek_valid[LATENCY_DOT+N_COLUMNS+2];
    assign out_thresholds_free = swap_late[FREE];

    // Tiles of lanes that enter one after the other, where the dot units are made so (ern_dot).
`ifdef VERILATOR
`ifndef ERN_CELLS
`define ERN_NO_SKEW
`endif
`endif
`ifdef ERN_NO_SKEW
    localparam integer N_TILE = 0;
`else
    localparam integer N_TILE = TARGET == 1 ? 32 : 0;
`endif
    wire [N_LANES-1:0] late_lo, late_hi, late_word;
    ern_skew #(.N_LANES(N_LANES), .N_TILE(N_TILE)) u_lo (.clk(clk), .in(in_lo), .out(late_lo));
    ern_skew #(.N_LANES(N_LANES), .N_TILE(N_TILE)) u_hi (.clk(clk), .in(in_hi), .out(late_hi));
    ern_skew #(.N_LANES(N_LANES), .N_TILE(N_TILE)) u_word (.clk(clk), .in(load_word), .out(late_word));

    wire [W_TOTAL-1:0] total;
    ern_dot #(.N_LANES(N_LANES), .LATENCY(LATENCY_DOT), .TARGET(TARGET)) u_total (
        .clk(clk), .in_lo(late_lo), .in_hi(late_hi), .cfg_weights({N_LANES{1'b1}}), .out_sum(total));

    wire              late_first, late_pool, late_pool_max, late_peek;
    wire [W_ADDR-1:0] late_address;
    wire [W_ROW-1:0]  late_peek_row;
    ern_delay #(.W_DATA(4 + W_ADDR + W_ROW), .N_CYCLES(LATENCY_DOT - 1)) u_late (
        .clk(clk),
        .in({in_first, in_pool, in_pool_max, in_peek, in_address, in_peek_row}),
        .out({late_first, late_pool, late_pool_max, late_peek, late_address, late_peek_row}));

    // ---- columns: what enters on the left moves one column to the right each cycle ----------------------------------
    localparam integer W_WINDOW  = 2 * N_LANES + 2 + W_SUB;
    localparam integer W_LOAD    = 1 + W_ROW + N_LANES;
    localparam integer W_TLOAD   = 1 + W_ROW + W_THRESHOLD;
    localparam integer W_SUMS    = N_COLUMN * W_ACC;
    localparam integer W_FILL    = 1 + W_ROW + W_ADDR + W_SUMS;
    localparam integer W_CONTROL = 6 + W_ADDR + W_TOTAL + W_ROW;
    genvar c;
    generate
        for (c = 0; c < N_COLUMNS; c = c + 1) begin : g_column
            wire [W_WINDOW-1:0]  window;
            wire [W_LOAD-1:0]    load;
            wire [W_TLOAD-1:0]   threshold_load;
            wire [W_CONTROL-1:0] control;
            wire [W_ACC-1:0]     value_in, value_out;
            wire [W_SUMS-1:0]    sums_in, sums_out;
            wire [W_FILL-1:0]    fill;
            wire [N_COLUMN-1:0]  code_lo, code_hi;

            if (c == 0) begin : g_edge
                assign window         = {late_lo, late_hi, in_swap, in_pool_max, in_pool_sub};
                assign load           = {load_valid, load_row, late_word};
                assign threshold_load = {threshold_valid, threshold_row, threshold_word};
                assign control        = {acc_valid[LATENCY_DOT-2], late_first, late_pool, late_pool_max, late_address,
                                         swap_late[LATENCY_DOT], total, late_peek, late_peek_row};
                assign value_in       = {W_ACC{1'b0}};
                assign sums_in        = {W_SUMS{1'b0}};
                assign fill           = {fill_valid, fill_row, fill_address, fill_sums};
            end else begin : g_inner
                ern_delay #(.W_DATA(W_WINDOW)) u_window (.clk(clk), .in(g_column[c-1].window), .out(window));
                ern_delay #(.W_DATA(W_LOAD)) u_load (.clk(clk), .in(g_column[c-1].load), .out(load));
                ern_delay #(.W_DATA(W_TLOAD)) u_threshold_load (
                    .clk(clk), .in(g_column[c-1].threshold_load), .out(threshold_load));
                ern_delay #(.W_DATA(W_CONTROL)) u_control (.clk(clk), .in(g_column[c-1].control), .out(control));
                assign value_in = g_column[c-1].value_out;
                assign sums_in  = g_column[c-1].sums_out;
                if (N_SPILL == 1) begin : g_spill
                    ern_delay #(.W_DATA(W_FILL)) u_fill (.clk(clk), .in(g_column[c-1].fill), .out(fill));
                end else begin : g_no_spill
                    assign fill = g_column[c-1].fill;
                end
            end

            wire [N_LANES-1:0]     lo, hi, word;
            wire                   swap, window_max, word_valid, row_valid;
            wire [W_SUB-1:0]       sub;
            wire [W_ROW-1:0]       word_row, row, peek_row;
            wire [W_THRESHOLD-1:0] row_word;
            wire                   valid, first, pool, pool_max, acc_swap, peek;
            wire [W_ADDR-1:0]      address;
            wire [W_TOTAL-1:0]     acc_total;
            assign {lo, hi, swap, window_max, sub} = window;
            assign {word_valid, word_row, word}    = load;
            assign {row_valid, row, row_word}      = threshold_load;
            assign {valid, first, pool, pool_max, address, acc_swap, acc_total, peek, peek_row} = control;

            ern_column #(
                .N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_OUT(N_COLUMN), .N_OUTPUTS(N_OUTPUTS), .COLUMN(c),
                .W_ACC(W_ACC), .DEPTH(DEPTH), .W_ADDR(W_ADDR), .W_ROW(W_ROW), .W_SUB(W_SUB),
                .LATENCY_DOT(LATENCY_DOT), .TARGET(TARGET), .N_TILE(N_TILE), .N_POOL(N_POOL), .N_SPILL(N_SPILL)
            ) u_column (
                .clk(clk), .in_lo(lo), .in_hi(hi), .in_swap(swap), .in_pool_sub(sub), .in_pool_max(window_max),
                .load_valid(word_valid), .load_row(word_row), .load_word(word),
                .threshold_valid(row_valid), .threshold_row(row), .threshold_word(row_word),
                .in_acc_valid(valid), .in_acc_first(first), .in_acc_pool(pool), .in_acc_pool_max(pool_max),
                .in_acc_address(address), .in_acc_swap(acc_swap), .in_acc_total(acc_total),
                .in_acc_peek(peek), .in_acc_peek_row(peek_row),
                .in_peek(value_in), .out_peek(value_out), .in_sums(sums_in), .out_sums(sums_out),
                .fill_valid(fill[W_FILL-1]), .fill_row(fill[W_SUMS+W_ADDR +: W_ROW]), .fill_address(fill[W_SUMS +: W_ADDR]),
                .fill_sums(fill[W_SUMS-1:0]), .out_code_lo(code_lo), .out_code_hi(code_hi));

            ern_delay #(.W_DATA(2 * N_COLUMN), .N_CYCLES(N_COLUMNS - 1 - c)) u_deskew (
                .clk(clk), .in({code_hi, code_lo}),
                .out({out_code_hi[c*N_COLUMN +: N_COLUMN], out_code_lo[c*N_COLUMN +: N_COLUMN]}));
        end
    endgenerate
    assign out_peek = g_column[N_COLUMNS-1].value_out;
    assign out_sums = g_column[N_COLUMNS-1].sums_out;
endmodule

`default_nettype wire

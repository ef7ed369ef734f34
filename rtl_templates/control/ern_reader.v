// SPDX-License-Identifier: Apache-2.0
// The window reader: turns a descriptor into windows of N_TAPS words, one a cycle.
//
//   for each pass of the descriptor (ern_pass)       the weights stay, the tile's pixels stream
//     for row in out_rows, x in out_width            one window
//
// A window has N_TAP_ROWS rows of N_COLUMNS = N_TAPS / N_TAP_ROWS taps. Tap j = r*N_COLUMNS + c of a pass reads pixel
// (row*stride + start_row + ky*N_TAP_ROWS + r, x*stride + start_column + group*N_COLUMNS + c) of one channel block, or, when
// `wide`, channel block group*N_TAPS + j of one pixel. Outside the map, and beyond the valid taps of the last groups, a tap gives zeros.
// Word of (y, x, block b): ring row of y + b * in_block_step + x / N_TAPS, in bank (x + b + N_COLUMNS * y) mod N_TAPS, so that the
// taps of a window lie in neighbouring banks. x / N_TAPS and
// x mod N_TAPS are kept by counting, ring rows by adding and wrapping, so nothing is divided.
//
// A pass is taken one cycle after its weights (and for a last pass its thresholds) are in the shadow registers, and its first
// window is issued in the cycle after that, whatever `stall` says. A window that is issued in cycle y is at the array in
// cycle y + 6; out_swap precedes the first window of a pass by one cycle.
// Passes follow each other without a gap, except that a pass of fewer than 4 windows is filled up to 4 (see
// ern_column: a partial sum may be revisited after 4 cycles). Hundreds of registers hang on `take` and on the windows' counts, so
// both are registers: which window is the last but one is known, and with it, a cycle ahead, when the next pass may be taken.
// `go` is accepted while `idle`; `idle` returns N_DRAIN cycles after the last window was issued, when everything that
// it causes is in the memories.
`default_nettype none
`include "ern_descriptor.vh"

module ern_reader #(
    parameter integer N_TAPS     = 3,
    parameter integer N_CHANNELS = 32,
    parameter integer N_OUTPUTS  = 16,
    parameter integer W_ADDR     = 9,    // activation memory address, 8..15
    parameter integer W_SUM      = 9,    // partial-sum address
    parameter integer W_SUB      = 1,    // >= $clog2(N_CHANNELS / N_OUTPUTS), >= 1
    parameter integer N_DRAIN    = 20,   // 2..255
    parameter integer N_PARTS    = 1,    // parts of a word with addresses of their own (ern_activation_memory)
    parameter integer N_TAP_ROWS = 1,    // divides N_TAPS
    parameter integer TARGET     = 0     // of ern_delay
) (
    input  wire                         clk,
    input  wire                         rst,
    input  wire                         go,
    input  wire [`ERN_D_BITS-1:0]       descriptor,
    output wire                         idle,
    input  wire                         stall,
    // shadow registers
    input  wire                         weights_ready,
    output wire                         weights_use,
    input  wire                         thresholds_ready,
    output wire                         thresholds_take,
    // activation memory, of bank k: address now, the same for each part; words 3 cycles later
    output wire [N_PARTS*N_TAPS*W_ADDR-1:0] mem_address,
    input  wire [N_TAPS*N_CHANNELS-1:0] mem_lo,
    input  wire [N_TAPS*N_CHANNELS-1:0] mem_hi,
    // to the array, aligned to the window except out_swap, which comes one cycle earlier
    output wire                         out_swap,
    output wire [N_TAPS*N_CHANNELS-1:0] out_lo,
    output wire [N_TAPS*N_CHANNELS-1:0] out_hi,
    output wire                         out_valid,
    output wire                         out_first,
    output wire                         out_last,
    output wire                         out_threshold_swap,
    output wire                         out_pool,
    output wire                         out_pool_max,
    output wire [W_SUB-1:0]             out_pool_sub,
    output wire [W_SUM-1:0]             out_sum_address
);
    localparam integer W_WORD = W_ADDR + 1;
    localparam integer W_TAP  = $clog2(2 * N_TAPS);
    localparam integer N_COLUMNS = N_TAPS / N_TAP_ROWS;
    localparam integer W_FIELD   = W_TAP < 4 ? W_TAP : 4;
    localparam [W_TAP-1:0] TAPS    = N_TAPS[W_TAP-1:0];
    localparam [W_TAP-1:0] COLUMNS = N_COLUMNS[W_TAP-1:0];
`include "ern_turn.vh"
    generate
        if (N_TAP_ROWS * N_COLUMNS != N_TAPS) begin : g_bad_rows
            ERROR_N_TAP_ROWS_must_divide_N_TAPS u_error ();
        end
    endgenerate

    // ---- the descriptor, held while it runs -------------------------------------------------------------------------
    /* verilator lint_off UNUSED */  // a descriptor has fields for other units
    reg  [`ERN_D_BITS-1:0] d;
    /* verilator lint_on UNUSED */
    wire              wide      = d[`ERN_D_WIDE];
    wire              depthwise = d[`ERN_D_DEPTHWISE];
    wire              codes     = d[`ERN_D_CODES];
    wire [W_WORD-1:0] in_end    = d[`ERN_D_IN_END +: W_WORD];
    wire [W_WORD-1:0] in_ring   = d[`ERN_D_IN_RING +: W_WORD];
    wire [W_TAP-1:0]  step_r    = {{(W_TAP - W_FIELD){1'b0}}, d[`ERN_D_STRIDE_REMAINDER +: W_FIELD]};
    wire [W_WORD-1:0] step_q    = {{(W_WORD - 4){1'b0}}, d[`ERN_D_STRIDE_QUOTIENT +: 4]};
    wire signed [15:0] stride   = $signed({12'd0, d[`ERN_D_STRIDE +: 4]});
    wire signed [15:0] in_width  = $signed({4'd0, d[`ERN_D_IN_WIDTH +: 12]});
    wire signed [15:0] in_height = $signed({4'd0, d[`ERN_D_IN_HEIGHT +: 12]});

    reg                take;                // the pass that ern_pass shows
    wire               pass_valid, pass_first, pass_last;
    wire [W_WORD-1:0]  pass_word, pass_quotient;
    wire [W_TAP-1:0]   pass_block, pass_taps, pass_rows, pass_remainder;
    wire signed [15:0] pass_row, pass_column;
    wire [W_SUM-1:0]   pass_sum_base;
    wire [W_SUB-1:0]   pass_sub;
    ern_pass #(.N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_OUTPUTS(N_OUTPUTS), .W_WORD(W_WORD), .W_SUM(W_SUM),
               .W_SUB(W_SUB), .W_TAP(W_TAP), .N_TAP_ROWS(N_TAP_ROWS)) u_pass (
        .clk(clk), .rst(rst), .go(go && idle), .d(d), .take(take), .valid(pass_valid), .out_first(pass_first),
        .out_last(pass_last), .out_word(pass_word), .out_block(pass_block), .out_row(pass_row),
        .out_column(pass_column), .out_quotient(pass_quotient), .out_remainder(pass_remainder),
        .out_taps(pass_taps), .out_rows(pass_rows),
        .out_sum_base(pass_sum_base), .out_sub(pass_sub));

    // ---- the windows of a pass ----------------------------------------------------------------------------------------
    reg               running;              // a window waits to be issued
    reg               first_window, first, last, first_lap;
    reg [11:0]        x_left, y_left;       // windows of the row, rows of the tile behind this one
    reg               last_x, last_y;       // none: kept as flags, for what hangs on them is long enough
    reg               near_x, near_y;       // one
    reg               one_wide, one_high, two_wide, two_high;
    reg [W_WORD-1:0]  row_limit, row_back;  // a row step from the ring's end, and the step that wraps
    reg [W_SUM-1:0]   sum_end, lap_end;     // last place of the ring; the one before sum_start
    reg [W_WORD-1:0]  row_word, quotient, quotient_0;
    reg [W_TAP-1:0]   remainder, remainder_0, taps, rows;
    reg [W_TAP-1:0]   rotate, rotate_0;     // the bank of the first tap, in this window and in the row's first one
    reg signed [15:0] row, column, column_0;
    reg [W_SUM-1:0]   sum_base, sum_place;
    reg [W_SUB-1:0]   sub;
    reg [2:0]         fill;                 // windows that the running pass lacks to 4, and then idle cycles

    reg               held;                 // `stall`, a cycle later
    wire issue       = running && (!held || first_window);
    wire last_window = last_x && last_y;
    wire finishing   = issue && last_window;
    wire needs_thresholds = pass_last && codes;
    assign thresholds_take = take && needs_thresholds;
    assign weights_use     = take && !depthwise;

    // One cycle ahead: in the next one the last window of the pass is issued, or none waits. No pass is taken right after
    // another one, so a pass of one window, which `fill` holds up, needs no case of its own.
    wire last_ahead    = !issue ? last_window : last_x ? near_y && one_wide : near_x && last_y;
    wire running_ahead = running && !finishing;
    wire filled_ahead  = fill <= 3'd1 || (fill == 3'd2 && (issue || !running));
    wire free_ahead    = !take && (!running_ahead || (last_ahead && !stall)) && filled_ahead;
    always @(posedge clk) begin
        held <= stall;
        take <= !rst && free_ahead && pass_valid && (depthwise || weights_ready) && (!needs_thresholds || thresholds_ready);
    end

    wire [W_WORD-1:0] row_step   = d[`ERN_D_IN_STRIDE_STEP +: W_WORD];
    // Two sums and a choice, for the compare before one sum is too long; kept, or Yosys makes one sum of them again.
    (* keep *) wire [W_WORD-1:0] row_further;
    (* keep *) wire [W_WORD-1:0] row_wrapped;
    assign row_further = row_word + row_step;
    assign row_wrapped = row_word + row_back;
    wire [W_SUM-1:0]  sum_start  = d[`ERN_D_SUM_START +: W_SUM];
    wire [W_TAP-1:0]  next_r     = remainder + step_r;
    wire [W_TAP-1:0]  turn;          // N_COLUMNS * stride mod N_TAPS: banks from a row of windows to the next one
    generate
        if (N_TAP_ROWS == 1) begin : g_same
            assign turn = {W_TAP{1'b0}};
        end else begin : g_turn
            reg  [W_TAP-1:0] turn_kept, turn_now, rows_turn;
            integer          i;
            always @* begin
                rows_turn = {W_TAP{1'b0}};   // N_COLUMNS * i, mod N_TAPS
                turn_now  = {W_TAP{1'b0}};
                for (i = 1; i < 16; i = i + 1) begin
                    rows_turn = turned(rows_turn, N_COLUMNS);
                    if (d[`ERN_D_STRIDE +: 4] == i[3:0]) turn_now = rows_turn;
                end
            end
            always @(posedge clk) turn_kept <= turn_now;
            assign turn = turn_kept;
        end
    endgenerate
    wire [W_TAP-1:0]  pass_rotate   = turned_by(pass_remainder, pass_block);
    wire [W_TAP-1:0]  next_rotate_0 = turned_by(rotate_0, turn);
    wire [W_SUM-1:0]  next_place = sum_place == sum_end ? {W_SUM{1'b0}} : sum_place + 1'b1;
    always @(posedge clk) begin            // there when the first pass is taken
        row_limit <= in_end - row_step;
        row_back  <= row_step - in_ring;
        sum_end   <= d[`ERN_D_SUM_RING +: W_SUM] - 1'b1;
        lap_end   <= sum_start == {W_SUM{1'b0}} ? d[`ERN_D_SUM_RING +: W_SUM] - 1'b1 : sum_start - 1'b1;
    end

    always @(posedge clk) begin
        if (go && idle) begin
            d        <= descriptor;
            one_wide <= descriptor[`ERN_D_OUT_WIDTH +: 12] == 12'd1;
            one_high <= descriptor[`ERN_D_OUT_ROWS +: 12] == 12'd1;
            two_wide <= descriptor[`ERN_D_OUT_WIDTH +: 12] == 12'd2;
            two_high <= descriptor[`ERN_D_OUT_ROWS +: 12] == 12'd2;
        end

        if (rst) begin
            running <= 1'b0;
            fill    <= 3'd0;
        end else if (take) begin
            running <= 1'b1;
            fill    <= 3'd4;
        end else begin
            if (finishing) running <= 1'b0;
            if (fill != 3'd0 && (issue || !running)) fill <= fill - 3'd1;
        end

        if (take) begin
            first_window <= 1'b1;
            first_lap    <= 1'b1;
            first        <= pass_first;
            last         <= pass_last;
            x_left       <= d[`ERN_D_OUT_WIDTH +: 12] - 12'd1;
            y_left       <= d[`ERN_D_OUT_ROWS +: 12] - 12'd1;
            last_x       <= one_wide;
            last_y       <= one_high;
            near_x       <= two_wide;
            near_y       <= two_high;
            row_word     <= pass_word;
            taps         <= pass_taps;
            rows         <= pass_rows;
            row          <= pass_row;
            column       <= pass_column;
            column_0     <= pass_column;
            quotient     <= pass_quotient;
            quotient_0   <= pass_quotient;
            remainder    <= pass_remainder;
            remainder_0  <= pass_remainder;
            rotate       <= pass_rotate;
            rotate_0     <= pass_rotate;
            sum_base     <= pass_sum_base;
            sum_place    <= sum_start;
            sub          <= pass_sub;
        end else if (issue) begin
            first_window <= 1'b0;
            sum_place    <= next_place;
            if (sum_place == lap_end) first_lap <= 1'b0;
            if (!last_x) begin
                x_left    <= x_left - 12'd1;
                last_x    <= near_x;
                near_x    <= x_left == 12'd2;
                column    <= column + stride;
                quotient  <= quotient + step_q + {{(W_WORD - 1){1'b0}}, next_r >= TAPS};
                remainder <= turned_by(remainder, step_r);
                rotate    <= turned_by(rotate, step_r);
            end else begin
                x_left    <= d[`ERN_D_OUT_WIDTH +: 12] - 12'd1;
                last_x    <= one_wide;
                near_x    <= two_wide;
                y_left    <= y_left - 12'd1;
                last_y    <= near_y;
                near_y    <= y_left == 12'd2;
                column    <= column_0;
                quotient  <= quotient_0;
                remainder <= remainder_0;
                rotate    <= next_rotate_0;
                rotate_0  <= next_rotate_0;
                row       <= row + stride;
                row_word  <= row_word >= row_limit ? row_wrapped : row_further;
            end
        end
    end

    // ---- done, when the last window's writes have landed ----------------------------------------------------------
    reg       busy;
    reg [1:0] started;    // the first pass becomes valid two cycles after go
    reg [7:0] drain;
    always @(posedge clk) begin
        if (rst) begin
            busy    <= 1'b0;
            started <= 2'b00;
            drain   <= 8'd0;
        end else begin
            started <= {started[0], go && idle};
            if (go && idle) busy <= 1'b1;
            else if (started == 2'b00 && !pass_valid && !running && drain == 8'd0) busy <= 1'b0;
            if (issue) drain <= N_DRAIN[7:0] - 8'd2;
            else if (drain != 8'd0) drain <= drain - 8'd1;
        end
    end
    assign idle = !busy;

    // ---- addresses: cycle +1 word of the first tap, cycle +2 each bank's address -----------------------------------
    wire [N_TAP_ROWS-1:0]        row_inside;
    // What a bank adds to the word of the first tap: 0 the carry into the next word, n of N_TAPS - 1 the words to channel block n,
    // N_TAPS - 1 + r those to row r of the window, round the ring.
    localparam integer N_ADDS = N_TAPS + N_TAP_ROWS - 1;
    wire [N_ADDS*W_WORD-1:0]     further;
    reg  [W_WORD-1:0]  word_a;
    reg  [W_TAP-1:0]   rotate_a;
    reg  [N_TAPS-1:0]  valid_a;
    always @(posedge clk) begin
        word_a   <= row_word + quotient;
        rotate_a <= rotate;
    end
    genvar k, p;
    generate
        for (k = 0; k < N_TAPS; k = k + 1) begin : g_valid
            localparam integer ROW    = k / N_COLUMNS;
            localparam integer COLUMN = k % N_COLUMNS;
            wire in_map      = column + $signed(COLUMN[15:0]) >= 16'sd0 && column + $signed(COLUMN[15:0]) < in_width;
            wire wide_in_map = column >= 16'sd0 && column < in_width;
            always @(posedge clk)
                valid_a[k] <= wide ? row_inside[0] && k[W_TAP-1:0] < taps && wide_in_map
                                   : row_inside[ROW] && COLUMN[W_TAP-1:0] < taps && in_map;
        end
        for (k = 0; k < N_TAP_ROWS; k = k + 1) begin : g_row
            assign row_inside[k] = row + $signed(k[15:0]) >= 16'sd0 && row + $signed(k[15:0]) < in_height && k[W_TAP-1:0] < rows;
            if (k != 0) begin : g_further
                wire [W_WORD-1:0] step, limit, back;
                reg  [W_WORD-1:0] step_kept, limit_kept, back_kept;   // there when the first window is issued
                reg  [W_WORD-1:0] offset;
                ern_ring_step #(.W_WORD(W_WORD), .N_ROWS(k)) u_step (
                    .row_step(d[`ERN_D_IN_ROW_STEP +: W_WORD]), .ring(in_ring), .ring_end(in_end), .step(step), .limit(limit), .back(back));
                always @(posedge clk) begin
                    step_kept  <= step;
                    limit_kept <= limit;
                    back_kept  <= back;
                    offset     <= row_word >= limit_kept ? back_kept : step_kept;
                end
                assign further[(N_TAPS - 1 + k)*W_WORD +: W_WORD] = offset;
            end
        end
    endgenerate

    // Channel blocks further, for wide passes: n of them at n * W_WORD, there when the first pass is taken.
    wire [W_WORD-1:0] block_step = d[`ERN_D_IN_BLOCK_STEP +: W_WORD];
    reg  [N_TAPS*W_WORD-1:0] block_sums, block_words;
    integer m, i;
    always @* begin
        block_sums[0 +: W_WORD] = {W_WORD{1'b0}};
        for (m = 1; m < N_TAPS; m = m + 1)   // by doubling: few sums behind one another
            block_sums[m*W_WORD +: W_WORD] = m % 2 == 0 ? block_sums[m/2*W_WORD +: W_WORD] << 1
                                                        : block_sums[(m-1)*W_WORD +: W_WORD] + block_step;
    end
    always @(posedge clk) block_words <= block_sums;
    assign further[0 +: N_TAPS*W_WORD] = block_words;

    // Banks and columns one-hot, by compares with constants: no carry chain.
    wire [N_TAPS-1:0]    rotate_is = one_hot(rotate);
    reg  [N_COLUMNS-1:0] beyond;      // column c of the window lies in the next word
    always @* begin
        beyond = {N_COLUMNS{1'b0}};
        for (m = 1; m < N_COLUMNS; m = m + 1)
            for (i = N_TAPS - m; i < N_TAPS; i = i + 1) if (remainder == i[W_TAP-1:0]) beyond[m] = 1'b1;
    end
    generate
        for (k = 0; k < N_TAPS; k = k + 1) begin : g_bank
            // Which tap bank k serves, and so what it adds to the first tap's word, is known a cycle ahead, one-hot, in registers of
            // the bank's own.
            reg  [N_ADDS-1:0]  adds_ahead;
            wire [N_ADDS-1:0]  adds;
            reg  [W_WORD-1:0]  offset;
            wire [W_WORD:0]    sum = {word_a, 1'b1} + {offset, adds[0]};   // the carry at the sum's carry-in
            integer            n;
            always @* begin
                adds_ahead = {N_ADDS{1'b0}};
                for (n = 1; n < N_TAPS; n = n + 1)
                    if (rotate_is[(k + N_TAPS - n) % N_TAPS]) begin   // bank k serves tap n
                        adds_ahead[0] = !wide && beyond[n % N_COLUMNS];
                        adds_ahead[n] = wide;
                        if (n >= N_COLUMNS) adds_ahead[N_TAPS - 1 + n / N_COLUMNS] = !wide;
                    end
                offset = {W_WORD{1'b0}};
                for (n = 1; n < N_ADDS; n = n + 1) offset = offset | (further[n*W_WORD +: W_WORD] & {W_WORD{adds[n]}});
            end
            ern_delay #(.W_DATA(N_ADDS), .N_CYCLES(1), .OWN(1), .TARGET(TARGET)) u_adds (.clk(clk), .in(adds_ahead), .out(adds));
            for (p = 0; p < N_PARTS; p = p + 1) begin : g_part
                ern_delay #(.W_DATA(W_ADDR), .N_CYCLES(1), .OWN(1), .TARGET(TARGET)) u_address (
                    .clk(clk), .in(sum[W_ADDR:1]), .out(mem_address[(p*N_TAPS + k)*W_ADDR +: W_ADDR]));
            end
            wire unused_ends = ^{sum[W_WORD], sum[0]};
        end
    endgenerate

    // ---- the window: rotate banks to taps, zero what is outside ------------------------------------------------------
    // With several rows in two steps, by whole rows and by what is left: fewer cells than one choice among all banks.
    wire [W_TAP-1:0]   rotate_w;
    wire [N_TAPS-1:0]  valid_w;
    ern_delay #(.W_DATA(W_TAP + N_TAPS), .N_CYCLES(4)) u_window (
        .clk(clk), .in({rotate_a, valid_a}), .out({rotate_w, valid_w}));
    wire [W_TAP-1:0]             rotate_rest;          // of rotate_w behind whole rows
    wire [N_TAPS*N_CHANNELS-1:0] turned_lo, turned_hi; // bank k + rotate_w - rotate_rest at k
    generate
        if (N_TAP_ROWS == 1) begin : g_straight
            assign rotate_rest = rotate_w;
            assign {turned_lo, turned_hi} = {mem_lo, mem_hi};
        end else begin : g_turned
            reg  [W_TAP-1:0] rest_a;
            reg  [N_TAP_ROWS-1:0] rows_a;   // one-hot: whole rows
            integer n;
            always @* begin
                rest_a = {W_TAP{1'b0}};
                rows_a = {N_TAP_ROWS{1'b0}};
                for (n = 0; n < N_TAPS; n = n + 1)
                    if (rotate_a == n[W_TAP-1:0]) begin
                        rest_a                = n[W_TAP-1:0] % COLUMNS;
                        rows_a[n / N_COLUMNS] = 1'b1;
                    end
            end
            wire [N_TAP_ROWS-1:0] rows_w;
            ern_delay #(.W_DATA(W_TAP + N_TAP_ROWS), .N_CYCLES(4)) u_turn (
                .clk(clk), .in({rest_a, rows_a}), .out({rotate_rest, rows_w}));
            for (k = 0; k < N_TAPS; k = k + 1) begin : g_turn
                reg  [N_CHANNELS-1:0] lo, hi;
                integer m_row;
                always @* begin
                    {lo, hi} = {2*N_CHANNELS{1'b0}};
                    for (m_row = 0; m_row < N_TAP_ROWS; m_row = m_row + 1)
                        if (rows_w[m_row]) begin
                            lo = lo | mem_lo[(k + m_row*N_COLUMNS) % N_TAPS * N_CHANNELS +: N_CHANNELS];
                            hi = hi | mem_hi[(k + m_row*N_COLUMNS) % N_TAPS * N_CHANNELS +: N_CHANNELS];
                        end
                end
                assign turned_lo[k*N_CHANNELS +: N_CHANNELS] = lo;
                assign turned_hi[k*N_CHANNELS +: N_CHANNELS] = hi;
            end
            wire unused_rotate = ^rotate_w;
        end
    endgenerate
    generate
        for (k = 0; k < N_TAPS; k = k + 1) begin : g_tap
            reg  [N_CHANNELS-1:0] lo, hi;
            integer n;
            reg  [N_CHANNELS-1:0] lo_bank, hi_bank;
            always @* begin
                lo_bank = turned_lo[k*N_CHANNELS +: N_CHANNELS];
                hi_bank = turned_hi[k*N_CHANNELS +: N_CHANNELS];
                for (n = 1; n < N_COLUMNS; n = n + 1)
                    if (rotate_rest == n[W_TAP-1:0]) begin
                        lo_bank = turned_lo[(k + n) % N_TAPS * N_CHANNELS +: N_CHANNELS];
                        hi_bank = turned_hi[(k + n) % N_TAPS * N_CHANNELS +: N_CHANNELS];
                    end
            end
            always @(posedge clk) begin
                lo <= lo_bank & {N_CHANNELS{valid_w[k]}};
                hi <= hi_bank & {N_CHANNELS{valid_w[k]}};
            end
            assign out_lo[k*N_CHANNELS +: N_CHANNELS] = lo;
            assign out_hi[k*N_CHANNELS +: N_CHANNELS] = hi;
        end
    endgenerate

    // ---- control beside it -------------------------------------------------------------------------------------------
    reg  [5:0] valid_pipe;
    reg  [5:0] swap_pipe;
    always @(posedge clk) begin
        if (rst) begin
            valid_pipe <= 6'd0;
            swap_pipe  <= 6'd0;
        end else begin
            valid_pipe <= {valid_pipe[4:0], issue};
            swap_pipe  <= {swap_pipe[4:0], weights_use};
        end
    end
    assign out_valid = valid_pipe[5];
    assign out_swap  = swap_pipe[5];

    wire threshold_swap;
    reg  [W_SUM-1:0] sum_address;
    always @(posedge clk) sum_address <= sum_base + sum_place;
    ern_delay #(.W_DATA(W_SUM), .N_CYCLES(5)) u_sum (.clk(clk), .in(sum_address), .out(out_sum_address));
    ern_delay #(.W_DATA(5 + W_SUB), .N_CYCLES(6)) u_control (
        .clk(clk),
        .in({first && first_lap && d[`ERN_D_FROM_ZERO], last && codes, first_window && last && codes, depthwise,
             d[`ERN_D_POOL_MAX], sub}),
        .out({out_first, out_last, threshold_swap, out_pool, out_pool_max, out_pool_sub}));
    assign out_threshold_swap = threshold_swap && out_valid;

`ifdef FORMAL
`include "ern_reader.vh"
`endif
endmodule

`default_nettype wire

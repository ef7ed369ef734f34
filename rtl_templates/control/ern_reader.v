// SPDX-License-Identifier: Apache-2.0
// The window reader: turns a descriptor into windows of N_TAPS words, one a cycle.
//
//   for each pass of the descriptor (ern_pass)       the weights stay, the tile's pixels stream
//     for row in out_rows, x in out_width            one window
//
// Tap j of a pass reads pixel (row*stride + start_row + ky, x*stride + start_column + group*N_TAPS + j) of one channel
// block, or, when `wide`, channel block group*N_TAPS + j of one pixel. Outside the map, and beyond the valid taps of the
// last group, a tap gives zeros.
// Word of (y, x, block b): ring row of y + b * in_block_step + x / N_TAPS, in bank (x + b) mod N_TAPS. x / N_TAPS and
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
    localparam [W_TAP-1:0] TAPS = N_TAPS[W_TAP-1:0];

    // ---- the descriptor, held while it runs -------------------------------------------------------------------------
    /* verilator lint_off UNUSED */  // a descriptor has fields for other units
    reg  [`ERN_D_BITS-1:0] d;
    /* verilator lint_on UNUSED */
    wire              wide      = d[`ERN_D_WIDE];
    wire              depthwise = d[`ERN_D_DEPTHWISE];
    wire              codes     = d[`ERN_D_CODES];
    wire [W_WORD-1:0] in_end    = d[`ERN_D_IN_END +: W_WORD];
    wire [W_WORD-1:0] in_ring   = d[`ERN_D_IN_RING +: W_WORD];
    wire [W_TAP-1:0]  step_r    = d[`ERN_D_STRIDE_REMAINDER +: W_TAP];
    wire [W_WORD-1:0] step_q    = {{(W_WORD - 4){1'b0}}, d[`ERN_D_STRIDE_QUOTIENT +: 4]};
    wire [W_TAP-1:0]  start_r   = d[`ERN_D_START_REMAINDER +: W_TAP];
    wire signed [15:0] stride   = $signed({12'd0, d[`ERN_D_STRIDE +: 4]});
    wire signed [15:0] in_width  = $signed({4'd0, d[`ERN_D_IN_WIDTH +: 12]});
    wire signed [15:0] in_height = $signed({4'd0, d[`ERN_D_IN_HEIGHT +: 12]});

    reg                take;                // the pass that ern_pass shows
    wire               pass_valid, pass_first, pass_last;
    wire [W_WORD-1:0]  pass_word, pass_quotient;
    wire [W_TAP-1:0]   pass_block, pass_taps;
    wire signed [15:0] pass_row, pass_column;
    wire [W_SUM-1:0]   pass_sum_base;
    wire [W_SUB-1:0]   pass_sub;
    ern_pass #(.N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_OUTPUTS(N_OUTPUTS), .W_WORD(W_WORD), .W_SUM(W_SUM),
               .W_SUB(W_SUB), .W_TAP(W_TAP)) u_pass (
        .clk(clk), .rst(rst), .go(go && idle), .d(d), .take(take), .valid(pass_valid), .out_first(pass_first),
        .out_last(pass_last), .out_word(pass_word), .out_block(pass_block), .out_row(pass_row),
        .out_column(pass_column), .out_quotient(pass_quotient), .out_taps(pass_taps),
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
    reg [W_TAP-1:0]   remainder, block, taps;
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
            block        <= pass_block;
            taps         <= pass_taps;
            row          <= pass_row;
            column       <= pass_column;
            column_0     <= pass_column;
            quotient     <= pass_quotient;
            quotient_0   <= pass_quotient;
            remainder    <= start_r;
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
                remainder <= next_r >= TAPS ? next_r - TAPS : next_r;
            end else begin
                x_left    <= d[`ERN_D_OUT_WIDTH +: 12] - 12'd1;
                last_x    <= one_wide;
                near_x    <= two_wide;
                y_left    <= y_left - 12'd1;
                last_y    <= near_y;
                near_y    <= y_left == 12'd2;
                column    <= column_0;
                quotient  <= quotient_0;
                remainder <= start_r;
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
    wire row_inside = row >= 16'sd0 && row < in_height;
    reg  [W_WORD-1:0]  word_a;
    reg  [W_TAP-1:0]   rotate_a, remainder_a;
    reg  [N_TAPS-1:0]  valid_a;
    wire [W_TAP-1:0]   rotate = remainder + block >= TAPS ? remainder + block - TAPS : remainder + block;
    integer j;
    always @(posedge clk) begin
        word_a      <= row_word + quotient;
        remainder_a <= remainder;
        rotate_a    <= rotate;
        for (j = 0; j < N_TAPS; j = j + 1) begin
            valid_a[j] <= row_inside && j[W_TAP-1:0] < taps
                          && (wide ? column >= 16'sd0 && column < in_width
                                   : column + $signed(j[15:0]) >= 16'sd0 && column + $signed(j[15:0]) < in_width);
        end
    end

    // Channel blocks further, for wide passes: n of them at n * W_WORD, there when the first pass is taken.
    wire [W_WORD-1:0] block_step = d[`ERN_D_IN_BLOCK_STEP +: W_WORD];
    reg  [N_TAPS*W_WORD-1:0] block_sums, block_words;
    integer m;
    always @* begin
        block_sums[0 +: W_WORD] = {W_WORD{1'b0}};
        for (m = 1; m < N_TAPS; m = m + 1) block_sums[m*W_WORD +: W_WORD] = block_sums[(m-1)*W_WORD +: W_WORD] + block_step;
    end
    always @(posedge clk) block_words <= block_sums;
    genvar k, p;
    generate
        for (k = 0; k < N_TAPS; k = k + 1) begin : g_bank
            localparam [W_TAP-1:0] K = k;
            wire [W_TAP-1:0]  tap = K >= rotate_a ? K - rotate_a : K + TAPS - rotate_a;  // the tap that bank k serves
            wire              carry = remainder_a + tap >= TAPS;
            reg  [W_WORD-1:0] offset;
            wire [W_WORD-1:0] word_b = word_a + offset;
            integer           n;
            always @* begin
                offset = {{(W_WORD - 1){1'b0}}, carry};
                if (wide) offset = {W_WORD{1'b0}};
                for (n = 1; n < N_TAPS; n = n + 1)
                    if (wide && n[W_TAP-1:0] == tap) offset = block_words[n*W_WORD +: W_WORD];
            end
            for (p = 0; p < N_PARTS; p = p + 1) begin : g_part
                ern_delay #(.W_DATA(W_ADDR), .N_CYCLES(1), .OWN(1), .TARGET(TARGET)) u_address (
                    .clk(clk), .in(word_b[W_ADDR-1:0]), .out(mem_address[(p*N_TAPS + k)*W_ADDR +: W_ADDR]));
            end
            wire unused_top = word_b[W_WORD-1];
        end
    endgenerate

    // ---- the window: rotate banks to taps, zero what is outside ------------------------------------------------------
    wire [W_TAP-1:0]   rotate_w;
    wire [N_TAPS-1:0]  valid_w;
    ern_delay #(.W_DATA(W_TAP + N_TAPS), .N_CYCLES(4)) u_window (
        .clk(clk), .in({rotate_a, valid_a}), .out({rotate_w, valid_w}));
    generate
        for (k = 0; k < N_TAPS; k = k + 1) begin : g_tap
            localparam [W_TAP-1:0] K = k;
            wire [W_TAP-1:0] bank = K + rotate_w >= TAPS ? K + rotate_w - TAPS : K + rotate_w;
            reg  [N_CHANNELS-1:0] lo, hi;
            integer n;
            reg  [N_CHANNELS-1:0] lo_bank, hi_bank;
            always @* begin
                lo_bank = mem_lo[0 +: N_CHANNELS];
                hi_bank = mem_hi[0 +: N_CHANNELS];
                for (n = 1; n < N_TAPS; n = n + 1)
                    if (bank == n[W_TAP-1:0]) begin
                        lo_bank = mem_lo[n*N_CHANNELS +: N_CHANNELS];
                        hi_bank = mem_hi[n*N_CHANNELS +: N_CHANNELS];
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

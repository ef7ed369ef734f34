// SPDX-License-Identifier: Apache-2.0
// Proof of ern_reader, inside it; the passes are those of ern_pass, which has its own proof.
//   Order: each pass taken, when its weights and thresholds are there, gives out_width * out_rows windows in raster order, the
//   first one cycle after it was taken, swaps weights once, one cycle before its first window, and takes thresholds once if it goes through them; passes begin
//   at least 4 cycles apart. Between `go` and idle nothing else; idle returns N_DRAIN cycles after the last window, with
//   nothing in flight.
//   Place: valid tap j of a window reads the word and bank of its pixel and channel block, which lie in the map's ring, and
//   gives its codes 4 cycles later; the other taps give zeros. This for one layout of the map, F_* below, of any height
//   and ring, every stride, padding and number of taps: products of two unknowns are too hard for the solver.
    localparam integer F_STEP = 4, F_BLOCKS = N_TAPS, F_ROW = F_STEP * F_BLOCKS;   // words: a row of one block, of all blocks
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    // ---- what the compiler promises --------------------------------------------------------------------------------
    (* anyconst *) wire [2:0]        f_rows;     // of the ring
    (* anyconst *) wire [W_WORD-1:0] f_base;     // its first word
    (* anyseq *)   wire [2:0]        f_pass_k;   // the pass begins in this row of the ring,
    (* anyseq *)   wire [2:0]        f_pass_b;   // in this channel block
    (* anyseq *)   wire signed [15:0] f_pass_m;  // row = f_pass_m * N_TAP_ROWS + f_pass_p
    (* anyseq *)   wire [1:0]        f_pass_p;
    wire [11:0] f_width = d[`ERN_D_OUT_WIDTH +: 12], f_height = d[`ERN_D_OUT_ROWS +: 12];
    wire signed [15:0] f_pass_q = $signed(pass_quotient);
    always @* begin
        assume (f_rows != 0 && f_base + f_rows * F_ROW <= (1 << W_ADDR));
        if (busy) begin
            assume (f_width != 0 && f_height != 0 && in_width <= F_STEP * N_TAPS && in_height >= 0);
            assume (in_end == f_base + f_rows * F_ROW && in_ring == f_rows * F_ROW);
            assume (d[`ERN_D_IN_ROW_STEP +: W_WORD] == F_ROW);
            assume (d[`ERN_D_IN_BLOCK_STEP +: W_WORD] == F_STEP && d[`ERN_D_IN_STRIDE_STEP +: W_WORD] == stride * F_ROW);
            assume (stride != 0 && stride <= f_rows && stride == step_q * N_TAPS + step_r && step_r < N_TAPS);
        end
        if (take) begin
            assume (f_pass_k < f_rows && f_pass_b < F_BLOCKS && pass_word == f_base + f_pass_k * F_ROW + f_pass_b * F_STEP);
            assume (pass_column == f_pass_q * N_TAPS + $signed({1'b0, pass_remainder}) && pass_remainder < N_TAPS);
            assume (f_pass_p < N_TAP_ROWS && pass_row == f_pass_m * N_TAP_ROWS + $signed({1'b0, f_pass_p}));
            assume (pass_taps <= (wide ? F_BLOCKS - f_pass_b : N_COLUMNS) && pass_rows <= N_TAP_ROWS);
            assume (pass_block == ((wide ? 0 : f_pass_b) + f_pass_p * N_COLUMNS) % N_TAPS);
            assume (!wide || f_pass_b % N_TAPS == 0);
        end
        // beyond the map's edges windows have no taps any more: the compiler's rows end near there
        assume (column < 16'sd8192 && row < 16'sd8192);
    end

    reg f_decided = 1'b0;   // weights and thresholds were there a cycle ago, when this cycle's take was decided
    always @(posedge clk) f_decided <= pass_valid && (depthwise || weights_ready) && (!needs_thresholds || thresholds_ready);
    reg f_ready = 1'b0,   // what is ready stays so until it is used
        f_ready_thresholds = 1'b0;
    always @(posedge clk) begin
        f_ready            <= weights_ready && !weights_use && !rst;
        f_ready_thresholds <= thresholds_ready && !thresholds_take && !rst;
    end

    always @* begin
        if (f_past && f_ready) assume (weights_ready);
        if (f_past && f_ready_thresholds) assume (thresholds_ready);
    end

    // ---- windows of a pass -----------------------------------------------------------------------------------------
    always @* if (f_past && busy && !started[0]) begin
        assert (row_limit == in_end - row_step && row_back == row_step - in_ring);
        assert (sum_end + 1'b1 == d[`ERN_D_SUM_RING +: W_SUM]);
        assert (lap_end == (sum_start == 0 ? sum_end : sum_start - 1'b1));
    end
    reg [11:0] f_x, f_y;
    reg [2:0]  f_k;              // row of the ring
    reg [2:0]  f_b;
    reg [1:0]  f_p;              // row = f_m * N_TAP_ROWS + f_p
    reg signed [15:0] f_m;
    wire [4:0] f_p_up = f_p + stride[3:0];
    wire [7:0] f_block = ((wide ? 0 : f_b) + f_p * N_COLUMNS) % N_TAPS;   // bank of the window's channel block in column 0
    reg signed [15:0] f_q;       // column = f_q * N_TAPS + remainder
    reg signed [15:0] f_q_0, f_row;
    reg [2:0]  f_since_take = 3'd4;      // cycles, up to 4
    reg [7:0]  f_since_issue;            // cycles, while busy
    reg        f_issued;                 // a window of this descriptor
    wire signed [15:0] f_step_q = $signed({1'b0, step_q});
    always @(posedge clk) begin
        f_since_take  <= take ? 3'd1 : f_since_take + (f_since_take != 3'd4);
        f_since_issue <= issue ? 8'd1 : f_since_issue + (f_since_issue != 8'hff);
        f_issued      <= busy && (issue || f_issued);
        if (issue && f_x + 12'd1 == f_width) begin
            f_row <= f_row + stride;
            f_p   <= f_p_up % N_TAP_ROWS;
            f_m   <= f_m + $signed({11'd0, f_p_up / N_TAP_ROWS});
        end
        if (issue) begin
            f_x <= f_x + 12'd1;
            f_q <= f_q + f_step_q + $signed({1'b0, next_r >= TAPS});
            if (f_x + 12'd1 == f_width) begin
                f_x <= 12'd0;
                f_q <= f_q_0;
                f_y <= f_y + 12'd1;
                f_k <= f_k + stride >= f_rows ? f_k + stride - f_rows : f_k + stride;
            end
        end
        if (take) begin
            {f_x, f_y}   <= 24'd0;
            f_k          <= f_pass_k;
            f_b          <= f_pass_b;
            f_row        <= pass_row;
            f_m          <= f_pass_m;
            f_p          <= f_pass_p;
            {f_q, f_q_0} <= {2{f_pass_q}};
        end
        if (rst) f_since_take <= 3'd4;
    end
    wire f_last = f_x + 12'd1 == f_width && f_y + 12'd1 == f_height;
    wire [2:0] f_pause = 3'd4 - f_since_take;   // cycles until 4 after the take
    always @* if (f_past) begin
        assert (f_since_take <= 3'd4);
        if (take) assert (f_since_take == 3'd4 && (!running || (issue && f_last)) && busy);
        if (take) assert (pass_valid && f_decided);
        if (take) assert ((depthwise || weights_ready) && (!thresholds_take || thresholds_ready));
        assert (thresholds_take == (take && pass_last && codes));
        assert (weights_use == (take && !depthwise));
        if (f_since_take == 3'd1) assert (issue && f_x == 0 && f_y == 0);
        assert (issue == (running && (!held || (f_x == 0 && f_y == 0))));
        assert (f_since_take == 3'd4 || (fill <= 3'd4 && fill > f_pause));
        if (running) begin
            assert (busy && f_x < f_width && f_y < f_height);
            assert (first_window == (f_x == 0 && f_y == 0));
            assert (last_x == (f_x + 12'd1 == f_width) && last_y == (f_y + 12'd1 == f_height));
            assert (near_x == (f_x + 12'd2 == f_width) && near_y == (f_y + 12'd2 == f_height));
            assert (x_left == f_width - 12'd1 - f_x && y_left == f_height - 12'd1 - f_y);
            assert (row == f_row && row == f_m * N_TAP_ROWS + $signed({1'b0, f_p}) && f_p < N_TAP_ROWS);
            assert (f_k < f_rows && f_b < F_BLOCKS && row_word == f_base + f_k * F_ROW + f_b * F_STEP);
            assert (column == f_q * N_TAPS + $signed({1'b0, remainder}) && quotient == f_q[W_WORD-1:0] && remainder < N_TAPS);
            assert (column_0 == f_q_0 * N_TAPS + $signed({1'b0, remainder_0}) && remainder_0 < N_TAPS && quotient_0 == f_q_0[W_WORD-1:0]);
            assert (taps <= (wide ? F_BLOCKS - f_b : N_COLUMNS) && rows <= N_TAP_ROWS);
            assert (rotate == (remainder + f_block) % N_TAPS && rotate_0 == (remainder_0 + f_block) % N_TAPS && (!wide || f_b % N_TAPS == 0));
        end
        if (busy) begin
            assert (one_wide == (f_width == 12'd1) && one_high == (f_height == 12'd1));
            assert (two_wide == (f_width == 12'd2) && two_high == (f_height == 12'd2));
        end
    end

    // ---- start and end ---------------------------------------------------------------------------------------------
    reg [5:0] f_issue_pipe = 6'd0;
    reg [5:0] f_use_pipe = 6'd0;
    always @(posedge clk) begin
        f_issue_pipe <= rst ? 6'd0 : {f_issue_pipe[4:0], issue};
        f_use_pipe   <= rst ? 6'd0 : {f_use_pipe[4:0], weights_use};
    end
    integer i;
    always @* if (f_past) begin
        assert (valid_pipe == f_issue_pipe && swap_pipe == f_use_pipe);
        assert (out_valid == f_issue_pipe[5] && out_swap == f_use_pipe[5]);
        for (i = 0; i < 6; i = i + 1) if (f_issue_pipe[i]) assert (f_since_issue <= i + 1 && f_issued);
        if (!busy) assert (!running && !pass_valid && started == 2'b00 && drain == 8'd0 && f_issue_pipe == 6'd0);
        if (started != 2'b00) assert (busy && !running && !f_issued && drain == 8'd0);
        if (busy) begin
            assert (drain == (!f_issued || f_since_issue >= N_DRAIN - 1 ? 0 : N_DRAIN - 1 - f_since_issue));
            if (f_issued) assert (f_since_issue != 8'd0);
            if (started == 2'b00 && !pass_valid && !running) assert (f_issued && f_since_issue < N_DRAIN);
        end
    end
    always @(posedge clk) if (f_past && !$past(rst)) begin
        if ($past(idle)) assert (idle == !$past(go));
        else if (idle) assert (f_since_issue == N_DRAIN);   // and no window or pass is left, above
    end

    // ---- one tap: valid, bank and word of a window; its address 2 cycles later, its codes 6 ------------------------
    (* anyconst *) wire [W_TAP-1:0] f_j;
    always @* assume (f_j < N_TAPS);
    wire [2:0]  f_tr = wide ? 0 : f_j / N_COLUMNS, f_tc = wide ? f_j : f_j % N_COLUMNS;   // row and column of the tap
    wire signed [16:0] f_tap_column = wide ? column : column + $signed({1'b0, f_tc});
    wire signed [16:0] f_tap_row = row + $signed({1'b0, f_tr});
    wire f_valid = f_tap_row >= 0 && f_tap_row < in_height && f_tr < rows && f_tc < taps && f_tap_column >= 0 && f_tap_column < in_width;
    wire [7:0]  f_along = remainder + f_tc;
    wire [7:0]  f_tap_k = (f_k + f_tr) % f_rows;   // row of the ring
    wire [7:0]  f_bank  = (remainder + f_j + f_block) % N_TAPS;
    wire [15:0] f_word  = f_base + f_tap_k * F_ROW + (f_b + (wide ? f_j : 0)) * F_STEP + f_q + (!wide && f_along >= N_TAPS);
    reg [5:0]        f_valids;
    reg [8*5-1:0]    f_banks;
    reg [W_ADDR-1:0] f_word_1, f_word_2;
    reg [N_CHANNELS-1:0] f_lo, f_hi;
    reg [6*W_SUM-1:0] f_sums;
    wire [W_SUM-1:0] f_sum = sum_base + sum_place;
    always @(posedge clk) begin
        f_valids <= {f_valids[4:0], f_valid};
        f_banks  <= {f_banks[31:0], f_bank};
        f_word_1 <= f_word[W_ADDR-1:0];
        f_word_2 <= f_word_1;
        f_lo     <= f_valids[4] ? mem_lo >> (f_banks[39:32] * N_CHANNELS) : 0;
        f_hi     <= f_valids[4] ? mem_hi >> (f_banks[39:32] * N_CHANNELS) : 0;
        f_sums   <= {f_sums[5*W_SUM-1:0], f_sum};
    end
    always @* if (f_past) begin
        if (issue && f_valid) assert (f_word >= f_base && f_word < f_base + f_rows * F_ROW);
        if (f_issue_pipe[1] && f_valids[1]) assert (mem_address[f_banks[15:8]*W_ADDR +: W_ADDR] == f_word_2);
        if (f_issue_pipe[5]) begin
            assert (out_lo[f_j*N_CHANNELS +: N_CHANNELS] == f_lo && out_hi[f_j*N_CHANNELS +: N_CHANNELS] == f_hi);
            assert (out_sum_address == f_sums[6*W_SUM-1 -: W_SUM]);
        end
    end
    reg f_two = 1'b0;
    always @(posedge clk) begin
        f_two <= !rst && !(go && idle) && (f_two || (take && f_issued && running));   // passes without a gap
        cover (f_past && !rst && f_two && !idle && drain == 8'd1 && f_height == 12'd2 && f_width == 12'd3);
        cover (f_past && !rst && f_issue_pipe[5] && f_valids[5] && wide && f_j == 2 && out_lo != 0);
        cover (f_past && !rst && f_issue_pipe[5] && !f_valids[5] && f_valids[4] && !wide && f_j == 0);   // padding, then the map
    end

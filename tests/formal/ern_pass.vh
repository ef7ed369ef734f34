// SPDX-License-Identifier: Apache-2.0
// Proof of ern_pass, inside it: two cycles after `go` the passes stand there one after the other, each once, in the order
// of the four loops, until the last one is taken; `valid` falls then and only then. With block, ky, g, c the loops'
// counters and B the channel block (c, or g' * N_TAPS when wide, with the block's own one added for pooling):
//   word = row(ky) + B * in_block_step, block (B + in_bank) mod N_TAPS, row start_row + ky * N_TAP_ROWS, column start_column +
//   g * N_COLUMNS, quotient start_quotient and remainder start_remainder g * N_COLUMNS further, sum base sum_base + block *
//   sum_block_step, sub block mod N_SUB
// row(ky) = in_row + ky * row_step less whole rings, inside the ring; row_step is that of N_TAP_ROWS rows (ern_ring_step has its own proof).
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    // ---- what its user and the compiler promise --------------------------------------------------------------------
    wire                   f_busy = loaded || valid;
    reg                    f_was_busy = 1'b0;
    reg  [`ERN_D_BITS-1:0] f_d;
    wire [11:0]      f_blocks = d[`ERN_D_BLOCKS +: 12], f_groups = d[`ERN_D_CHANNEL_GROUPS +: 12];
    wire [3:0]       f_rows   = d[`ERN_D_ROW_GROUPS +: 4], f_taps = d[`ERN_D_TAP_GROUPS +: 4];
    wire [W_WORD-1:0] f_row_step = row_step;
    wire [3:0]        f_bank = N_TAP_ROWS == 1 ? 4'd0 : d[`ERN_D_IN_BANK +: 4];
    wire [3:0]        f_start = d[`ERN_D_START_REMAINDER +: 4];
    always @(posedge clk) begin
        f_was_busy <= f_busy && !rst;
        f_d        <= d;
    end
    always @* begin
        assume (!go || !f_busy);
        assume (!take || valid);
        if (f_was_busy && f_busy) assume (d == f_d);
        if (f_busy) begin
            assume (f_blocks != 0 && f_rows != 0 && f_taps != 0 && f_groups != 0 && !(wide && depthwise));
            assume (in_ring <= in_end && in_end <= (1 << (W_WORD - 1)) && in_row >= in_end - in_ring && in_row < in_end);
            assume (f_row_step <= in_ring && block_step < 4);   // small, for the products below
            assume (f_bank < N_TAPS && f_start < N_TAPS && d[`ERN_D_LAST_ROWS +: 4] != 0 && d[`ERN_D_LAST_ROWS +: 4] <= N_TAP_ROWS);
        end
    end

    // ---- the loops -------------------------------------------------------------------------------------------------
    reg [11:0] f_block, f_c;
    reg [3:0]  f_ky, f_g;
    reg        f_valid = 1'b0, f_go = 1'b0;
    reg [15:0] f_own, f_sub;               // block = f_own * N_SUB + f_sub
    reg [15:0] f_own_div, f_own_mod, f_div, f_mod;   // f_own + f_bank and B + f_bank, divided by N_TAPS
    reg [15:0] f_cq, f_cr;                 // f_start + f_g * N_COLUMNS, divided by N_TAPS
    wire [31:0] f_first = {16'd0, 12'd0, f_bank};
    reg [15:0] f_linear, f_laps;           // ky * row_step; whole rings
    reg [W_SUM-1:0] f_sum;
    wire [15:0] f_row = in_row + f_linear - f_laps;
    wire [31:0] f_own_up = f_own_mod == N_TAPS - 1 ? {f_own_div + 16'd1, 16'd0} : {f_own_div, f_own_mod + 16'd1};
    always @(posedge clk) begin
        f_go <= go && !rst;
        if (f_go) begin
            f_valid <= 1'b1;
            {f_block, f_c, f_ky, f_g, f_own, f_sub, f_linear, f_laps} <= 0;
            {f_own_div, f_own_mod, f_div, f_mod} <= {2{f_first}};
            {f_cq, f_cr} <= {16'd0, 12'd0, f_start};
            f_sum <= d[`ERN_D_SUM_BASE +: W_SUM];
        end else if (take) begin
            f_c   <= f_c + 12'd1;
            f_mod <= wide ? f_mod : f_mod == N_TAPS - 1 ? 16'd0 : f_mod + 16'd1;
            f_div <= wide || f_mod == N_TAPS - 1 ? f_div + 16'd1 : f_div;
            if (f_c == f_groups - 12'd1) begin
                f_c <= 12'd0;
                f_g <= f_g + 4'd1;
                {f_div, f_mod} <= depthwise ? {f_own_div, f_own_mod} : f_first;
                f_cq <= f_cr + N_COLUMNS >= N_TAPS ? f_cq + 16'd1 : f_cq;
                f_cr <= f_cr + N_COLUMNS >= N_TAPS ? f_cr + N_COLUMNS - N_TAPS : f_cr + N_COLUMNS;
                if (f_g == f_taps - 4'd1) begin
                    f_g      <= 4'd0;
                    {f_cq, f_cr} <= {16'd0, 12'd0, f_start};
                    f_ky     <= f_ky + 4'd1;
                    f_linear <= f_linear + f_row_step;
                    if (f_row + f_row_step >= in_end) f_laps <= f_laps + in_ring;
                    if (f_ky == f_rows - 4'd1) begin
                        {f_ky, f_linear, f_laps} <= 0;
                        f_block <= f_block + 12'd1;
                        f_sum   <= f_sum + d[`ERN_D_SUM_BLOCK_STEP +: W_SUM];
                        f_sub   <= f_sub == N_SUB - 1 ? 16'd0 : f_sub + 16'd1;
                        if (f_sub == N_SUB - 1) begin
                            f_own <= f_own + 16'd1;
                            {f_own_div, f_own_mod} <= f_own_up;
                            if (depthwise) {f_div, f_mod} <= f_own_up;
                        end
                        if (f_block == f_blocks - 12'd1) f_valid <= 1'b0;
                    end
                end
            end
        end
        if (rst) f_valid <= 1'b0;
    end

    // ---- the formulas ----------------------------------------------------------------------------------------------
    wire [15:0]        f_channel  = (depthwise ? f_own : 16'd0) + (wide ? f_c * N_TAPS : f_c);   // B
    wire [W_WORD-1:0]  f_product  = f_channel * block_step;
    wire [W_WORD-1:0]  f_own_product = f_own * block_step;
    wire [W_WORD-1:0]  f_out_word = f_row + f_product;
    wire [15:0]        f_out_row  = d[`ERN_D_START_ROW +: 16] + f_ky * N_TAP_ROWS;
    wire [15:0]        f_out_column = d[`ERN_D_START_COLUMN +: 16] + f_g * N_COLUMNS;
    wire [W_WORD-1:0]  f_quotient = $signed(d[`ERN_D_START_QUOTIENT +: 8]) + $signed({1'b0, f_cq});
    wire               f_last_tap = wide ? f_c == f_groups - 12'd1 : f_g == f_taps - 4'd1;
    always @* if (f_past) begin
        assert (valid == f_valid && loaded == f_go);
        if (valid) begin
            assert (f_block < f_blocks && f_ky < f_rows && f_g < f_taps && f_c < f_groups);
            assert (block == f_block && ky == f_ky && taps == f_g && group == f_c);
            assert (last_group == (f_c == f_groups - 12'd1) && last_taps == (f_g == f_taps - 4'd1));
            assert (last_ky == (f_ky == f_rows - 4'd1) && last_block == (f_block == f_blocks - 12'd1));
            assert (one_group == (f_groups == 12'd1) && one_taps == (f_taps == 4'd1) && one_ky == (f_rows == 4'd1));
            assert (f_block == f_own * N_SUB + f_sub && f_sub < N_SUB && f_own <= f_block);
            assert (f_own + f_bank == f_own_div * N_TAPS + f_own_mod && f_own_mod < N_TAPS && f_own_div <= f_own);
            assert (f_channel + f_bank == f_div * N_TAPS + f_mod && f_mod < N_TAPS && f_div <= f_channel);
            assert (f_start + f_g * N_COLUMNS == f_cq * N_TAPS + f_cr && f_cr < N_TAPS && f_cq <= f_g);
            assert (remainder == f_cr);
            assert (row_limit == in_end - row_step && row_back == row_step - in_ring);
            assert (f_row >= in_end - in_ring && f_row < in_end && row_word == f_row);
            assert (block_word == f_product && own_word == f_own_product && own_mod == f_own_mod);
            assert (out_first == (f_ky == 0 && f_g == 0 && f_c == 0));
            assert (out_last == (f_ky == f_rows - 4'd1 && f_g == f_taps - 4'd1 && f_c == f_groups - 12'd1));
            assert (out_word == f_out_word && out_block == f_mod);
            assert (out_row == f_out_row && out_column == f_out_column && out_quotient == f_quotient && out_remainder == f_cr);
            assert (out_taps == (f_last_tap ? d[`ERN_D_LAST_TAPS +: W_FIELD] : wide ? N_TAPS : N_COLUMNS));
            assert (out_rows == (f_ky == f_rows - 4'd1 && N_TAP_ROWS > 1 ? d[`ERN_D_LAST_ROWS +: 4] : N_TAP_ROWS));
            assert (out_sum_base == f_sum && out_sub == f_sub);
        end
    end
    reg [1:0] f_seen = 2'd0;   // a wrapped row, a second block
    always @(posedge clk) begin
        f_seen <= rst || go ? 2'd0 : f_seen | {valid && f_laps != 0, valid && f_block == 12'd1};
        cover (f_past && !rst && f_seen == 2'd3 && depthwise && !valid);
        cover (f_past && !rst && f_seen == 2'd3 && wide && !valid);
    end

// SPDX-License-Identifier: Apache-2.0
// Proof of ern_writer, inside it: the code that comes as number x of row y of an output block is written one cycle later,
// and nothing else is, to
//   row(y) + (blocks + i) * out_block_step + x / N_TAPS, bank (x + first + blocks + i + N_COLUMNS * y) mod N_TAPS, for i < out_words
// with `blocks` channel blocks of the tile before it, and `first` the bank of the tile's first word (with the first part of a word the others, as zeros);
// row(y) = out_row + y * out_row_step less whole rings, inside the ring. One watched bank and part stand for all.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    (* anyconst *) wire [W_TAP-1:0] f_k;
    (* anyconst *) wire [W_PARTS-1:0] f_p;
    always @* assume (f_k < N_TAPS && f_p < N_PARTS);

    // ---- the descriptor --------------------------------------------------------------------------------------------
    reg                    f_started = 1'b0;
    reg  [`ERN_D_BITS-1:0] f_d;
    wire [11:0]       f_width = f_d[`ERN_D_OUT_WIDTH +: 12], f_height = f_d[`ERN_D_OUT_ROWS +: 12];
    wire [W_WORD-1:0] f_row   = f_d[`ERN_D_OUT_ROW +: W_WORD], f_row_step = f_d[`ERN_D_OUT_ROW_STEP +: W_WORD];
    wire [W_WORD-1:0] f_end   = f_d[`ERN_D_OUT_END +: W_WORD], f_ring = f_d[`ERN_D_OUT_RING +: W_WORD];
    wire [W_WORD-1:0] f_step  = f_d[`ERN_D_OUT_BLOCK_STEP +: W_WORD];
    wire [3:0]        f_words = f_d[`ERN_D_OUT_WORDS +: 4];
    wire [W_TAP-1:0]  f_first = OVERLAP == 1 || N_TAP_ROWS > 1 ? f_d[`ERN_D_OUT_BANK +: W_FIELD] : 0;
    always @* begin
        assume (!in_valid || (f_started && !go));
        if (f_started) begin   // what the compiler puts there
            assume (f_blocks <= 16'd4095 * N_TAPS);
            assume (f_width != 12'd0 && f_height != 12'd0 && f_words != 4'd0 && f_words <= N_WORDS);
            assume (f_first < N_TAPS && (OVERLAP == 0 || f_d[`ERN_D_RESULTS +: W_PARTS] < N_PARTS || N_PARTS == 1));
            assume (f_ring <= f_end && f_end <= (1 << W_ADDR));
            assume (f_row < f_end && f_row >= f_end - f_ring && f_row_step <= f_ring);
        end
    end

    integer f_w;
    reg [W_WORD-1:0] f_words_step;
    always @* begin
        f_words_step = f_step;
        for (f_w = 1; f_w < N_WORDS; f_w = f_w + 1) if (f_w < f_words) f_words_step = f_words_step + f_step;
    end

    // ---- where the next code belongs -------------------------------------------------------------------------------
    reg [11:0]       f_x, f_q, f_r, f_y;           // x = f_q * N_TAPS + f_r
    reg [15:0]       f_blocks, f_bq, f_br;         // channel blocks before this one and `first`, likewise
    reg [15:0]       f_yr;                         // N_COLUMNS * y mod N_TAPS
    reg [W_PARTS-1:0] f_part;
    reg [31:0]       f_linear, f_laps;             // y * row_step; whole rings taken off
    wire [31:0]      f_place = f_row + f_linear - f_laps;
    wire             f_wraps = f_place + f_row_step >= f_end;
    wire [15:0]      f_br_up = f_br + f_words;
    always @(posedge clk) begin
        if (go) begin
            f_started <= 1'b1;
            f_d       <= descriptor;
            f_part    <= OVERLAP == 1 && N_PARTS > 1 ? descriptor[`ERN_D_RESULTS +: W_PARTS] : 0;
            {f_x, f_q, f_r, f_y, f_yr, f_blocks, f_bq, f_linear, f_laps} <= 0;
            f_br <= OVERLAP == 1 || N_TAP_ROWS > 1 ? descriptor[`ERN_D_OUT_BANK +: W_FIELD] : 0;
        end else if (in_valid) begin
            f_x <= f_x + 12'd1;
            f_q <= f_r == N_TAPS - 1 ? f_q + 12'd1 : f_q;
            f_r <= f_r == N_TAPS - 1 ? 12'd0 : f_r + 12'd1;
            if (f_x + 12'd1 == f_width) begin
                {f_x, f_q, f_r} <= 36'd0;
                f_y      <= f_y + 12'd1;
                f_yr     <= f_yr + N_COLUMNS >= N_TAPS ? f_yr + N_COLUMNS - N_TAPS : f_yr + N_COLUMNS;
                f_linear <= f_linear + f_row_step;
                if (f_wraps) f_laps <= f_laps + f_ring;
                if (f_y + 12'd1 == f_height) begin
                    f_y  <= 12'd0;
                    f_yr <= 16'd0;
                    {f_linear, f_laps} <= 64'd0;
                    f_part <= f_part == N_PARTS - 1 ? 0 : f_part + 1'b1;
                    if (f_part == N_PARTS - 1) begin
                        f_blocks <= f_blocks + f_words;
                        f_br     <= f_br_up >= N_TAPS ? f_br_up - N_TAPS : f_br_up;
                        f_bq     <= f_br_up >= N_TAPS ? f_bq + 16'd1 : f_bq;
                    end
                end
            end
        end
        if (rst) f_started <= 1'b0;
    end

    wire [15:0]       f_i       = (f_k + 3 * N_TAPS - f_r - f_br - f_yr) % N_TAPS;   // the word that the watched bank takes
    wire              f_enable  = in_valid && f_i < f_words && (f_part == f_p || f_part == 0) && !rst;
    wire [W_WORD-1:0] f_address = f_place + (f_blocks + f_i) * f_step + f_q;
    reg               f_now = 1'b0, f_keep;
    reg [W_ADDR-1:0]  f_to;
    reg [N_PART-1:0]  f_lo, f_hi;
    always @(posedge clk) begin
        f_now  <= f_enable;
        f_keep <= f_part == f_p;
        f_to  <= f_address[W_ADDR-1:0];
        f_lo  <= in_lo >> (f_i * N_PART);
        f_hi  <= in_hi >> (f_i * N_PART);
    end
    wire [W_WORD-1:0] f_block_word = f_blocks * f_step;
    always @* if (f_past) begin
        assert (out_enable[f_k*N_PARTS + f_p] == f_now);
        if (f_now) begin
            assert (out_keep[f_p] == f_keep);
            assert (out_address[f_k*W_ADDR +: W_ADDR] == f_to);
            assert (out_lo[f_k*N_PART +: N_PART] == f_lo && out_hi[f_k*N_PART +: N_PART] == f_hi);
        end
        if (f_started) begin
            assert (f_x < f_width && f_y < f_height && f_part < N_PARTS && f_r < N_TAPS && f_br < N_TAPS && f_yr < N_TAPS);
            assert (f_x == f_q * N_TAPS + f_r && f_blocks + f_first == f_bq * N_TAPS + f_br);
            assert (f_place >= f_end - f_ring && f_place < f_end);
            assert (d == f_d && x == f_x && y == f_y && part == f_part && row_word == f_place);
            assert (last_x == (f_x + 12'd1 == f_width) && one_wide == (f_width == 12'd1));
            assert (last_row == (f_y + 12'd1 == f_height) && one_high == (f_height == 12'd1));
            assert (row_limit == f_end - f_row_step[W_WORD-1:0] && row_back == f_row_step[W_WORD-1:0] - f_ring);
            assert (words_step == f_words_step);
            for (f_w = 0; f_w < N_WORDS; f_w = f_w + 1) assert (block_words[f_w*W_WORD +: W_WORD] == f_w * f_step && has[f_w] == (f_w < f_words));
            assert (quotient == f_q[W_WORD-1:0] && remainder == f_r && block == (f_br + f_yr) % N_TAPS && rotate == (f_r + f_br + f_yr) % N_TAPS && tile_block == f_br && block_word == f_block_word);
        end
    end
    always @(posedge clk) if (f_past && !$past(in_valid)) assert (out_enable == 0);
    always @(posedge clk) cover (f_past && !rst && f_now && f_laps != 0 && f_blocks == 16'd2 && f_x == 12'd1);

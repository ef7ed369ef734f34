// SPDX-License-Identifier: Apache-2.0
// Proof of ern_embed, inside it: a picture of height * width pixels takes `colours` bytes a pixel and gives, after them,
// the pixel's words in order, each until it is taken, in raster order; word and bank are the formula's,
//   base + y * row_step + block * block_step + x / N_TAPS, bank (x + block + N_COLUMNS * y) mod N_TAPS
// and every bit is that of the embedding clamp(floor((v - 8(e + 1) + 79) / 80), 0, 3). One watched bit stands for all.
// `full` follows the last word and lasts until it is released; only then, or in the middle, a picture may start.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    (* anyconst *) wire [W_ADDR-1:0] f_base, f_row_step, f_block_step;
    (* anyconst *) wire [11:0]       f_height, f_width;
    (* anyconst *) wire [1:0]        f_colours;
    always @* begin
        assume (cfg_base == f_base && cfg_row_step == f_row_step && cfg_block_step == f_block_step);
        assume (cfg_height == f_height && cfg_width == f_width && cfg_colours == f_colours);
        assume (f_height != 12'd0 && f_width != 12'd0 && f_colours != 2'd0);
    end

    // ---- the watched bit: lane f_lane of the pixel, code f_e of colour f_b, or behind all codes --------------------
    (* anyconst *) wire [7:0] f_lane;
    always @* assume (f_lane < N_WORDS * N_CHANNELS);
    wire [7:0] f_b = f_lane / N_CODES;
    wire [7:0] f_e = f_lane % N_CODES;
    reg  [7:0] f_byte;
    wire [9:0] f_scaled = f_byte + 10'd79 - 8 * (f_e + 8'd1);   // -1..: top bit set only for that
    wire [1:0] f_code   = f_b >= f_colours || f_scaled[9] ? 2'd0
                        : f_scaled >= 240 ? 2'd3 : f_scaled >= 160 ? 2'd2 : f_scaled >= 80 ? 2'd1 : 2'd0;
    wire [3:0] f_words  = (f_colours * N_CODES + N_CHANNELS - 1) / N_CHANNELS;

    // ---- the picture: where it stands ------------------------------------------------------------------------------
    reg        f_inside = 1'b0, f_full = 1'b0;
    reg [1:0]  f_taken;      // bytes of this pixel
    reg [3:0]  f_put;        // words of this pixel
    reg [11:0] f_x, f_y, f_q, f_r;   // x = f_q * N_TAPS + f_r
    reg [3:0]  f_yr;                 // N_COLUMNS * y mod N_TAPS
    always @(posedge clk) begin
        if (release_full) f_full <= 1'b0;
        if (in_valid && in_ready) begin
            f_taken <= f_taken + 2'd1;
            if (f_taken == f_b) f_byte <= in_data;
        end
        if (out_valid && out_ready) begin
            f_put <= f_put + 4'd1;
            if (f_put + 4'd1 == f_words) begin
                f_put   <= 4'd0;
                f_taken <= 2'd0;
                f_x     <= f_x + 12'd1;
                f_q     <= f_r == N_TAPS - 1 ? f_q + 12'd1 : f_q;
                f_r     <= f_r == N_TAPS - 1 ? 12'd0 : f_r + 12'd1;
                if (f_x + 12'd1 == f_width) begin
                    {f_x, f_q, f_r} <= 36'd0;
                    f_y  <= f_y + 12'd1;
                    f_yr <= (f_yr + N_COLUMNS) % N_TAPS;
                    if (f_y + 12'd1 == f_height) {f_inside, f_full} <= 2'b01;
                end
            end
        end
        if (start && can_start) begin
            f_inside <= 1'b1;
            f_taken  <= 2'd0;
            f_put    <= 4'd0;
            {f_x, f_y, f_q, f_r, f_yr} <= 52'd0;
        end
        if (rst) {f_inside, f_full} <= 2'b00;
    end

    wire [3:0]        f_bank = (f_r + f_put + f_yr) % N_TAPS;
    wire [W_ADDR-1:0] f_row  = f_base + f_y * f_row_step;
    wire [W_ADDR-1:0] f_address = f_row + f_put * f_block_step + f_q;
    always @* if (f_past) begin
        assert (full == f_full && !(f_inside && f_full));
        if (full) assert (!can_start);
        assert (in_ready == (f_inside && f_taken < f_colours));
        assert (out_valid == (f_inside && f_taken == f_colours));
        if (f_inside) begin
            assert (f_taken <= f_colours && f_put < f_words && (f_put == 4'd0 || out_valid));
            assert (f_x < f_width && f_y < f_height);
            assert (f_x == f_q * N_TAPS + f_r && f_r < N_TAPS && f_q < 12'd2048);
            if (f_taken > f_b) assert ({hi[f_lane], lo[f_lane]} == f_code);
            if (f_b >= f_colours) assert (!hi[f_lane] && !lo[f_lane]);
            assert (x == f_x && y == f_y && word == f_put && row_word == f_row);
            assert (quotient == f_q[W_ADDR-1:0] && remainder == f_r && block == (f_put + f_yr) % N_TAPS && row_block == f_yr && f_yr < N_TAPS && f_yr % N_COLUMNS == 0);
            assert (block_word == f_put * f_block_step && (colour == f_taken || out_valid) && !(colour != 0 && out_valid));
        end
        if (out_valid) begin
            assert (out_address == f_address);
            assert (out_bank == {{(N_TAPS - 1){1'b0}}, 1'b1} << f_bank);
            if (f_lane / N_CHANNELS == f_put)
                assert ({out_hi[f_lane % N_CHANNELS], out_lo[f_lane % N_CHANNELS]} == f_code);
        end
    end
    ern_stream_rules #(.W_DATA(N_TAPS + W_ADDR + 2*N_CHANNELS)) f_out (
        .clk(clk), .rst(rst || (start && can_start)), .valid(out_valid), .ready(out_ready),
        .data({out_bank, out_address, out_lo, out_hi}));

    reg f_first = 1'b0;
    always @(posedge clk) begin
        f_first <= !rst && (f_first || (full && release_full && f_width == 12'd2 && f_height == 12'd2));
        cover (f_past && !rst && f_first && out_valid && f_y == 12'd1);   // the second picture
    end

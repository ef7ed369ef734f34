// SPDX-License-Identifier: Apache-2.0
// Proof of ern_word_writer, inside it: the bytes of a burst, N_BYTES by N_BYTES, are written once each, to rising
// addresses from the burst's, never beyond DEPTH; other memories' bytes do nothing; error is set by exactly the two
// faults and stays until clear. One watched byte of a word stands for all.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    (* anyconst *) wire [W_COUNT-1:0] f_k;     // which byte of each word is watched
    always @* assume (f_k < N_BYTES);
    reg               f_started = 1'b0;        // a burst has begun since reset
    reg [W_COUNT-1:0] f_count;                 // bytes of the word that came
    reg [31:0]        f_address;
    reg [7:0]         f_byte;
    reg               f_write = 1'b0, f_error, f_inside = 1'b0;
    reg [31:0]        f_to;
    wire              f_take  = in_valid && in_space == SPACE;
    wire [W_COUNT-1:0] f_place = in_first ? 0 : f_count;
    wire [31:0]       f_here  = in_first ? in_address : f_address;
    wire              f_last  = f_place == N_BYTES - 1;
    always @* assume (!f_take || f_started || in_first);
    always @(posedge clk) begin
        f_write <= f_take && f_last && f_here < DEPTH && !rst;
        f_to    <= f_here;
        if (f_take) begin
            f_started <= 1'b1;
            f_count   <= f_last ? 0 : f_place + 1'b1;
            f_address <= f_here + f_last;
            if (f_place == f_k) f_byte <= in_data;
            f_inside  <= !f_last;
            if (f_last && f_here >= DEPTH) f_error <= 1'b1;
            if (in_first && f_inside) f_error <= 1'b1;
        end
        if (rst || clear) {f_error, f_inside} <= 2'b00;
        if (rst || clear) f_count <= 0;
        if (rst) f_started <= 1'b0;
    end

    wire [8*N_BYTES-1:0] f_shifted = shift >> (8 * (N_BYTES - count + f_k));
    wire [W_WORD-1:0]    f_watched = write_word >> (8 * f_k);
    wire [7:0]           f_mask    = f_k == N_BYTES - 1 ? 8'hff >> (8 * N_BYTES - W_WORD) : 8'hff;
    always @* if (f_past) begin
        assert (error == f_error);
        assert (count == f_count && count < N_BYTES);
        assert (f_inside == (count != 0));
        if (f_started) assert (address == f_address);
        if (f_started && count > f_k) assert (f_shifted[7:0] == f_byte);
        assert (write_enable == f_write);
        if (write_enable) begin
            assert (f_to < DEPTH && write_address == f_to);
            assert ((f_watched[7:0] & f_mask) == (f_byte & f_mask));
        end
    end
    reg [1:0] f_written = 2'd0;
    always @(posedge clk) begin
        f_written <= rst ? 2'd0 : f_written + (write_enable && f_written != 2'd3);
        cover (f_past && !rst && f_written == 2'd2 && write_enable && write_address == DEPTH - 1 && !error);
        cover (f_past && !rst && f_written == 2'd2 && error && clear);
    end

// SPDX-License-Identifier: Apache-2.0
// Proof of ern_spill, inside it; its queue has a proof of its own (ern_fifo). Every word of every column is asked for, or filled, once and
// in the order of the descriptor's loops; answers always find room; a write burst is asked for when its beats are there, and no
// beat is in two bursts; bursts follow each other from the descriptor's beat on; requests stay until they are taken; `done` comes
// when all beats have left or have come, and nothing is open.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    (* anyconst *) wire [`ERN_D_BITS-1:0] f_d;
    wire [W_SUM-1:0]  f_ring   = f_d[`ERN_D_SUM_RING +: W_SUM];
    wire [W_SUM-1:0]  f_start  = f_d[`ERN_D_SUM_START +: W_SUM];
    wire [15:0]       f_pixels = f_d[`ERN_D_PASSES +: 16];
    wire [W_BEAT-1:0] f_beats  = f_d[`ERN_D_THRESHOLD_ROW +: W_BEAT];
    wire              f_out    = f_d[`ERN_D_OPCODE +: 4] == `ERN_OP_SPILL;
    always @* begin
        assume (d == f_d && (f_out || f_d[`ERN_D_OPCODE +: 4] == `ERN_OP_FILL));
        assume (f_start < f_ring && f_pixels != 16'd0 && f_pixels <= f_ring);
    end

    // ---- beats since `go`: words asked for or filled, answers, beats in bursts, in bursts that were taken, beats moved ----------
    reg              f_busy = 1'b0;
    reg [W_BEAT-1:0] f_asked, f_come, f_raised, f_taken, f_moved;
    wire [W_BEAT-1:0] f_queue = f_come - f_moved;
    always @* begin
        assume (!go || (!f_busy && !rst));
        assume (!in_valid || (f_busy && f_out && f_come < f_asked));
        assume (!write_ready || write_valid);
        assume (!req_ready || req_valid);
        assume (!wdata_ready || (f_busy && f_out && f_moved < f_taken));      // beats follow their request (ern_external)
        assume (!data_valid || (f_busy && !f_out && f_moved < f_taken));
        if (f_busy && f_out) assume (wdata_valid == (f_queue != 0) && fifo_ready == (f_queue != DEPTH));   // proved of ern_fifo
    end
    always @(posedge clk) begin
        if (out_peek || (f_busy && !f_out && data_valid)) f_asked <= f_asked + 1'b1;
        if (in_valid) f_come <= f_come + 1'b1;
        if (raise) f_raised <= f_raised + next_length;
        if (taken) f_taken <= f_taken + length;
        if ((wdata_valid && wdata_ready) || data_valid) f_moved <= f_moved + 1'b1;
        if (f_busy && done) f_busy <= 1'b0;
        if (go) begin
            f_busy <= 1'b1;
            {f_asked, f_come, f_raised, f_taken, f_moved} <= 0;
        end
        if (rst) f_busy <= 1'b0;
    end

    // ---- the loops -----------------------------------------------------------------------------------------------------------------
    localparam integer F_COLUMNS = N_OUTPUTS / N_COLUMN;
    reg [7:0]         f_column;
    reg [15:0]        f_pixel;
    reg [W_SUM-1:0]   f_block;
    always @(posedge clk) begin
        if (go) {f_column, f_pixel, f_block} <= 0;
        else if (out_peek || (f_busy && !f_out && data_valid)) begin
            f_column <= f_column + 1 == F_COLUMNS ? 0 : f_column + 1;
            if (f_column + 1 == F_COLUMNS) begin
                f_pixel <= f_pixel + 1 == f_pixels ? 0 : f_pixel + 1;
                if (f_pixel + 1 == f_pixels) f_block <= f_block + 1'b1;
            end
        end
    end
    wire [16:0]      f_behind  = f_start + f_pixel;
    wire [16:0]      f_place   = f_behind >= f_ring ? f_behind - f_ring : f_behind;
    wire [W_SUM-1:0] f_base    = f_d[`ERN_D_SUM_BASE +: W_SUM] + f_block * f_d[`ERN_D_SUM_BLOCK_STEP +: W_SUM];
    wire [W_SUM-1:0] f_address = f_base + f_place[W_SUM-1:0];
    wire [7:0]       f_row     = f_column * N_COLUMN;

    always @* if (f_past) begin
        assert (busy == f_busy && !(spilling && filling));
        assert (!out_peek || (f_busy && f_out && !stall));
        assert (!(write_valid && req_valid));
        if (!f_busy) assert (!write_valid && !req_valid && !done);
        if (f_busy) begin
            assert (spilling == f_out);
            assert (f_column < F_COLUMNS && f_pixel < f_pixels && row == f_row && pixel == f_pixel && place == f_place && base == f_base);
            assert (to_place == f_beats - f_asked && to_move == f_beats - f_moved && left == f_beats - f_raised);
            assert (f_moved <= f_taken && f_taken <= f_raised && f_raised <= f_beats && f_asked <= f_beats);
            assert (address == f_d[`ERN_D_WEIGHT_ROW +: W_BEAT] + f_taken);
            assert (f_raised == (write_valid || req_valid ? f_taken + length : f_taken));
            if (write_valid || req_valid) assert (length != 0 && length <= N_BURST);
            assert (!write_valid || f_out);
            assert (!req_valid || !f_out);
            if (f_out) begin
                assert (f_raised <= f_come && f_come <= f_asked && f_asked - f_moved <= DEPTH);
                assert (asked == f_asked - f_moved && held == f_come - f_raised);
                assert (!in_valid || fifo_ready);
                assert (f_moved == f_taken || wdata_valid);     // a burst's beats are there
            end else assert (f_asked == f_moved && f_come == 0);
        end
        assert (done == (f_busy && f_moved == f_beats));
        if (done) assert (f_asked == f_beats && f_taken == f_beats && !write_valid && !req_valid);
        if (out_peek) assert (out_address == f_address && out_row == f_row);
    end

    // What comes back goes on a cycle later, to its place.
    always @(posedge clk) if (f_past) begin
        assert (fill_valid == ($past(data_valid) && !$past(rst)));
        if (fill_valid) assert (fill_row == $past(f_row[W_ROW-1:0]) && fill_address == $past(f_address) && came == $past(data));
    end

    ern_stream_rules #(.W_DATA(W_BEAT + 8)) f_write (
        .clk(clk), .rst(rst), .valid(write_valid), .ready(write_ready), .data({write_address, write_length}));
    ern_stream_rules #(.W_DATA(W_BEAT + 8)) f_read (
        .clk(clk), .rst(rst), .valid(req_valid), .ready(req_ready), .data({req_address, req_length}));

    always @(posedge clk) begin
        cover (f_past && !rst && done && f_out && f_beats == 12);
        cover (f_past && !rst && done && !f_out && f_beats == 12);
    end

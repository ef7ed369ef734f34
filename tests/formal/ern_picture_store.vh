// SPDX-License-Identifier: Apache-2.0
// Proof of ern_picture_store, inside it; its queue has a proof of its own (ern_fifo). Every beat that is complete finds room in the burst, a burst has exactly the beats that
// wait, at the addresses behind the ones before; requests stay until they are taken. A code lies in the beat where its place
// says, what has no code is zero. A picture that waits or is read is never written to, and no more than two wait.
    initial assume (rst);
    reg f_past = 1'b0;
    always @(posedge clk) f_past <= 1'b1;
    (* anyconst *) wire [W_BEAT-1:0] f_base, f_length;
    (* anyconst *) wire [11:0]       f_height, f_width;
    (* anyconst *) wire [1:0]        f_colours;
    always @* begin
        assume (cfg_base == f_base && cfg_length == f_length && cfg_height == f_height && cfg_width == f_width);
        assume (cfg_colours == f_colours && f_colours != 2'd0 && f_height != 12'd0 && f_width != 12'd0);
        assume (!write_ready || write_valid);
        assume (!wdata_ready || (state == BURST && asked));    // data from their request until the last of them (ern_external)
        assume (!words_begin || (words != 2'd0 && !abandon));
        assume (!release_full || (full && pictures > words));  // of a picture whose reader has begun
    end

    reg  [7:0]        f_count;    // beats in the burst's queue
    always @(posedge clk) f_count <= forget || begun ? 8'd0 : f_count + {7'd0, put && fifo_ready} - {7'd0, sending};
    always @* assume (wdata_valid == (f_count != 8'd0) && fifo_ready == (f_count != N_BURST));   // proved of ern_fifo
    wire [W_BEAT-1:0] f_room = side ? f_base + f_length : f_base;
    wire [7:0] f_held = state == BURST ? write_length : held, f_sent = state == BURST ? sent : 8'd0;
    reg  [W_BEAT-1:0] f_beats;    // of this picture, in the bursts before
    always @(posedge clk) f_beats <= begins ? {W_BEAT{1'b0}} : state == BYTES && burst_full ? f_beats + held + 1'b1 : f_beats;
    always @* if (f_past && !rst) begin
        assert (state <= BURST && pictures <= 2'd2 && words <= pictures);
        assert (begun || f_count == f_held - f_sent);
        assert (f_count <= N_BURST && f_held <= N_BURST && f_sent <= f_held);
        assert (!begun || (state != BURST && !take && held == 8'd0));
        assert (!put || fifo_ready);
        assert (!take || state == BYTES);
        assert (!begins || !burst_full);   // all of the picture is there
        assert (held < N_BURST && (state != BURST || held == 8'd0) && (state == BURST || !write_valid));
        if (state == EMPTY) assert (held == 8'd0);
        if (state == BYTES) assert (address == f_room + f_beats && colour < f_colours && x < f_width && y < f_height);
        if (state == BURST) begin
            assert (sent < write_length && wdata_valid);
            assert (address == f_room + f_beats && write_address + write_length == address);
            assert (finishing || (colour < f_colours && x < f_width && y < f_height));
        end
        // rooms: the waiting pictures are the ones before `side`
        assert (side == read_side ^ pictures[0] && side == words_side ^ words[0]);
        if (pictures == 2'd2) assert (state == EMPTY);
        if (abandon && state != BURST) assert (!take && !begun && held == 8'd0);   // forgotten in this cycle
        if (done) assert (state == EMPTY && !take && !begun && pictures != 2'd2);
        // registers that say a cycle early what the counters say
        assert (one_wide == (f_width == 12'd1));
        if (state == BYTES || (state == BURST && !finishing)) begin
            assert (last_x == (x + 12'd1 == f_width) && last_y == (y + 12'd1 == f_height));
            assert (last_colour == (colour + 2'd1 == f_colours) && last_place == (place + 1'b1 == CODES));
        end
        if (state == BURST) assert (one_left == (sent + 8'd1 == write_length));
        assert (last_held == (held + 8'd1 == N_BURST));
    end
    ern_stream_rules #(.W_DATA(W_BEAT + 8)) f_request (
        .clk(clk), .rst(rst), .valid(write_valid), .ready(write_ready), .data({write_address, write_length}));

    // ---- each picture has its own number and room --------------------------------------------------------------------------
    reg [15:0] f_id, f_id_0, f_id_1;
    always @(posedge clk) begin
        if (begins) f_id <= in_id;
        if (done && side) f_id_1 <= f_id;
        if (done && !side) f_id_0 <= f_id;
    end
    always @* if (f_past && !rst) begin
        if (state != EMPTY || done) assert (id == f_id);
        if (full) assert (out_id == (side ^ pictures[0] ? f_id_1 : f_id_0));
        if (words_valid) assert (words_base == (side ^ words[0] ? f_base + f_length : f_base));
        if (pictures != 2'd0) assert (side ^ pictures[0] ? id_1 == f_id_1 : id_0 == f_id_0);
        if (pictures == 2'd2) assert (id_0 == f_id_0 && id_1 == f_id_1);
    end

    // ---- one watched code of a beat ----------------------------------------------------------------------------------------
    (* anyconst *) wire [W_PLACE-1:0] f_place;
    always @* assume (f_place < CODES);
    localparam integer W_BIT = $clog2(W_PORT);
    wire [W_BIT-1:0] f_bit = 32 * (f_place / 5) + 6 * (f_place % 5);
    reg  [7:0] f_data;       // the byte that is taken
    always @(posedge clk) f_data <= in_data;
    wire [5:0] f_new = {f_data[7:3], f_data[2:0] != 3'd0};
    wire       f_here = take && place == f_place;
    reg        f_there;      // it has come since this beat began
    reg  [5:0] f_code;
    always @(posedge clk) begin
        f_there <= !rst && !begins && !put && (f_here || f_there);
        if (f_here) f_code <= f_new;
    end
    always @* if (f_past && !rst && state != EMPTY) begin
        if (put) assert (whole_beat[f_bit +: 6] == (f_here ? f_new : f_there ? f_code : 6'd0));
        if (state == BYTES || !finishing) assert (place < CODES && f_there == (f_place < place));
        if (!begun) begin
            assert (beat[f_bit +: 6] == (f_there ? f_code : 6'd0));
            for (n = 0; n < W_PORT / 32; n = n + 1) assert (beat[32*n + 30 +: 2] == 2'd0);
        end
        if (take) assert (code == f_new);
    end

    reg [1:0] f_done = 2'd0;
    always @(posedge clk) begin
        f_done <= rst ? 2'd0 : f_done + (done && f_done != 2'd3);
        cover (f_past && !rst && pictures == 2'd2 && f_width == 12'd3 && f_height == 12'd2 && f_colours == 2'd2);
        cover (f_past && !rst && f_done == 2'd3);
        cover (f_past && !rst && abandon && wdata_ready);
    end

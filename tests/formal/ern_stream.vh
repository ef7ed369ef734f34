// SPDX-License-Identifier: Apache-2.0
// Proof of ern_stream, inside it, with a memory that answers every burst in order, some time. Every unit that the ring has
// room for is free, on its way, or held, never two of these: so nothing that comes in overwrites what was not taken, and
// nothing is offered that has not come. A request stays as it is until it is taken, and lies within its frame.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    (* anyconst *) wire [W_BEAT-1:0] f_base, f_length;
    reg [W_ROOM:0] f_coming;   // units asked for that have not come
    always @* begin
        assume (cfg_base == f_base && cfg_length == f_length);
        assume (f_length < {1'b1, {(W_BEAT - 1){1'b0}}} && f_base < {1'b1, {(W_BEAT - 1){1'b0}}});
        assume (!in_valid || f_coming >= BEAT_UNITS);
        assume (!take || available);
    end
    wire [W_ROOM-1:0] need = req_length * BEAT_UNITS;
    always @(posedge clk) f_coming <= rst ? 0 : f_coming + (asked ? need : 0) - (in_valid ? BEAT_UNITS : 0);

    wire [W_ROOM:0] f_rest;    // units that wait for the rest of their row
    generate
        if (NARROW == 1) begin : g_f_narrow
            assign f_rest = 0;
            wire [W_LEVEL:0] f_words = g_narrow.write_at >= g_narrow.read_at ? g_narrow.write_at - g_narrow.read_at
                                                                              : g_narrow.write_at + DEPTH * UNITS / BEAT_UNITS - g_narrow.read_at;
            always @* if (f_past) begin
                assert (g_narrow.write_at < g_narrow.WORDS && g_narrow.read_at < g_narrow.WORDS);
                // a word holds ROWS rows, of which `row` are taken; equal pointers: empty, or full
                assert (level == f_words * g_narrow.ROWS - g_narrow.row
                        || (f_words == 0 && level == DEPTH - g_narrow.row));
            end
        end else begin : g_f_wide
            assign f_rest = g_wide.count;
            wire [W_LEVEL:0] f_rows = g_wide.write_at >= g_wide.read_at ? g_wide.write_at - g_wide.read_at
                                                                        : g_wide.write_at + DEPTH - g_wide.read_at;
            always @* if (f_past) begin
                assert (g_wide.count < UNITS);
                assert (g_wide.write_at < DEPTH && g_wide.read_at < DEPTH);
                assert (level == f_rows || (f_rows == 0 && level == DEPTH));
            end
        end
    endgenerate

    always @* if (f_past) begin
        assert (level <= DEPTH);
        assert (room + (req_valid ? need : 0) + f_coming + level * UNITS + (taken ? UNITS : 0) + f_rest == ROOM);
        if (!changed) assert (none == (left == 0));
        if (!changed && !none) assert (length == (left >= N_BURST ? N_BURST : left));
        if (!changed && fits) assert (room >= N_BURST * BEAT_UNITS);
        assert (f_coming % BEAT_UNITS == 0);
        assert (available == (level != 0));
        if (req_valid) begin
            assert (req_length >= 1 && req_length <= N_BURST);
            assert (req_address >= f_base && req_address + req_length == address);
        end
        if (left != 0 || req_valid) assert (address + left == f_base + f_length && left <= f_length && address >= f_base);
        if (frame_begin) assert (!req_valid && left == 0 && f_length != 0);
    end
    ern_stream_rules #(.W_DATA(W_BEAT + 8)) f_request (
        .clk(clk), .rst(rst), .valid(req_valid), .ready(req_ready), .data({req_address, req_length}));

    reg [1:0] f_frames = 2'd0;
    always @(posedge clk) begin
        f_frames <= rst ? 2'd0 : f_frames + (frame_begin && f_frames != 2'd3);
        cover (f_past && !rst && f_frames == 2'd2 && f_length == 3 && take && level == DEPTH - 1);
    end

// SPDX-License-Identifier: Apache-2.0
// Proof of ern_sequencer, inside it. Watchdog: whatever the units do, a run without progress that does not wait for the
// host is stopped after cfg_watchdog cycles, and a stopped run starts, releases, publishes and reports nothing. No
// deadlock: where it waits, a unit is busy, a stall or the host holds it. Program: descriptor i is words 16 i .. 16 i + 15,
// inside the memory; each one is loaded once and run once, in order, and is reported done once, in order. Streamed
// (EXTERNAL = 1) a descriptor is 16 words taken one after the other, only where one is available, and a convolution that
// waits for the picture starts only when no rows of it are on their way.
    reg f_past = 1'b0;
    wire [3:0] opcode = d[`ERN_D_OPCODE +: 4];
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    // ---- surroundings: a program word that is watched; units that take a job are busy in the next cycle ------------
    (* anyconst *) wire [31:0] f_watchdog, f_data;
    (* anyconst *) wire [19:0] f_address;   // of all words of the program
    wire [19:0]         f_now = {index, 4'd0} + asked;
    reg  [19:0]         f_address_1, f_address_2;
    reg                 f_reader_went = 1'b0, f_embed_went = 1'b0;
    always @(posedge clk) begin
        f_address_1   <= f_now;
        f_address_2   <= f_address_1;
        f_reader_went <= reader_go;
        f_embed_went  <= embed_go;
    end
    always @* begin
        assume (cfg_watchdog == f_watchdog);
        assume (f_address_2 != f_address || mem_data == f_data);
        assume (!f_reader_went || !reader_idle);
        assume (!reduce_done || state == REDUCE);
        assume (!f_embed_went || !embed_idle);
        assume (index < 16'hfff0);   // no program is as long as its numbers reach
        assume (EXTERNAL == 1 || (!embed_done && embed_idle));
    end

    // ---- what happened ---------------------------------------------------------------------------------------------
    reg [32:0] f_quiet;         // cycles of the run without progress
    reg [15:0] f_next;          // descriptor that is done next
    reg [5:0]  f_fetch;         // cycles of this fetch, without those that a stream let it wait
    reg [15:0] f_id;
    reg        f_takes;         // OVERLAP = 1: the run took a picture, and has the one before it to publish
    reg        f_gives;
    reg        f_left = 1'b0;   // the last whole run took a picture
    reg [15:0] f_before;        // its number
    wire f_late     = d[`ERN_D_RELEASE_INPUT];            // of `end`: the program has a late part
    wire f_shows    = f_late ? f_gives : f_takes;
    wire f_host     = state == READY && result_waiting && !reader_busy && opcode != `ERN_OP_CONV   // it alone holds the run
                      && !(ready && EXTERNAL == 1 && opcode == `ERN_OP_EMBED) && !(OVERLAP == 1 && !f_shows && opcode == `ERN_OP_END);
    wire f_skip     = OVERLAP == 1 && !f_takes && ready && opcode == `ERN_OP_EMBED;   // no picture, no rows
    wire f_progress = reader_done || (state == REDUCE && reduce_done);
    always @(posedge clk) begin
        f_quiet <= !running || f_host || f_progress || (EXTERNAL == 1 && embed_done) ? 33'd0 : f_quiet + 33'd1;
        f_fetch <= state != FETCH ? 6'd0 : EXTERNAL == 1 && asked != WORDS && !mem_available ? f_fetch : f_fetch + 6'd1;
        f_next  <= f_next + f_progress + finish + embed_go + f_skip;
        if (state == IDLE) f_next <= 16'd0;
        if (state == IDLE) {f_id, f_takes, f_gives} <= {picture_id, picture_full, f_left};
        if (finish) {f_left, f_before} <= {f_late && f_takes, f_id};
        if (rst || clear) f_left <= 1'b0;
    end

    // ---- the watchdog ----------------------------------------------------------------------------------------------
    always @* if (f_past) begin
        assert (state <= STOPPED);
        if (running) assert (f_quiet <= {1'b0, f_watchdog} && watchdog == f_quiet[31:0] && frame_id == f_id);
        assert ((state == STOPPED) == (error_code != 8'd0));
        if (!running) assert (!load && !reader_go && !reduce_go && !finish && !picture_release);
        if (state == STOPPED) assert (halt);
        if (OVERLAP == 1 && running) assert (with_picture == f_takes && with_result == f_gives && (f_takes || f_gives));
        if (OVERLAP == 1 && running && f_gives) assert (pending_id == f_before);
        if (OVERLAP == 1 && state == IDLE) assert (pending == f_left && (!pending || frame_id == f_before));
        if (OVERLAP == 1 && !f_takes && running) assert (!embed_go);
        if (state == IDLE) assert (!reader_busy && !reader_go && on_the_way[1:0] == 2'b00);
    end
    always @(posedge clk) if (f_past) begin
        if ($past(running && f_quiet >= {1'b0, f_watchdog} && !rst && !clear)) begin
            assert (state == STOPPED && error_code == ERROR_WATCHDOG && error_index == $past(index));
            assert (!result_publish);
        end
        if ($past(state == STOPPED && !rst && !clear)) assert (state == STOPPED && $stable(error_code) && $stable(error_index));
        if ($past(rst || clear)) assert (state == IDLE);
        if (!$past(running)) assert (!result_publish && !trace_done);
        if (result_publish) assert ($past(finish) && state == IDLE);
        if (result_publish) assert (OVERLAP == 1 && $past(f_late) ? $past(f_gives) && result_id == $past(f_before) : result_id == $past(f_id));
        if ($past(finish) && !$past(rst || clear) && state == IDLE) assert (result_publish == (OVERLAP == 0 || $past(f_shows)));
    end

    // ---- no deadlock -----------------------------------------------------------------------------------------------
    wire f_known = opcode == `ERN_OP_CONV || opcode == `ERN_OP_REDUCE || opcode == `ERN_OP_END
                   || (EXTERNAL == 1 && opcode == `ERN_OP_EMBED);
    always @* if (f_past) begin
        if (state == FETCH) assert (f_fetch <= 6'd18);
        if (state == READY && f_known && !stall && !load && !reader_start && !reduce_go && !finish && !embed_go && !f_skip)
            assert (!weights_idle || !thresholds_idle || !reader_idle || reader_done || result_waiting || !embed_idle);
    end
    always @(posedge clk) if (f_past && $past(state == READY && !f_known && !rst && !clear)) assert (state == STOPPED);

    // ---- the program -----------------------------------------------------------------------------------------------
    wire [19:0]        f_base  = {index, 4'd0};
    wire [19:0]        f_place = f_address - f_base;              // of the watched word in this descriptor, if below 16
    wire [W_COUNT-1:0] f_at    = WORDS - got + f_place[W_COUNT-1:0];
    wire               f_here  = f_address >= f_base && f_place < 16;
    always @* if (f_past && running) begin
        assert (index == f_next + (reader_busy || reader_go));
        if (reader_go) assert (state == FETCH && !reader_busy && asked == 0 && on_the_way[1:0] == 2'b00);
        if (state == READY || state == REDUCE) assert (is_conv == (opcode == `ERN_OP_CONV) && is_reduce == (opcode == `ERN_OP_REDUCE)
            && is_embed == (EXTERNAL == 1 && opcode == `ERN_OP_EMBED) && is_end == (opcode == `ERN_OP_END));
        if (EXTERNAL == 0) assert (index < (1 << (W_PROGRAM - 4)) + 1);
        if (state == FETCH) begin
            assert (asked <= WORDS && asked == got + on_the_way[0] + on_the_way[1]);
            assert (f_fetch == asked || (asked == WORDS && f_fetch >= 6'd16 && f_fetch == got + 6'd2 - on_the_way[0]));
            assert (address == f_now[W_PROGRAM:0]);
            if (on_the_way[0]) assert (f_address_1 == f_base + asked - 1);
            if (on_the_way[1]) assert (f_address_2 == f_base + got);
        end else assert (got == WORDS && asked == WORDS && on_the_way[1:0] == 2'b00 && address == f_now[W_PROGRAM:0]);
        if (EXTERNAL == 0 && (state != FETCH || asked != 0)) assert (f_base + 16 <= N_PROGRAM);
        if (f_here && got > f_place) assert (d[32*f_at +: 32] == f_data);
        if (reader_busy || reader_go) assert (EXTERNAL == 1 ? reader_index < index : reader_index == f_next);
        if (state == REDUCE) assert (!reader_busy && !reader_go && opcode == `ERN_OP_REDUCE);
        if (load) assert (!loading);
        if (reader_start) assert (loading && (!reader_busy || reader_done));
        if (reader_start && EXTERNAL == 1 && d[`ERN_D_WAIT_PICTURE]) assert (embed_idle);
        if (mem_take && EXTERNAL == 1) assert (mem_available);
        if (embed_go) assert (embed_idle);
        if (finish || reduce_go) assert (!reader_busy && !reader_go);
        assert (f_progress + finish <= 2'd1);
    end
    always @(posedge clk) if (f_past && !$past(rst || clear)) begin
        if (trace_done) assert (trace_index == $past(reader_done ? reader_index : index));
        if (trace_done && EXTERNAL == 0) assert (trace_index == $past(f_next));
        assert (trace_done == $past(f_progress || finish) || state == STOPPED);
        if ($past(load) && running) assert (loading);
        if ($past(reader_start || embed_go || f_skip || (state == REDUCE && reduce_done)) && running) assert (state == FETCH && index == $past(index) + 1);
    end
    always @(posedge clk) begin
        cover (f_past && !rst && result_publish && result_id == 16'd5 && f_address == 20'd18 && f_data == `ERN_OP_CONV);
        cover (f_past && !rst && error_code == ERROR_WATCHDOG && error_index == 16'd1);
    end

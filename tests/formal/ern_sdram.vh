// SPDX-License-Identifier: Apache-2.0
// Proof of ern_sdram, inside it: no command that breaks the part's timing table, for any requests and at any time. f_since_*
// count the cycles from a command to now, up to 31. The pins are the registers of the commands that are judged here.
    initial assume (rst);
    reg f_past = 1'b0;
    always @(posedge clk) f_past <= 1'b1;
    always @* assume (!mem_req_valid || mem_req_length != 8'd0);

    // ---- what the part has seen -----------------------------------------------------------------------------------------
    function [4:0] f_later(input [4:0] cycles);
        f_later = cycles == 5'd31 ? 5'd31 : cycles + 5'd1;
    endfunction
    wire f_mode = state == SET_MODE && waited;
    wire do_open = row_valid && row_opens, do_close = row_valid && !row_opens;
    reg  f_was_rst;   // in the cycle before
    always @(posedge clk) f_was_rst <= rst;
    reg  [4:0] f_since_any_open, f_since_column, f_since_read, f_since_refresh, f_since_mode;
    reg  [3:0] f_open;
    always @(posedge clk) begin
        f_since_any_open <= do_open ? 5'd1 : f_later(f_since_any_open);
        f_since_column   <= step ? 5'd1 : f_later(f_since_column);
        f_since_read     <= step && !write ? 5'd1 : f_later(f_since_read);
        f_since_refresh  <= do_refresh ? 5'd1 : f_later(f_since_refresh);
        f_since_mode     <= f_mode ? 5'd1 : f_later(f_since_mode);
        if (rst) {f_since_any_open, f_since_column, f_since_read, f_since_refresh, f_since_mode} <= {5{5'd31}};
    end
    generate
        for (b = 0; b < 4; b = b + 1) begin : f_bank
            wire opened = do_open && row_bank == b;
            wire closed = do_close_all || (do_close && row_bank == b);
            wire moved  = step && bank == b;
            reg  [4:0]       since_open, since_close, since_read, since_write;
            reg  [W_ROW-1:0] row_there;
            always @(posedge clk) begin
                since_open  <= opened ? 5'd1 : f_later(since_open);
                since_close <= closed ? 5'd1 : f_later(since_close);
                since_read  <= moved && !write ? 5'd1 : f_later(since_read);
                since_write <= moved && write ? 5'd1 : f_later(since_write);
                if (opened) {f_open[b], row_there} <= {1'b1, row_row};
                if (closed) f_open[b] <= 1'b0;
                if (rst) {f_open[b], since_open, since_close, since_read, since_write} <= {1'b0, {4{5'd31}}};
            end
            always @* if (f_past && !rst) begin
                // the rules
                if (opened) assert (!f_open[b] && since_close >= T_RP && since_open >= T_RC && f_since_any_open >= T_RRD
                                    && f_since_refresh >= T_RFC && f_since_mode >= T_MRD);
                if (moved) assert (f_open[b] && row_there == row && since_open >= T_RCD);
                if (closed && f_open[b]) assert (since_open >= T_RAS && since_read >= N_WORDS && since_write >= N_WORDS - 1 + T_WR);
                if (do_refresh || f_mode) assert (!f_open[b] && since_close >= T_RP);
                // what the counters say of it
                assert (open[b] == f_open[b] && (!open[b] || open_row[b] == row_there));
                assert (to_open[b] + since_open >= T_RC && to_open[b] + since_close >= T_RP);
                if (open[b]) begin
                    assert (to_column[b] + since_open >= T_RCD);
                    assert (to_close[b] + since_open >= T_RAS);
                    assert (to_close[b] + since_read >= N_WORDS);
                    assert (to_close[b] + since_write >= N_WORDS - 1 + T_WR);
                end else assert (since_read >= N_WORDS && since_write >= N_WORDS - 1 + T_WR);
                if (state == REFRESHES || state == SET_MODE) assert (wait_left + since_close >= T_RP);
                if (state == DRAIN) assert (f_due + to_close[b] <= F_WAIT - 1 + drained);
                if (state == DRAIN && drained) assert (!open[b] || to_close[b] == 0);
                if (opened) assert (!open[b] && to_open[b] == 0 && between_opens == 0);
                if (row_valid && !row_opens && row_bank == b) assert (open[b] && to_close[b] == 0);
            end
        end
    endgenerate

    // ---- rules of all banks ----------------------------------------------------------------------------------------------
    wire [2:0] f_commands = {2'd0, do_open} + {2'd0, do_close} + {2'd0, do_close_all} + {2'd0, do_refresh} + {2'd0, f_mode} + {2'd0, step};
    always @* if (f_past && !rst) begin
        assert (f_commands <= 3'd1);
        if (step) assert (f_since_column >= N_WORDS && (!write || (f_since_read >= CAS + N_WORDS + 1 && beat_valid)));
        if (do_refresh || f_mode) assert (f_since_refresh >= T_RFC);
        assert (state <= DRAIN && (!run || left != 8'd0) && (!next_valid || next_left != 8'd0));
        if (state != WORK && state != DRAIN) assert (open == 4'd0 && !step && !do_open);
        assert (between_opens + f_since_any_open >= T_RRD && to_step + f_since_column >= N_WORDS);
        assert (to_write + f_since_read >= CAS + N_WORDS + 1);
        if (state != REST && state != CLOSE_ALL && state != DRAIN) assert (wait_left + f_since_refresh >= T_RFC);
        if (state == REST || state == CLOSE_ALL) assert (f_since_refresh == 5'd31 && f_since_mode == 5'd31);
        if (refreshes_left != 4'd0) assert (f_since_mode == 5'd31);
        if (state == WORK) assert (wait_left + f_since_mode >= T_MRD);
        if (state == DRAIN) assert (f_since_refresh >= T_RFC && f_since_mode >= T_MRD);
        if (run && !fresh && hit) assert (open[bank] && open_row[bank] == row && (!ready_column || to_column[bank] == 0));
        // registers that say a cycle early what the counters say
        assert (waited == (wait_left == 0) && (!run || last == (left == 8'd1)) && (!may_step || to_step == 0));
        if (f_was_rst) assert (state == REST && !waited);
        else if (may_step && may_write) assert (beat_valid && to_write == 0);
        if (row_valid) assert ((state == WORK || state == DRAIN) && waited && f_since_refresh >= T_RFC && f_since_mode >= T_MRD);
        if (row_valid && state == DRAIN) assert (f_due <= 34 && !drained);
    end

    // ---- a refresh that is due comes soon ---------------------------------------------------------------------------------
    localparam integer F_WAIT = 60;
    reg [6:0] f_due;   // cycles since it was due, in work
    always @(posedge clk) f_due <= rst || !refresh_due || do_refresh || state == REST || state == CLOSE_ALL ? 7'd0
                                   : refreshes_left != 4'd0 ? 7'd0 : f_due + 7'd1;
    always @* if (f_past && !rst) begin
        assert (f_due <= F_WAIT + T_RP);
        assert (wait_left <= 31 || state == REST);
        if (state == WORK) assert (f_due + wait_left <= 32 && refreshes_left == 4'd0);
        if (f_due != 7'd0) assert (refresh_due);
        if (state == DRAIN) assert (refreshes_left == 4'd0 && f_due <= F_WAIT);
        if (state == REFRESHES && refreshes_left == 4'd0) assert (f_due + wait_left <= F_WAIT + T_RP);
        if (state == SET_MODE) assert (refreshes_left == 4'd0 && f_due + wait_left <= 24);
    end

    // ---- pins and data ------------------------------------------------------------------------------------------------------
    always @(posedge clk) if (f_past && !rst && !$past(rst)) begin
        assert (sd_command == ($past(do_close_all || do_close) ? PRECHARGE : $past(do_refresh) ? REFRESH : $past(f_mode) ? MODE
                               : $past(step) ? ($past(write) ? WRITE : READ) : $past(do_open) ? ACTIVE : NOP));
        if ($past(step)) assert (sd_bank == $past(bank) && sd_address[W_COLUMN-1:0] == {$past(column), {W_WORD{1'b0}}});
        if ($past(do_open)) assert (sd_bank == $past(row_bank) && sd_address == $past(row_row));
        if ($past(do_close)) assert (sd_bank == $past(row_bank) && !sd_address[10]);
        if ($past(do_close_all)) assert (sd_address[10]);
        if ($past(step && write)) assert (sd_dq_drive && sd_dq_out == $past(beat[W_DATA-1:0]));
    end
    // Beats of a burst follow each other from its address on, as many as were asked for.
    reg [W_USED-1:0] f_next_at;
    reg [8:0]        f_left;
    always @(posedge clk) begin
        if (take_next) {f_next_at, f_left} <= {next_at, 1'b0, next_left};
        else if (step) {f_next_at, f_left} <= {f_next_at + 1'b1, f_left - 9'd1};
    end
    always @* if (f_past && !rst && run) assert (f_next_at == at && f_left == {1'b0, left});

    // ---- what happens ---------------------------------------------------------------------------------------------------------
    reg f_wrote = 1'b0, f_closed = 1'b0, f_refreshed = 1'b0;
    always @(posedge clk) if (f_past && !rst) begin
        f_wrote     <= f_wrote || (step && write);
        f_closed    <= f_closed || (f_wrote && do_close);
        f_refreshed <= f_refreshed || (do_refresh && refreshes_left == 4'd0);
        cover (f_wrote && mem_rdata_valid);
        cover (f_closed && step && !write);      // a bank's other row
        cover (f_refreshed && step);
    end

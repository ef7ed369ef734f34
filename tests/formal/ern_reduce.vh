// SPDX-License-Identifier: Apache-2.0
// Proof of ern_reduce, inside it: from `go` on every partial sum of every class is asked for once, in order, at
//   sum_base + (class / N_OUTPUTS) * sum_block_step + place, row class mod N_OUTPUTS
// and each class gives one result, in order: the sum of its answers. `done` comes once, with the last of them, when no
// question is open. Answers come in the order of the questions, after any time.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    (* anyconst *) wire [`ERN_D_BITS-1:0] f_d;
    wire [11:0]      f_results = f_d[`ERN_D_RESULTS +: 12];
    wire [W_SUM-1:0] f_ring    = f_d[`ERN_D_SUM_RING +: W_SUM];
    always @* assume (d == f_d && f_results != 12'd0 && f_ring != 0);

    // ---- class and place of the next question and of the next answer -----------------------------------------------
    reg              f_busy = 1'b0;
    reg [11:0]       f_ask, f_block, f_row, f_answer;   // f_ask = f_block * N_OUTPUTS + f_row
    reg [W_SUM-1:0]  f_ask_place, f_answer_place;
    reg signed [31:0] f_sum;
    wire             f_open = f_answer < f_ask || (f_answer == f_ask && f_answer_place < f_ask_place);
    wire signed [W_ACC-1:0] f_value = in_value;
    always @* begin
        assume (!go || !f_busy);
        assume (!in_valid || (f_busy && f_open));
    end
    always @(posedge clk) begin
        if (out_peek) begin
            f_ask_place <= f_ask_place + 1'b1;
            if (f_ask_place + 1'b1 == f_ring) begin
                f_ask_place <= 0;
                f_ask       <= f_ask + 12'd1;
                f_row       <= f_row == N_OUTPUTS - 1 ? 12'd0 : f_row + 12'd1;
                f_block     <= f_row == N_OUTPUTS - 1 ? f_block + 12'd1 : f_block;
            end
        end
        if (in_valid) begin
            f_sum          <= f_sum + f_value;
            f_answer_place <= f_answer_place + 1'b1;
            if (f_answer_place + 1'b1 == f_ring) begin
                f_sum          <= 32'sd0;
                f_answer_place <= 0;
                f_answer       <= f_answer + 12'd1;
                if (f_answer + 12'd1 == f_results) f_busy <= 1'b0;
            end
        end
        if (go) begin
            f_busy <= 1'b1;
            {f_ask, f_block, f_row, f_answer} <= 48'd0;
            {f_ask_place, f_answer_place}     <= 0;
            f_sum  <= 32'sd0;
        end
        if (rst) f_busy <= 1'b0;
    end

    wire [W_SUM-1:0] f_base    = f_d[`ERN_D_SUM_BASE +: W_SUM] + f_block * f_d[`ERN_D_SUM_BLOCK_STEP +: W_SUM];
    wire [W_SUM-1:0] f_address = f_base + f_ask_place;
    wire signed [31:0] f_total = f_sum + f_value;
    always @* if (f_past) begin
        if (!f_busy) assert (!out_peek && !asking && !result_enable && !done);
        else begin
            assert (f_open || (f_answer == f_ask && f_answer_place == f_ask_place));
            assert (f_ask_place < f_ring && f_answer_place < f_ring && f_answer < f_results && f_row < N_OUTPUTS);
            assert (f_ask <= f_results && (f_ask != f_results || f_ask_place == 0));
            assert (asking == (f_ask != f_results));
            assert (f_ask == f_block * N_OUTPUTS + f_row && f_block <= f_ask);
            assert (place == f_answer_place && class_index == f_answer && sum == f_sum);
            assert (last_place == (f_answer_place + 1'b1 == f_ring) && last_class == (f_answer + 12'd1 == f_results));
            if (asking) assert (ask_place == f_ask_place && ask_class == f_ask && ask_row == f_row && ask_base == f_base);
        end
        assert (!out_peek || !stall);
        if (out_peek) assert (out_address == f_address && out_row == f_row);
        assert (result_enable == (in_valid && f_answer_place + 1'b1 == f_ring));
        if (result_enable) assert (result_index == f_answer[W_RESULT-1:0] && result_word == f_total);
        assert (done == (result_enable && f_answer + 12'd1 == f_results));
        if (done) assert (!asking && f_ask == f_results);
    end
    always @(posedge clk) cover (f_past && !rst && done && f_results == 12'd5 && f_ring == 2 && result_word == 32'd77);

// SPDX-License-Identifier: Apache-2.0
// Proof of ern_host, inside it, together with its parts: a frame is released only after it was executed, once; data
// bytes are handed on exactly once and in order, the first one marked; registers, pictures and results are touched only
// by a command that says so; words of an answer are the registers and result words that were asked for; and no state
// lasts: without the host holding an answer back, something happens every 9 cycles, or N_TIMEOUT + 1 where a byte is handed on.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    // ---- registers and results answer by their index: one of each is watched ---------------------------------------
    (* anyconst *) wire [5:0]          f_reg;
    (* anyconst *) wire [W_RESULT-1:0] f_result;
    (* anyconst *) wire [31:0]         f_reg_word, f_result_word;
    reg [5:0]          f_reg_before, f_reg_before_2;
    reg [W_RESULT-1:0] f_result_before, f_result_before_2;
    always @(posedge clk) begin
        f_reg_before      <= reg_index;
        f_reg_before_2    <= f_reg_before;
        f_result_before   <= result_index;
        f_result_before_2 <= f_result_before;
    end
    always @* begin
        assume (f_reg_before_2 != f_reg || reg_rdata == f_reg_word);
        assume (f_result_before_2 != f_result || result_word == f_result_word);
    end

    // ---- the command that runs -------------------------------------------------------------------------------------
    reg        f_runs = 1'b0;    // a frame is being executed
    reg [15:0] f_handed;         // its data bytes that were handed on
    reg [15:0] f_given;          // words of its answer that were given
    reg        f_any_given;
    reg [20:0] f_quiet;          // cycles in which nothing happened
    reg [2:0]  f_before;
    wire       f_byte = mem_valid || (picture_valid && picture_ready);
    always @(posedge clk) begin
        f_before <= state;
        if (state == IDLE) begin
            f_runs   <= frame;
            f_handed <= 16'd0;
            f_given  <= 16'd0;
            f_any_given <= 1'b0;
        end
        if (state == ANSWER) f_runs <= 1'b0;
        if (f_byte) f_handed <= f_handed + 16'd1;
        if (word_wait[3]) begin
            f_given     <= f_given + 16'd1;
            f_any_given <= 1'b1;
        end
        f_quiet <= f_byte || out_valid || state == IDLE || state != f_before ? 21'd0 : f_quiet + 21'd1;
        if (rst) begin
            f_runs   <= 1'b0;
            f_before <= IDLE;
            f_quiet  <= 21'd0;
        end
    end
    wire f_executes = state == FIELDS || state == CHECK || state == DECIDE || state == DATA;
    reg [15:0] f_end;            // frame bytes up to the last field
    always @* case (opcode)
        `ERN_CMD_READ_REG:       f_end = 16'd4;
        `ERN_CMD_WRITE_REG:      f_end = 16'd7;
        `ERN_CMD_WRITE_MEM:      f_end = 16'd7;
        `ERN_CMD_PIXELS:         f_end = 16'd8;
        `ERN_CMD_READ_RESULT:    f_end = 16'd5;
        `ERN_CMD_RELEASE_RESULT: f_end = 16'd4;
        default:                 f_end = 16'd3;
    endcase
    always @* if (f_past && (f_runs || answer_busy) && !(state == FIELDS && index < 16'd3) && status != `ERN_ANSWER_BAD_FRAME) begin
        assert (field_end == f_end && known == (f_end != 16'd3));
        assert (read_reg == (opcode == `ERN_CMD_READ_REG) && write_reg == (opcode == `ERN_CMD_WRITE_REG));
        assert (write_mem == (opcode == `ERN_CMD_WRITE_MEM) && pixels == (opcode == `ERN_CMD_PIXELS));
        assert (read_result == (opcode == `ERN_CMD_READ_RESULT) && has_data == (write_mem || pixels));
    end
    always @* if (f_past) begin
        assert (data_memory == (state == DATA && opcode == `ERN_CMD_WRITE_MEM));
        assert (data_picture == (state == DATA && opcode == `ERN_CMD_PIXELS));
        if (state == DATA) assert (last_byte == (index + 16'd1 == length));
        if (state == DECIDE) begin
            assert (right_length == (has_data ? length > field_end : length == field_end));
            assert (same_picture == (picture_known && new_id == picture_now));
            assert (at_zero == (new_offset == 32'd0) && at_offset == (new_offset == picture_offset));
            assert (too_many == (read_reg ? asked > `ERN_LINK_MAX_WORDS : asked >= `ERN_LINK_MAX_WORDS));
        end
    end
    wire f_word_on_its_way = word_ask || word_wait != 4'd0;
    always @* if (f_past) begin
        assert (state <= SENDING);
        assert (!frame_done || (frame && f_runs));
        assert (f_runs == (f_executes || (state == ANSWER && status != `ERN_ANSWER_BAD_FRAME)));
        if (f_runs) assert (frame && (!f_executes || status == `ERN_ANSWER_OK));
        if (f_executes || state == ANSWER) assert (f_given == 16'd0 && !f_any_given);
        if (state == FIELDS || state == CHECK || state == DECIDE) assert (f_handed == 16'd0 && waited == 20'd0 && first);
        if (state == FIELDS) assert (index <= 16'd8 && (index < 2 || (index <= f_end && index <= length)));
        if (state == CHECK || state == DECIDE) assert (index == (length < field_end ? length : field_end));
        if (state == DATA) begin
            assert (has_data && known && length > field_end && index < length);
            assert (f_handed < length && index == field_end + f_handed);
            assert (mem_first == (f_handed == 16'd0));
            assert (waited <= N_TIMEOUT);
            assert (!mem_valid || mem_ready);
        end else assert (!mem_valid && !picture_valid);
        if (data_picture) assert (picture_now == new_id && picture_offset == new_offset + f_handed);
        // answers
        if (answer_busy) assert (state == SENDING);
        if (state == ANSWER) assert (!answer_busy);
        assert ((answer_busy && !out_valid) == f_word_on_its_way);
        assert (({4'd0, word_ask} + word_wait[0] + word_wait[1] + word_wait[2] + word_wait[3]) <= 5'd1);
        // nothing hangs
        case (state)
            FIELDS:  assert (f_quiet <= index);
            CHECK:   assert (f_quiet <= 21'd9);
            DECIDE:  assert (f_quiet <= 21'd9);
            DATA:    assert (f_quiet <= waited);
            ANSWER:  assert (f_quiet <= N_TIMEOUT + 1);
            SENDING: assert (f_quiet <= (out_valid || word_wait[3] ? 5
                                         : word_wait[2] ? 4 : word_wait[1] ? 3 : word_wait[0] ? 2 : 1));
            default: ;
        endcase
    end

    // ---- what a command may do -------------------------------------------------------------------------------------
    always @(posedge clk) if (f_past && !$past(rst)) begin
        if (reg_write) assert ($past(state == DECIDE && opcode == `ERN_CMD_WRITE_REG && length == 16'd7));
        if (picture_start) assert (!picture_valid && $past(state == DECIDE && opcode == `ERN_CMD_PIXELS && picture_can_start));
        if (result_release) assert ($past(state == DECIDE && opcode == `ERN_CMD_RELEASE_RESULT && same_result));
        if ($past(state == DATA) && state == ANSWER && status == `ERN_ANSWER_OK)
            assert (f_handed == length - field_end);
        if (state == ANSWER && $past(state) == IDLE) assert (status == `ERN_ANSWER_BAD_FRAME && sequence_number == 8'd0);
    end
    always @* if (f_past && word_wait[3] && status != `ERN_ANSWER_BAD_OFFSET) begin
        if (!read_result && reg_index == f_reg) assert (word == f_reg_word);
        if (read_result && !first_word && result_index == f_result) assert (word == f_result_word);
    end
    always @* if (f_past && state == SENDING && status == `ERN_ANSWER_OK) begin
        if (opcode == `ERN_CMD_READ_REG) assert (reg_index == fields[5:0] + f_given[5:0]);
        if (opcode == `ERN_CMD_READ_RESULT) begin
            assert (first_word == !f_any_given);
            assert (word_index == fields[15:0] + f_given - f_any_given);
        end
    end
    ern_stream_rules #(.W_DATA(8)) f_out (
        .clk(clk), .rst(rst), .valid(out_valid), .ready(out_ready), .data(out_data));
    // A time out withdraws the byte.
    ern_stream_rules #(.W_DATA(8)) f_picture (
        .clk(clk), .rst(rst || timed_out), .valid(picture_valid), .ready(picture_ready), .data(picture_data));

`ifdef ERN_FORMAL_COVER
    // Given frames, the first byte last, since a solver does not find a CRC by itself, and always ready surroundings: two
    // bytes for memory 0 (ERN_FORMAL_COVER 0); one of a picture, which nobody takes (1).
    localparam [8*14-1:0] F_FRAME = `ERN_FORMAL_COVER ? 112'hc0_e3_a2_2c_ae_11_00_00_00_00_00_07_04_02
                                                      : 112'hc0_27_6b_a8_da_bb_aa_00_00_00_05_00_03_01;
    reg [3:0] f_at = 4'd0;
    always @* if (f_past) begin
        assume (!rst && in_valid == (f_at != 4'd14) && in_data == F_FRAME[8*f_at +: 8]);
        assume (out_ready && !picture_ready && mem_ready && picture_can_start && !clear);
    end
    always @(posedge clk) begin
        f_at <= f_at + (in_valid && in_ready);
        if (`ERN_FORMAL_COVER)
            cover (f_past && picture_id == 16'd7 && state == SENDING && !answer_busy && status == `ERN_ANSWER_TIMEOUT);
        else cover (f_past && f_handed == 16'd2 && state == SENDING && !answer_busy && status == `ERN_ANSWER_OK);
    end
`endif

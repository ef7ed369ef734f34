// SPDX-License-Identifier: Apache-2.0
// Proof of ern_host_answer, inside it: from `go` to the end of busy the encoder takes sequence number, status, `words`
// words, the CRC of these by polynomial division, and one end: 6 + 4 * words bytes, nothing else, nothing before. Each
// word is asked for once, when all before it is sent. The encoder puts on the line what it takes (its own proof), and
// its claims on its input hold here.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    reg        f_asked = 1'b0;      // a word is asked for and not yet given
    reg        f_runs  = 1'b0;
    reg [7:0]  f_sequence, f_status, f_words, f_asks;
    reg [31:0] f_word, f_crc;       // the word that is sent, the CRC up to here
    reg [10:0] f_sent;              // bytes that were sent
`ifdef ERN_FORMAL_PART
    always @* if (f_past) assert (!word_valid || f_asked || word_ask);
`else
    always @* assume (!word_valid || f_asked || word_ask);   // claimed in ern_host
`endif
    wire [31:0] f_crc_next;
    ern_crc32_model f_model (.in(f_crc), .data(data), .out(f_crc_next));
    wire [10:0] f_body = {1'b0, f_words, 2'd0} + 11'd2;      // bytes before the CRC
    always @(posedge clk) begin
        if (word_ask || word_valid) f_asked <= !word_valid;
        if (word_ask) f_asks <= f_asks + 8'd1;
        if (word_valid) f_word <= word;
        if (sent && f_sent < f_body) f_crc <= f_crc_next;
        if (sent) f_sent <= f_sent + 11'd1;
        if (sent && state == FINISH) f_runs <= 1'b0;
        if (go && !busy) begin
            f_runs     <= 1'b1;
            f_sequence <= sequence_number;
            f_status   <= status;
            f_words    <= words;
            f_asks     <= 8'd0;
            f_sent     <= 11'd0;
            f_crc      <= 32'hffffffff;
        end
        if (rst) {f_runs, f_asked} <= 2'b00;
    end

    // ---- what is sent ----------------------------------------------------------------------------------------------
    wire [1:0]  f_place = f_sent[1:0] - 2'd2;                // byte of a word or of the CRC
    wire [31:0] f_shown = (f_sent < f_body ? f_word : ~f_crc) >> {f_place, 3'd0};
    always @* if (f_past) begin
        assert (busy == f_runs);
        if (!busy) assert (!out_valid);
        if (sent) begin
            assert (f_runs);
            assert ((state == FINISH) == (f_sent == f_body + 11'd4));
            if (f_sent == 11'd0) assert (data == f_sequence);
            else if (f_sent == 11'd1) assert (data == f_status);
            else if (state != FINISH) assert (data == f_shown[7:0]);
        end
    end

    // ---- where the machine stands ----------------------------------------------------------------------------------
    wire [10:0] f_up_to = {1'b0, f_asks + word_ask, 2'd0} + 11'd2;   // bytes up to the word that was asked for
    always @* if (f_past) begin
        assert (state <= FINISH);
        if (busy) begin
            assert (f_asks + word_ask + left == {1'b0, f_words});
            assert (none_left == (left == 8'd0));
            assert (crc == f_crc || state == CHECK || state == FINISH);
        end
        assert ((f_asked || word_ask) == (state == WAIT));
        if (f_asked) assert (!word_ask);
        case (state)
            HEAD: begin
                assert (f_asks == 8'd0 && !place[1] && f_sent == place);
                assert (shift == {16'd0, f_status, f_sequence} >> {place, 3'd0});
            end
            WAIT: assert (f_asks + word_ask != 9'd0 && f_sent + 11'd4 == f_up_to && place == 2'd0);
            WORD: begin
                assert (f_asks != 8'd0 && f_sent + 11'd4 == f_up_to + place);
                assert (shift == f_word >> {place, 3'd0});
            end
            CHECK: begin
                assert (left == 8'd0 && f_sent == f_body + place);
                assert (shift == ~f_crc >> {place, 3'd0});
            end
            FINISH: assert (left == 8'd0 && f_sent == f_body + 11'd4);
            default: ;
        endcase
    end
    ern_stream_rules #(.W_DATA(8)) f_out (
        .clk(clk), .rst(rst), .valid(out_valid), .ready(out_ready), .data(out_data));

    reg f_special = 1'b0;
    always @(posedge clk) begin
        f_special <= !rst && !(go && !busy) && (f_special || (sent && state == WORD && data == 8'hc0));
        cover (f_past && !rst && f_special && f_words == 8'd2 && sent && state == FINISH);
    end

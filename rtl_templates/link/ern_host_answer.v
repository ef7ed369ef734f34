// SPDX-License-Identifier: Apache-2.0
// Sends one answer frame: sequence number, status, `words` 32-bit words, CRC-32, through SLIP. go starts it; each word is
// asked for by word_ask and may be given any number of cycles later with word_valid, one cycle. busy until the last byte
// has left.
`default_nettype none

module ern_host_answer (
    input  wire        clk,
    input  wire        rst,
    input  wire        go,
    input  wire [7:0]  sequence_number,
    input  wire [7:0]  status,
    input  wire [7:0]  words,
    output wire        busy,
    output reg         word_ask,
    input  wire        word_valid,
    input  wire [31:0] word,
    output wire        out_valid,
    input  wire        out_ready,
    output wire [7:0]  out_data
);
    localparam [2:0] IDLE = 3'd0, HEAD = 3'd1, WAIT = 3'd2, WORD = 3'd3, CHECK = 3'd4, FINISH = 3'd5;
    reg [2:0]  state;
    reg [1:0]  place;      // byte of the head, the word, the CRC
    reg [7:0]  left;       // words not yet asked for
    reg [31:0] shift, crc;
    reg        none_left;  // left == 0
    reg        special;    // the byte that is sent is one that SLIP escapes
    wire [31:0] crc_next;

    wire       send    = state == HEAD || state == WORD || state == CHECK || state == FINISH;
    wire       in_ready;
    wire       sent    = send && in_ready;
    wire [7:0] data    = shift[7:0];
    ern_crc32 u_crc (.in(crc), .data(data), .out(crc_next));
    ern_slip_encode u_encode (
        .clk(clk), .rst(rst), .in_valid(send), .in_ready(in_ready), .in_end(state == FINISH), .in_data(data), .in_special(special),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data));
    assign busy = state != IDLE;

    function is_special(input [7:0] value);
        is_special = value == 8'hc0 || value == 8'hdb;
    endfunction

    always @(posedge clk) begin
        word_ask <= 1'b0;
        if (sent) begin
            place <= place + 2'd1;
            shift <= {8'd0, shift[31:8]};
            special <= is_special(shift[15:8]);
            if (state == HEAD || state == WORD) crc <= crc_next;
        end
        case (state)
            IDLE: if (go) begin
                state <= HEAD;
                place <= 2'd0;
                left  <= words;
                none_left <= words == 8'd0;
                shift <= {16'd0, status, sequence_number};
                special <= is_special(sequence_number);
                crc   <= 32'hffffffff;
            end
            HEAD, WORD: if (sent && place == (state == HEAD ? 2'd1 : 2'd3)) begin
                place <= 2'd0;
                if (!none_left) begin
                    state    <= WAIT;
                    word_ask <= 1'b1;
                    left     <= left - 8'd1;
                    none_left <= left == 8'd1;
                end else begin
                    state <= CHECK;
                    shift <= ~crc_next;
                    special <= is_special(~crc_next[7:0]);
                end
            end
            WAIT: if (word_valid) begin
                state <= WORD;
                shift <= word;
                special <= is_special(word[7:0]);
            end
            CHECK: if (sent && place == 2'd3) state <= FINISH;
            default: if (sent) state <= IDLE;
        endcase
        if (rst) begin
            state    <= IDLE;
            word_ask <= 1'b0;
        end
    end

`ifdef FORMAL
`include "ern_host_answer.vh"
`endif
endmodule

`default_nettype wire

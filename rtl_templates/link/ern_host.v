// SPDX-License-Identifier: Apache-2.0
// The command processor of the host link (docs/link.md). One command at a time: received whole and checked, executed,
// answered. Commands may be repeated after a lost answer: register and memory writes are the same twice, pictures carry
// number and offset, a result is released by its picture's number.
//
// A picture's bytes must come in order under one number; the first offset 0 under a new number starts it. Bytes that the
// accelerator does not take within N_TIMEOUT cycles end the command with TIMEOUT, so nothing here hangs.
`default_nettype none
`include "ern_link_defs.vh"

module ern_host #(
    parameter integer N_TIMEOUT = 65536,  // cycles, 1..2^20-1
    parameter integer W_RESULT  = 4       // result word address
) (
    input  wire                clk,
    input  wire                rst,
    // bytes from and to the host
    input  wire                in_valid,
    output wire                in_ready,
    input  wire [7:0]          in_data,
    output wire                out_valid,
    input  wire                out_ready,
    output wire [7:0]          out_data,
    // registers: read data one or two cycles after the index
    output reg  [5:0]          reg_index,
    output reg                 reg_write,
    output reg  [31:0]         reg_wdata,
    input  wire [31:0]         reg_rdata,
    input  wire                clear,            // the picture that is half there is abandoned
    // memory bursts (ern_word_writer)
    output wire                mem_valid,        // only where mem_ready: the byte is taken
    input  wire                mem_ready,
    output wire [7:0]          mem_space,
    output wire                mem_first,
    output wire [31:0]         mem_address,
    output wire [7:0]          mem_data,
    // picture
    output reg                 picture_start,
    output wire [15:0]         picture_id,
    input  wire                picture_can_start,
    output wire                picture_valid,
    input  wire                picture_ready,
    output wire [7:0]          picture_data,
    // result: word two cycles after the index
    input  wire                result_waiting,
    input  wire [15:0]         result_id,
    input  wire [15:0]         result_check,
    output wire [W_RESULT-1:0] result_index,
    input  wire [31:0]         result_word,
    output reg                 result_release,
    output wire [31:0]         link_errors
);
    localparam [2:0] IDLE = 3'd0, FIELDS = 3'd1, CHECK = 3'd2, DECIDE = 3'd3, DATA = 3'd4, ANSWER = 3'd5, SENDING = 3'd6;

    wire        frame, bad;
    wire [15:0] length;
    wire [7:0]  data;
    reg  [15:0] index;            // byte of the frame
    wire        frame_done;
    ern_host_receive #(.N_BYTES(`ERN_LINK_FRAME_BYTES)) u_receive (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data), .frame(frame),
        .length(length), .done(frame_done), .read_index(index[$clog2(`ERN_LINK_FRAME_BYTES)-1:0]), .read_data(data), .bad(bad), .errors(link_errors));

    reg  [2:0]  state;
    reg         bad_pending;      // a damaged frame is to be answered
    reg  [7:0]  sequence_number, opcode, status, words;
    reg  [47:0] fields;           // first field in the least significant bits
    reg         first;            // no data byte was handed on yet
    reg  [19:0] waited;
    // the picture that is coming in
    reg         picture_known;
    reg  [15:0] picture_now;
    reg  [31:0] picture_offset;   // the byte that comes next

    // What the opcode says, a cycle after it came.
    wire [15:0] field_end;        // frame bytes up to the last field
    wire        known, has_data, read_reg, write_reg, write_mem, pixels, read_result;
    ern_host_opcode u_opcode (
        .clk(clk), .opcode(opcode), .field_end(field_end), .known(known), .has_data(has_data), .read_reg(read_reg),
        .write_reg(write_reg), .write_mem(write_mem), .pixels(pixels), .read_result(read_result));

    // What the fields say, for DECIDE: all of it a cycle old, and nothing of it changes between CHECK and DECIDE but that a
    // result may come or a clear may forget a picture.
    wire [15:0] new_id     = fields[15:0];
    wire [31:0] new_offset = fields[47:16];
    wire [7:0]  asked      = read_reg ? fields[15:8] : fields[23:16];
    reg         right_length, same_picture, at_zero, at_offset, same_result, too_many;
    always @(posedge clk) begin
        right_length <= has_data ? length > field_end : length == field_end;
        same_picture <= picture_known && new_id == picture_now && !clear && !rst;
        at_zero      <= new_offset == 32'd0;
        at_offset    <= new_offset == picture_offset;
        same_result  <= result_waiting && result_id == fields[15:0];
        too_many     <= read_reg ? asked > `ERN_LINK_MAX_WORDS : asked >= `ERN_LINK_MAX_WORDS;
    end
    wire new_picture = at_zero && !same_picture;
    wire in_order    = same_picture && at_offset;

    reg  data_memory, data_picture;                  // state == DATA, of a WRITE_MEM, of a PIXELS
    reg  last_byte;                                  // index + 1 == length
    wire handed_on = (data_memory && mem_ready) || (data_picture && picture_ready && !picture_start);
    wire timed_out = waited == N_TIMEOUT[19:0];

    assign mem_valid     = data_memory && mem_ready;
    assign mem_space     = fields[7:0];
    assign mem_first     = first;
    assign mem_address   = fields[39:8];
    assign mem_data      = data;
    assign picture_valid = data_picture && !picture_start;   // the picture begins before its first byte comes
    assign picture_data  = data;
    assign picture_id    = picture_now;

    integer n;
    // ---- commands -------------------------------------------------------------------------------------------------------
    always @(posedge clk) begin
        reg_write      <= 1'b0;
        picture_start  <= 1'b0;
        result_release <= 1'b0;
        bad_pending    <= bad || (bad_pending && state != IDLE);
        case (state)
            IDLE: begin
                index  <= 16'd0;
                first  <= 1'b1;
                waited <= 20'd0;
                words  <= 8'd0;
                status <= `ERN_ANSWER_OK;
                if (frame) state <= FIELDS;
                else if (bad_pending) begin
                    sequence_number <= 8'd0;
                    status          <= `ERN_ANSWER_BAD_FRAME;
                    state           <= ANSWER;
                end
            end
            FIELDS: begin
                index <= index + 16'd1;
                if (index == 16'd0) sequence_number <= data;
                else if (index == 16'd1) opcode <= data;
                for (n = 0; n < 6; n = n + 1) if (index == n[15:0] + 16'd2) fields[8*n +: 8] <= data;
                // field_end is that of this opcode from byte 3 on.
                if ((index >= 16'd3 && index == field_end) || (index >= 16'd2 && index == length)) begin
                    index <= index;       // the first data byte
                    state <= CHECK;
                end
            end
            CHECK: state <= DECIDE;
            DECIDE: begin
                state <= ANSWER;
                if (!known) status <= `ERN_ANSWER_BAD_OPCODE;
                else if (!right_length) status <= `ERN_ANSWER_BAD_LENGTH;
                else case (1'b1)
                    read_reg:
                        if (too_many) status <= `ERN_ANSWER_BAD_LENGTH;
                        else words <= asked;
                    write_reg: reg_write <= 1'b1;
                    write_mem: begin
                        data_memory <= 1'b1;
                        state       <= DATA;
                    end
                    pixels:
                        if (new_picture && !picture_can_start) status <= `ERN_ANSWER_BUSY;
                        else if (new_picture || in_order) begin
                            picture_start  <= new_picture;
                            picture_known  <= 1'b1;
                            picture_now    <= new_id;
                            picture_offset <= new_offset;
                            data_picture   <= 1'b1;
                            state          <= DATA;
                        end else begin
                            status <= `ERN_ANSWER_BAD_OFFSET;
                            words  <= 8'd1;
                        end
                    read_result:
                        if (!result_waiting) status <= `ERN_ANSWER_EMPTY;
                        else if (too_many) status <= `ERN_ANSWER_BAD_LENGTH;
                        else words <= asked + 8'd1;
                    default:
                        if (same_result) result_release <= 1'b1;
                        else status <= `ERN_ANSWER_EMPTY;
                endcase
            end
            DATA: begin
                waited <= waited + 20'd1;
                if (handed_on) begin
                    first          <= 1'b0;
                    waited         <= 20'd0;
                    index          <= index + 16'd1;
                    picture_offset <= data_picture ? picture_offset + 32'd1 : picture_offset;
                    if (last_byte) begin
                        {data_memory, data_picture} <= 2'b00;
                        state <= ANSWER;
                    end
                end else if (timed_out) begin
                    picture_known <= 1'b0;
                    status        <= `ERN_ANSWER_TIMEOUT;
                    state         <= ANSWER;
                    {data_memory, data_picture} <= 2'b00;
                end
            end
            ANSWER: state <= SENDING;
            default: if (!answer_busy) state <= IDLE;
        endcase
        last_byte <= handed_on ? index + 16'd2 == length : index + 16'd1 == length;
        if (rst || clear) picture_known <= 1'b0;
        if (rst) begin
            {data_memory, data_picture} <= 2'b00;
            state          <= IDLE;
            bad_pending    <= 1'b0;
            reg_write      <= 1'b0;
            picture_start  <= 1'b0;
            result_release <= 1'b0;
        end
    end
    assign frame_done = state == ANSWER && status != `ERN_ANSWER_BAD_FRAME;   // that one answers for no frame in the buffer

    // ---- answers: registers, result words, the expected offset -----------------------------------------------------------
    wire        answer_busy, word_ask;
    reg  [3:0]  word_wait;        // memory and register latency
    reg  [15:0] word_index;
    reg  [31:0] word;
    ern_host_answer u_answer (
        .clk(clk), .rst(rst), .go(state == ANSWER), .sequence_number(sequence_number), .status(status), .words(words),
        .busy(answer_busy), .word_ask(word_ask), .word_valid(word_wait[3]), .word(word), .out_valid(out_valid),
        .out_ready(out_ready), .out_data(out_data));

    reg  first_word;
    assign result_index = word_index[W_RESULT-1:0];
    always @(posedge clk) begin
        word_wait <= {word_wait[2:0], word_ask};
        if (state == DECIDE) begin
            word_index <= read_result ? fields[15:0] : {8'd0, fields[7:0]};
            reg_index  <= fields[5:0];
            reg_wdata  <= fields[39:8];
            first_word <= 1'b1;
        end else if (word_wait[3]) begin
            first_word <= 1'b0;
            if (!(read_result && first_word)) begin
                word_index <= word_index + 16'd1;
                reg_index  <= reg_index + 6'd1;
            end
        end
        if (status == `ERN_ANSWER_BAD_OFFSET) word <= picture_offset;
        else if (!read_result) word <= reg_rdata;
        else word <= first_word ? {result_check, result_id} : result_word;
        if (rst) word_wait <= 4'd0;
    end

`ifdef FORMAL
`include "ern_host.vh"
`endif
endmodule

`default_nettype wire

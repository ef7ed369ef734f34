// SPDX-License-Identifier: Apache-2.0
// Rows of a picture from external memory through the pixel embedding into their ring of activation memory, as an embed
// descriptor says (out_row, out_end, out_ring, out_row_step, out_block_step, out_width, out_rows; out_words: words a pixel).
// paired_rows: the word of an even row holds the row above it in its lower half (zeros above row 0) and the row in its
// upper half, the word of an odd row holds the row in its lower half. start_row is the first row; a picture is at most
// N_ROW pixels wide then, and at least 8.
// passes + 1 pixels are taken; those beyond out_width * out_rows, which fill up a picture's last beats, are dropped.
//   go is accepted while idle; `done` comes for one cycle when the last word is written and all pixels are taken
//   pixel_take asks for the next pixel, in_pixel brings it 3 cycles later: codes of ern_picture_store, colour 0 in the least significant bits
// One word a cycle, so a pixel of one word a cycle.
`default_nettype none
`include "ern_descriptor.vh"

module ern_embed_rows #(
    parameter integer N_TAPS     = 3,
    parameter integer N_CHANNELS = 64,
    parameter integer N_CODES    = 10,
    parameter integer N_COLOURS  = 3,
    parameter integer N_ROW      = 1024,
    parameter integer W_ADDR     = 9,
    parameter integer N_TAP_ROWS = 1    // divides N_TAPS
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   go,
    input  wire [`ERN_D_BITS-1:0] descriptor,
    output wire                   idle,
    output reg                    done,
    // pixels
    input  wire                   pixel_available,
    output wire                   pixel_take,
    input  wire [6*N_COLOURS-1:0] in_pixel,
    // activation memory
    output wire                   out_valid,
    input  wire                   out_ready,
    output wire [N_TAPS-1:0]      out_bank,
    output wire [W_ADDR-1:0]      out_address,
    output wire [N_CHANNELS-1:0]  out_lo,
    output wire [N_CHANNELS-1:0]  out_hi
);
    localparam integer W_TAP   = $clog2(2 * N_TAPS);
    localparam integer W_WORD  = W_ADDR + 1;
    localparam integer N_WORDS = (N_COLOURS * N_CODES + N_CHANNELS - 1) / N_CHANNELS;
    localparam integer N_COLUMNS = N_TAPS / N_TAP_ROWS;
    localparam integer W_FIELD   = W_TAP < 4 ? W_TAP : 4;
`include "ern_turn.vh"
    localparam integer N_WAIT  = 8;   // pixels between the stream and the memory

    /* verilator lint_off UNUSED */
    reg  [`ERN_D_BITS-1:0] d;
    /* verilator lint_on UNUSED */
    reg               running, dropping;
    reg  [11:0]       x, y;               // of the pixel that is written
    reg  [W_WORD-1:0] row_word, quotient, block_word;
    reg  [W_TAP-1:0]  remainder, bank;    // x mod N_TAPS; (x + word + N_COLUMNS * y) mod N_TAPS
    reg  [3:0]        word;
    reg  [23:0]       asked_left;         // pixels that were not yet asked for, less one (field passes)
    reg               asking;
    reg  [3:0]        held;               // pixels on the way or waiting
    reg  [2:0]        on_the_way;
    reg  [11:0]       ask_x;              // column of the next pixel that is asked for
    reg               ask_odd, ask_top;   // its row is odd; it is row 0

    // ---- pixels: as many are asked for as can wait here -----------------------------------------------------------------
    wire pixel_valid, pixel_ready, fifo_ready;
    wire [6*N_COLOURS-1:0] pixel, above, above_in, above_read;
    wire                   odd, odd_in, top_in;
    assign pixel_take = asking && pixel_available && held != N_WAIT[3:0];
    wire ask_last_x = ask_x + 12'd1 == d[`ERN_D_OUT_WIDTH +: 12];

    // The odd rows, each kept until the row below it has come.
    localparam integer W_KEEP = $clog2(N_ROW);
    wire [W_KEEP-1:0] asked_x, in_x;
    wire              asked_odd, asked_top;
    ern_delay #(.W_DATA(W_KEEP + 2), .N_CYCLES(1)) u_asked (
        .clk(clk), .in({ask_x[W_KEEP-1:0], ask_odd, ask_top}), .out({asked_x, asked_odd, asked_top}));
    ern_delay #(.W_DATA(W_KEEP + 2), .N_CYCLES(2)) u_in (
        .clk(clk), .in({asked_x, asked_odd, asked_top}), .out({in_x, odd_in, top_in}));
    ern_ram #(.W_DATA(6 * N_COLOURS), .DEPTH(N_ROW), .W_ADDR(W_KEEP)) u_row (
        .clk(clk), .write_enable(on_the_way[2] && odd_in), .write_address(in_x), .write_data(in_pixel),
        .read_address(asked_x), .read_data(above_read));
    assign above_in = top_in ? {(6 * N_COLOURS){1'b0}} : above_read;
    ern_fifo #(.W_DATA(12 * N_COLOURS + 1), .DEPTH(N_WAIT)) u_pixels (
        .clk(clk), .rst(rst), .in_valid(on_the_way[2]), .in_ready(fifo_ready), .in_data({odd_in, above_in, in_pixel}),
        .out_valid(pixel_valid), .out_ready(pixel_ready), .out_data({odd, above, pixel}));
    wire unused = fifo_ready;

    // ---- words ----------------------------------------------------------------------------------------------------------
    localparam integer N_EMBED = N_CODES * N_COLOURS;
    localparam integer N_ALL   = N_WORDS * N_CHANNELS;
    wire [N_ALL-1:0]   lo, hi;
    wire [N_EMBED-1:0] own_lo, own_hi;
    ern_thermometer #(.N_CODES(N_CODES), .N_COLOURS(N_COLOURS), .N_LANES(N_EMBED)) u_thermometer (
        .in_pixel(pixel), .out_lo(own_lo), .out_hi(own_hi));
    generate
        if (2 * N_EMBED <= N_CHANNELS) begin : g_pair
            wire               split = d[`ERN_D_PAIRED_ROWS] && !odd;
            wire [N_EMBED-1:0] above_lo, above_hi;
            ern_thermometer #(.N_CODES(N_CODES), .N_COLOURS(N_COLOURS), .N_LANES(N_EMBED)) u_above (
                .in_pixel(above), .out_lo(above_lo), .out_hi(above_hi));
            localparam integer HALF = N_CHANNELS / 2;
            assign lo = {{(HALF - N_EMBED){1'b0}}, split ? own_lo : {N_EMBED{1'b0}},
                         {(HALF - N_EMBED){1'b0}}, split ? above_lo : own_lo};
            assign hi = {{(HALF - N_EMBED){1'b0}}, split ? own_hi : {N_EMBED{1'b0}},
                         {(HALF - N_EMBED){1'b0}}, split ? above_hi : own_hi};
        end else begin : g_single
            assign lo = {{(N_ALL - N_EMBED){1'b0}}, own_lo};
            assign hi = {{(N_ALL - N_EMBED){1'b0}}, own_hi};
            wire unused_above = ^{above, odd};
        end
    endgenerate
    wire put       = out_valid && out_ready;
    // Registers, for what hangs on them is long enough; ends of loops of one turn.
    reg  last_word, last_x, last_y, one_word, one_wide, begun;
    wire last      = put && last_word && last_x && last_y;
    wire [W_TAP-1:0]  next_remainder = last_x ? {W_TAP{1'b0}} : turned(remainder, 1);
    wire [W_TAP-1:0]  first_bank, next_bank;   // of word 0: of the first pixel, of the next one
    generate
        if (N_TAP_ROWS == 1) begin : g_same
            assign first_bank = {W_TAP{1'b0}};
            assign next_bank  = next_remainder;
        end else begin : g_turn
            reg  [W_TAP-1:0] row_bank, pixel_bank;   // of word 0: of this row's first pixel, of this pixel
            wire [W_TAP-1:0] next_row = turned(row_bank, N_COLUMNS);
            always @(posedge clk) begin
                if (go && idle) {row_bank, pixel_bank} <= {2{first_bank}};
                else if (put && last_word) begin
                    pixel_bank <= next_bank;
                    if (last_x) row_bank <= next_row;
                end
            end
            assign first_bank = {{(W_TAP - W_FIELD){1'b0}}, descriptor[`ERN_D_OUT_BANK +: W_FIELD]};
            assign next_bank  = last_x ? next_row : turned(pixel_bank, 1);
        end
    endgenerate
    wire [W_WORD-1:0] row_step = d[`ERN_D_OUT_ROW_STEP +: W_WORD];
    reg  [W_WORD-1:0] row_limit, row_back;   // a row step from the ring's end, and the step that wraps
    // Two sums and a choice, for the compare before one sum is too long; kept, or Yosys makes one sum of them again.
    (* keep *) wire [W_WORD-1:0] row_further;
    (* keep *) wire [W_WORD-1:0] row_wrapped;
    assign row_further = row_word + row_step;
    assign row_wrapped = row_word + row_back;
    wire dropped   = dropping && !asking && held == 4'd0;
    assign pixel_ready = put && last_word || dropping;
    wire   give        = pixel_ready && pixel_valid;
    assign out_valid   = running && !dropping && pixel_valid;
    assign idle        = !running;

    always @(posedge clk) begin
        done       <= dropped && !rst;
        on_the_way <= {on_the_way[1:0], pixel_take};
        held       <= held + {3'd0, pixel_take} - {3'd0, give};
        if (pixel_take) begin
            ask_x      <= ask_last_x ? 12'd0 : ask_x + 12'd1;
            if (ask_last_x) {ask_odd, ask_top} <= {!ask_odd, 1'b0};
            asked_left <= asked_left - 24'd1;
            if (asked_left == 24'd0) asking <= 1'b0;
        end
        begun     <= go && idle;
        row_limit <= d[`ERN_D_OUT_END +: W_WORD] - row_step;
        row_back  <= row_step - d[`ERN_D_OUT_RING +: W_WORD];
        if (begun) begin               // no pixel comes as soon as that
            last_word <= d[`ERN_D_OUT_WORDS +: 4] == 4'd1;
            one_word  <= d[`ERN_D_OUT_WORDS +: 4] == 4'd1;
            last_x    <= d[`ERN_D_OUT_WIDTH +: 12] == 12'd1;
            one_wide  <= d[`ERN_D_OUT_WIDTH +: 12] == 12'd1;
            last_y    <= d[`ERN_D_OUT_ROWS +: 12] == 12'd1;
        end
        if (go && idle) begin
            d          <= descriptor;
            running    <= 1'b1;
            asking     <= 1'b1;
            asked_left <= descriptor[`ERN_D_PASSES +: 24];
            ask_x      <= 12'd0;
            ask_odd    <= descriptor[`ERN_D_START_ROW];
            ask_top    <= descriptor[`ERN_D_START_ROW +: 16] == 16'd0;
            {x, y}     <= 24'd0;
            word       <= 4'd0;
            bank       <= first_bank;
            row_word   <= descriptor[`ERN_D_OUT_ROW +: W_WORD];
            quotient   <= {W_WORD{1'b0}};
            remainder  <= {W_TAP{1'b0}};
            block_word <= {W_WORD{1'b0}};
        end else if (put) begin
            word       <= last_word ? 4'd0 : word + 4'd1;
            last_word  <= last_word ? one_word : word + 4'd2 == d[`ERN_D_OUT_WORDS +: 4];
            bank       <= last_word ? next_bank : turned(bank, 1);
            block_word <= last_word ? {W_WORD{1'b0}} : block_word + d[`ERN_D_OUT_BLOCK_STEP +: W_WORD];
            if (last_word) begin
                x         <= last_x ? 12'd0 : x + 12'd1;
                last_x    <= last_x ? one_wide : x + 12'd2 == d[`ERN_D_OUT_WIDTH +: 12];
                remainder <= next_remainder;
                quotient  <= last_x ? {W_WORD{1'b0}} : next_remainder == {W_TAP{1'b0}} ? quotient + 1'b1 : quotient;
                if (last_x) begin
                    y        <= y + 12'd1;
                    last_y   <= y + 12'd2 == d[`ERN_D_OUT_ROWS +: 12];
                    row_word <= row_word >= row_limit ? row_wrapped : row_further;
                end
            end
            if (last) dropping <= 1'b1;
        end else if (dropped) begin
            {running, dropping} <= 2'b00;
        end
        if (rst) begin
            dropping   <= 1'b0;
            running    <= 1'b0;
            asking     <= 1'b0;
            on_the_way <= 3'b000;
            held       <= 4'd0;
        end
    end

    assign out_bank = one_hot(bank);
    wire [W_WORD-1:0] address = row_word + block_word + quotient;
    assign out_address = address[W_ADDR-1:0];
    generate
        if (N_WORDS > 1) begin : g_many
            assign out_lo = lo[word * N_CHANNELS +: N_CHANNELS];
            assign out_hi = hi[word * N_CHANNELS +: N_CHANNELS];
        end else begin : g_one
            assign out_lo = lo;
            assign out_hi = hi;
        end
    endgenerate
    wire unused_top = address[W_WORD-1];

`ifdef FORMAL
`include "ern_embed_rows.vh"
`endif
endmodule

`default_nettype wire

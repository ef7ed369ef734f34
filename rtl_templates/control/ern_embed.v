// SPDX-License-Identifier: Apache-2.0
// The picture's way in: bytes [y][x][colour] -> pixel embedding -> activation memory.
//   byte v -> N_CODES codes a colour (ern_thermometer)
// The codes of one pixel, colour after colour, fill ceil(colours * N_CODES / N_CHANNELS) words, which lie as ern_reader has it.
// One byte a cycle, then one cycle a word. `start` begins a picture; it is heeded while a picture is wanted or
// half there (can_start), and a half picture is then overwritten. `full`: a whole picture lies in memory; `release_full`
// lets the next one in. Geometry is stable while bytes come.
`default_nettype none

module ern_embed #(
    parameter integer N_TAPS     = 3,
    parameter integer N_CHANNELS = 32,
    parameter integer N_CODES    = 10,
    parameter integer N_COLOURS  = 3,   // at most
    parameter integer W_ADDR     = 9,
    parameter integer N_TAP_ROWS = 1    // divides N_TAPS
) (
    input  wire                  clk,
    input  wire                  rst,
    // geometry
    input  wire [W_ADDR-1:0]     cfg_base,
    input  wire [11:0]           cfg_height,
    input  wire [11:0]           cfg_width,
    input  wire [1:0]            cfg_colours,     // 1..N_COLOURS
    input  wire [W_ADDR-1:0]     cfg_row_step,    // words a row of all channel blocks
    input  wire [W_ADDR-1:0]     cfg_block_step,  // words a row of one channel block
    // bytes
    input  wire                  start,
    output wire                  can_start,
    input  wire                  in_valid,
    output wire                  in_ready,
    input  wire [7:0]            in_data,
    // state
    output wire                  full,
    input  wire                  release_full,
    // activation memory
    output wire                  out_valid,
    input  wire                  out_ready,
    output wire [N_TAPS-1:0]     out_bank,
    output wire [W_ADDR-1:0]     out_address,
    output wire [N_CHANNELS-1:0] out_lo,
    output wire [N_CHANNELS-1:0] out_hi
);
    localparam integer W_TAP   = $clog2(2 * N_TAPS);
    localparam integer N_WORDS = (N_COLOURS * N_CODES + N_CHANNELS - 1) / N_CHANNELS;
    localparam integer N_COLUMNS = N_TAPS / N_TAP_ROWS;
`include "ern_turn.vh"

    localparam [1:0] EMPTY = 2'd0, BYTES = 2'd1, WORDS = 2'd2, FULL = 2'd3;
    reg [1:0]             state;
    reg [1:0]             colour;
    reg [6*N_COLOURS-1:0] pixel;
    reg [11:0]            x, y;
    reg [W_ADDR-1:0]      row_word, quotient, block_word;
    reg [W_TAP-1:0]       remainder, block;   // x mod N_TAPS; word and N_COLUMNS * y, mod N_TAPS
    reg [3:0]             word;

    // ---- the embedding of a whole pixel, absent colours give zeros -----------------------------------------------------
    wire [N_WORDS*N_CHANNELS-1:0] lo, hi;
    ern_thermometer #(.N_CODES(N_CODES), .N_COLOURS(N_COLOURS), .N_LANES(N_WORDS * N_CHANNELS)) u_thermometer (
        .in_pixel(pixel), .out_lo(lo), .out_hi(hi));

    // words that this picture's pixels need
    wire [7:0] codes_a_pixel = cfg_colours * N_CODES[7:0];
    reg  [3:0] words_wanted, words_a_pixel;   // the register: geometry stands still long before a pixel is whole
    integer n;
    always @* begin
        words_wanted = 4'd1;
        for (n = 1; n < N_WORDS; n = n + 1)
            if (codes_a_pixel > n[7:0] * N_CHANNELS[7:0]) words_wanted = n[3:0] + 4'd1;
    end
    always @(posedge clk) words_a_pixel <= words_wanted;

    wire take_byte  = in_valid && in_ready;
    wire put_word   = out_valid && out_ready;
    wire last_byte  = colour + 2'd1 == cfg_colours;
    wire last_word  = word + 4'd1 == words_a_pixel;
    // Registers: a pixel's words come a cycle or more after its place is known.
    reg  last_x, last_pixel;
    always @(posedge clk) begin
        last_x     <= x + 12'd1 == cfg_width;
        last_pixel <= x + 12'd1 == cfg_width && y + 12'd1 == cfg_height;
    end
    wire [W_TAP-1:0]      next_remainder = turned(remainder, 1);
    wire [W_TAP-1:0]      row_block, next_block;   // block of this row's and of the next row's word 0
    generate
        if (N_TAP_ROWS == 1) begin : g_same
            assign row_block  = {W_TAP{1'b0}};
            assign next_block = {W_TAP{1'b0}};
        end else begin : g_turn
            reg [W_TAP-1:0] kept;
            always @(posedge clk) begin
                if (start && can_start) kept <= {W_TAP{1'b0}};
                else if (put_word && last_word && last_x) kept <= next_block;
            end
            assign row_block  = kept;
            assign next_block = turned(kept, N_COLUMNS);
        end
    endgenerate

    assign can_start = !(state == FULL || (state == WORDS && last_pixel));
    assign in_ready  = state == BYTES;
    assign full      = state == FULL;
    assign out_valid = state == WORDS;

    always @(posedge clk) begin
        if (rst) begin
            state <= EMPTY;
        end else if (start && can_start) begin
            state     <= BYTES;
            colour    <= 2'd0;
            word      <= 4'd0;
            {x, y}    <= 24'd0;
            row_word  <= cfg_base;
            quotient  <= {W_ADDR{1'b0}};
            remainder <= {W_TAP{1'b0}};
            block     <= {W_TAP{1'b0}};
            block_word <= {W_ADDR{1'b0}};
            pixel     <= {(6 * N_COLOURS){1'b0}};
        end else if (take_byte) begin
            for (n = 0; n < N_COLOURS; n = n + 1) if (colour == n[1:0]) pixel[6*n +: 6] <= {in_data[7:3], |in_data[2:0]};
            colour <= last_byte ? 2'd0 : colour + 2'd1;
            if (last_byte) state <= WORDS;
        end else if (put_word) begin
            word       <= last_word ? 4'd0 : word + 4'd1;
            block      <= last_word ? (last_x ? next_block : row_block) : turned(block, 1);
            block_word <= last_word ? {W_ADDR{1'b0}} : block_word + cfg_block_step;
            if (last_word) begin
                state     <= last_pixel ? FULL : BYTES;
                x         <= last_x ? 12'd0 : x + 12'd1;
                remainder <= last_x ? {W_TAP{1'b0}} : next_remainder;
                quotient  <= last_x ? {W_ADDR{1'b0}}
                                    : next_remainder == {W_TAP{1'b0}} ? quotient + 1'b1 : quotient;
                if (last_x) begin
                    y        <= y + 12'd1;
                    row_word <= row_word + cfg_row_step;
                end
            end
        end else if (release_full && state == FULL) begin
            state <= EMPTY;
        end
    end

    assign out_bank = one_hot(turned_by(remainder, block));
    assign out_address = row_word + block_word + quotient;
    assign out_lo = lo[word * N_CHANNELS +: N_CHANNELS];
    assign out_hi = hi[word * N_CHANNELS +: N_CHANNELS];

`ifdef FORMAL
`include "ern_embed.vh"
`endif
endmodule

`default_nettype wire

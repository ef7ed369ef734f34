// SPDX-License-Identifier: Apache-2.0
// Puts the array's codes into activation memory. The array delivers, block after block, one output pixel a cycle in
// raster order; the writer counts along:
//   word of (row, x, channel block b) = ring row + b * out_block_step + x / N_TAPS, bank (x + b + N_COLUMNS * row) mod N_TAPS,
//   with N_COLUMNS = N_TAPS / N_TAP_ROWS (ern_reader): out_bank is that of x = 0 in the tile's first row and channel block
// N_OUTPUTS < N_CHANNELS: an output block is one part of a channel block, N_CHANNELS / N_OUTPUTS of them fill it. With
// the first part all others are written too, as zeros (out_keep is 0 for them), so that a word holds no leftovers when the
// map has fewer channels than it has room for.
// N_OUTPUTS > N_CHANNELS: an output block fills out_words channel blocks at once, each in its own bank.
// OVERLAP = 1: the tile may begin at a later channel block, whose words are in out_row and out_end, and in a later part of it (results).
// Codes in cycle t are on the memory's write port in cycle t + 1. `go` restarts the count; it comes before the first
// code of its descriptor and after the last one of the descriptor before.
`default_nettype none
`include "ern_descriptor.vh"

module ern_writer #(
    parameter integer N_TAPS     = 3,
    parameter integer N_CHANNELS = 32,
    parameter integer N_OUTPUTS  = 16,   // divides N_CHANNELS, or is a multiple of it up to N_TAPS times
    parameter integer W_ADDR     = 9,
    parameter integer OVERLAP    = 0,
    parameter integer N_TAP_ROWS = 1,    // divides N_TAPS
    parameter integer N_PART     = N_OUTPUTS < N_CHANNELS ? N_OUTPUTS : N_CHANNELS,
    parameter integer N_PARTS    = N_CHANNELS / N_PART
) (
    input  wire                      clk,
    input  wire                      rst,
    input  wire                      go,
    /* verilator lint_off UNUSED */  // a descriptor has fields for other units
    input  wire [`ERN_D_BITS-1:0]    descriptor,
    /* verilator lint_on UNUSED */
    input  wire                      in_valid,
    input  wire [N_OUTPUTS-1:0]      in_lo,
    input  wire [N_OUTPUTS-1:0]      in_hi,
    output reg  [N_TAPS*N_PARTS-1:0] out_enable,    // bank k, part p at k * N_PARTS + p
    output reg  [N_PARTS-1:0]        out_keep,      // 1: part p takes the codes, 0: zeros
    output reg  [N_TAPS*W_ADDR-1:0]  out_address,
    output reg  [N_TAPS*N_PART-1:0]  out_lo,
    output reg  [N_TAPS*N_PART-1:0]  out_hi
);
    localparam integer N_WORDS = N_OUTPUTS / N_PART;
    localparam integer W_WORD  = W_ADDR + 1;
    localparam integer W_TAP   = $clog2(2 * N_TAPS);
    localparam integer W_PARTS = N_PARTS > 1 ? $clog2(N_PARTS) : 1;
    localparam integer N_COLUMNS = N_TAPS / N_TAP_ROWS;
    localparam integer W_FIELD   = W_TAP < 4 ? W_TAP : 4;
`include "ern_turn.vh"
    generate
        if (N_WORDS * N_PART != N_OUTPUTS || N_WORDS > N_TAPS) begin : g_bad_outputs
            ERROR_N_OUTPUTS_must_divide_or_be_up_to_N_TAPS_times_N_CHANNELS u_error ();
        end
    endgenerate

    /* verilator lint_off UNUSED */
    reg  [`ERN_D_BITS-1:0] d;
    /* verilator lint_on UNUSED */
    wire [W_WORD-1:0] first_row  = descriptor[`ERN_D_OUT_ROW +: W_WORD];
    wire [W_WORD-1:0] tile_row   = d[`ERN_D_OUT_ROW +: W_WORD];
    wire [W_WORD-1:0] new_block_step = descriptor[`ERN_D_OUT_BLOCK_STEP +: W_WORD];
    wire [W_TAP-1:0]  new_words  = {{(W_TAP - W_FIELD){1'b0}}, descriptor[`ERN_D_OUT_WORDS +: W_FIELD]};

    reg [11:0]        x, y;
    reg [W_WORD-1:0]  row_word, quotient, block_word;
    reg [W_TAP-1:0]   remainder;           // x mod N_TAPS
    reg [W_TAP-1:0]   rotate, block;       // bank of this pixel's first word; of that of x = 0
    wire [W_TAP-1:0]  tile_block;          // block of the tile's first row
    reg [W_PARTS-1:0] part;

    // Registers, for what hangs on them is long enough: the row's last pixel, the tile's last row, tiles of one; a row step
    // from the ring's end, and the step that wraps.
    reg last_x, last_row, one_wide, one_high;
    reg [W_WORD-1:0] row_limit, row_back;
    wire [W_WORD-1:0] row_step = d[`ERN_D_OUT_ROW_STEP +: W_WORD];
    // Two sums and a choice, for the compare before one sum is too long; kept, or Yosys makes one sum of them again.
    (* keep *) wire [W_WORD-1:0] row_further;
    (* keep *) wire [W_WORD-1:0] row_wrapped;
    assign row_further = row_word + row_step;
    assign row_wrapped = row_word + row_back;
    wire last_part = part == N_PARTS[W_PARTS-1:0] - 1'b1 || N_PARTS == 1;
    reg  [N_WORDS-1:0] has;                // word n is there
    reg  [W_TAP-1:0]  next_block;          // block of the tile's next channel blocks
    integer w;
    always @* begin
        next_block = turned(tile_block, 1);
        for (w = 1; w < N_WORDS; w = w + 1) if (has[w]) next_block = turned(tile_block, w + 1);
    end
    wire [W_TAP-1:0]  first_block = OVERLAP == 1 || N_TAP_ROWS > 1 ? {{(W_TAP - W_FIELD){1'b0}}, descriptor[`ERN_D_OUT_BANK +: W_FIELD]} : {W_TAP{1'b0}};
    wire [W_TAP-1:0]  row_block;           // block of the next row
    generate
        if (N_TAP_ROWS == 1) begin : g_same
            assign tile_block = block;
            assign row_block  = block;
        end else begin : g_turn
            reg [W_TAP-1:0] kept;
            always @(posedge clk) begin
                if (go) kept <= first_block;
                else if (in_valid && last_x && last_row && last_part) kept <= next_block;
            end
            assign tile_block = kept;
            assign row_block  = turned(block, N_COLUMNS);
        end
    endgenerate

    wire [W_TAP-1:0] next_remainder = turned(remainder, 1);
    wire [W_TAP-1:0] new_row_block = last_row ? (last_part ? next_block : tile_block) : row_block;

    // n channel blocks further, at n * W_WORD; out_words of them
    reg [N_WORDS*W_WORD-1:0] block_sums, block_words;
    reg [W_WORD-1:0]         words_sum, words_step;
    reg [N_WORDS-1:0]        new_has;
    integer b;
    always @* begin
        block_sums[0 +: W_WORD] = {W_WORD{1'b0}};
        words_sum  = new_block_step;
        new_has[0] = 1'b1;
        for (b = 1; b < N_WORDS; b = b + 1) begin
            block_sums[b*W_WORD +: W_WORD] = block_sums[(b-1)*W_WORD +: W_WORD] + new_block_step;
            new_has[b] = b[W_TAP-1:0] < new_words;
            if (new_has[b]) words_sum = block_sums[b*W_WORD +: W_WORD] + new_block_step;
        end
    end

    always @(posedge clk) begin
        if (go) begin
            d          <= descriptor;
            row_limit  <= descriptor[`ERN_D_OUT_END +: W_WORD] - descriptor[`ERN_D_OUT_ROW_STEP +: W_WORD];
            row_back   <= descriptor[`ERN_D_OUT_ROW_STEP +: W_WORD] - descriptor[`ERN_D_OUT_RING +: W_WORD];
            has        <= new_has;
            block_words <= block_sums;
            words_step <= words_sum;
            {x, y}     <= 24'd0;
            last_x     <= descriptor[`ERN_D_OUT_WIDTH +: 12] == 12'd1;
            one_wide   <= descriptor[`ERN_D_OUT_WIDTH +: 12] == 12'd1;
            last_row   <= descriptor[`ERN_D_OUT_ROWS +: 12] == 12'd1;
            one_high   <= descriptor[`ERN_D_OUT_ROWS +: 12] == 12'd1;
            row_word   <= first_row;
            quotient   <= {W_WORD{1'b0}};
            remainder  <= {W_TAP{1'b0}};
            block_word <= {W_WORD{1'b0}};
            block      <= first_block;
            rotate     <= first_block;
            part       <= OVERLAP == 1 && N_PARTS > 1 ? descriptor[`ERN_D_RESULTS +: W_PARTS] : {W_PARTS{1'b0}};
        end else if (in_valid) begin
            if (!last_x) begin
                x         <= x + 12'd1;
                last_x    <= x + 12'd2 == d[`ERN_D_OUT_WIDTH +: 12];
                quotient  <= next_remainder == {W_TAP{1'b0}} ? quotient + 1'b1 : quotient;
                remainder <= next_remainder;
                rotate    <= turned(rotate, 1);
            end else begin
                x         <= 12'd0;
                last_x    <= one_wide;
                quotient  <= {W_WORD{1'b0}};
                remainder <= {W_TAP{1'b0}};
                y         <= y + 12'd1;
                last_row  <= last_row ? one_high : y + 12'd2 == d[`ERN_D_OUT_ROWS +: 12];
                row_word  <= row_word >= row_limit ? row_wrapped : row_further;
                block     <= new_row_block;
                rotate    <= new_row_block;
                if (last_row) begin
                    y        <= 12'd0;
                    row_word <= tile_row;
                    part     <= last_part ? {W_PARTS{1'b0}} : part + 1'b1;
                    if (last_part) block_word <= block_word + words_step;
                end
            end
        end
    end

    // Bank k takes word n of this output block, if it has that many, where k = (rotate + n) mod N_TAPS: one-hot.
    wire [W_WORD-1:0] word = row_word + block_word + quotient;
    wire [N_TAPS-1:0] rotate_is = one_hot(rotate);
    genvar k, p;
    generate
        for (k = 0; k < N_TAPS; k = k + 1) begin : g_bank
            reg  [N_WORDS-1:0] takes;
            reg  [W_WORD-1:0]  further;
            reg  [N_PART-1:0]  lo, hi;
            integer            n;
            always @* begin
                further = block_words[0 +: W_WORD];
                lo = in_lo[0 +: N_PART];
                hi = in_hi[0 +: N_PART];
                for (n = 0; n < N_WORDS; n = n + 1) begin
                    takes[n] = rotate_is[(k + N_TAPS - n) % N_TAPS];
                    if (n != 0 && takes[n]) begin
                        further = block_words[n*W_WORD +: W_WORD];
                        lo = in_lo[n*N_PART +: N_PART];
                        hi = in_hi[n*N_PART +: N_PART];
                    end
                end
            end
            wire [W_WORD-1:0] address = word + further;
            always @(posedge clk) begin
                out_address[k*W_ADDR +: W_ADDR] <= address[W_ADDR-1:0];
                out_lo[k*N_PART +: N_PART]      <= lo;
                out_hi[k*N_PART +: N_PART]      <= hi;
            end
            wire unused_top = address[W_WORD-1];
            for (p = 0; p < N_PARTS; p = p + 1) begin : g_part
                localparam [W_PARTS-1:0] P = p;
                always @(posedge clk)
                    out_enable[k*N_PARTS + p] <= !rst && in_valid && (takes & has) != {N_WORDS{1'b0}} && (part == P || part == {W_PARTS{1'b0}});
            end
        end
        for (p = 0; p < N_PARTS; p = p + 1) begin : g_keep
            localparam [W_PARTS-1:0] P = p;
            always @(posedge clk) out_keep[p] <= part == P;
        end
    endgenerate

`ifdef FORMAL
`include "ern_writer.vh"
`endif
endmodule

`default_nettype wire

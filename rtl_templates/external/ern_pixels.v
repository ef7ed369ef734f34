// SPDX-License-Identifier: Apache-2.0
// Pixels out of the words that ern_picture_store makes, five codes of 6 bits each: a pixel is cfg_colours codes, which may lie in two words.
// A picture begins with a word's first code, so it is read to the end of a word with which a pixel ends.
//   take        takes the next pixel; only while `available`
//   out_pixel   the pixel, 3 cycles after its take, colour 0 in the least significant bits, absent colours zero
//   word_take   takes the next word, which in_word brings 2 cycles later (ern_stream); only while word_available
// One pixel a cycle.
`default_nettype none

module ern_pixels (
    input  wire        clk,
    input  wire        rst,
    input  wire [1:0]  cfg_colours,   // 1..3
    input  wire        word_available,
    output wire        word_take,
    input  wire [29:0] in_word,
    output wire        available,
    input  wire        take,
    output reg  [17:0] out_pixel
);
    localparam [3:0] CODES = 4'd5;    // a word
    reg  [2:0]  first;                // code of the latest word with which the next pixel begins; 0: that of a new word
    wire [3:0]  behind = {1'b0, first} + {2'd0, cfg_colours};
    wire        needs  = first == 3'd0 || behind > CODES;
    assign available = word_available || !needs;
    assign word_take = take && needs;

    // The pixel whose word comes now.
    wire [2:0]  at;
    wire        comes;
    reg  [29:0] word;                 // the latest one
    ern_delay #(.W_DATA(4), .N_CYCLES(2)) u_take (.clk(clk), .in({first, word_take && !rst}), .out({at, comes}));
    always @(posedge clk) begin
        if (take) first <= behind >= CODES ? behind[2:0] - CODES[2:0] : behind[2:0];
        if (comes) word <= in_word;
        if (rst) first <= 3'd0;
    end

    wire [59:0] both = {in_word, word};
    reg  [17:0] pixel;
    integer n, k;
    always @* begin
        pixel = in_word[17:0];
        for (n = 1; n < 5; n = n + 1) if (at == n[2:0]) pixel = both[6*n +: 18];
        for (k = 1; k < 3; k = k + 1) if (cfg_colours <= k[1:0]) pixel[6*k +: 6] = 6'd0;
    end
    always @(posedge clk) out_pixel <= pixel;   // words and pixels lie in block RAMs far from each other

`ifdef FORMAL
`include "ern_pixels.vh"
`endif
endmodule

`default_nettype wire

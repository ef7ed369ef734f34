// SPDX-License-Identifier: Apache-2.0
// Signature of a row of words: 16 bits, in which every word is added to what x times the signature before is modulo
// x^16 + x^12 + x^3 + x + 1, a primitive polynomial. A word is first folded: its bits i, i + 16, i + 32 ... are added.
//   start     begins anew; no word comes with it or in the cycle before
//   out       with every word that came 2 cycles ago or earlier
// One turned bit in one word always shows; several are missed with a probability of 1 in 65,536.
`default_nettype none

module ern_signature #(
    parameter integer W_WORD = 32
) (
    input  wire              clk,
    input  wire              start,
    input  wire              in_valid,
    input  wire [W_WORD-1:0] in_word,
    output reg  [15:0]       out
);
    localparam [15:0] POLYNOMIAL = 16'h100b, BEGIN = 16'hffff;

    reg [15:0] sum;
    integer i;
    always @* begin
        sum = 16'd0;
        for (i = 0; i < W_WORD; i = i + 1) sum[i % 16] = sum[i % 16] ^ in_word[i];
    end

    reg        folded_valid;
    reg [15:0] folded;
    always @(posedge clk) begin
        folded_valid <= in_valid;
        folded       <= sum;
        if (start) out <= BEGIN;
        else if (folded_valid) out <= {out[14:0], 1'b0} ^ (POLYNOMIAL & {16{out[15]}}) ^ folded;
    end
endmodule

`default_nettype wire

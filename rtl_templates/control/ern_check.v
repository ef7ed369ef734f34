// SPDX-License-Identifier: Apache-2.0
// Checksum of what a frame read from the memories that hold the network: every word of the program, every row of weights
// and every row of thresholds, in the order of their use, each time that they are used. Where they come from makes no
// difference: memories on the chip, streams from external memory, rows that are kept. The host knows what it has to be.
//   start     a frame begins
//   publish   its result is published: `check` is its checksum from the next cycle on, until the next one is published.
//             All words came 2 cycles before or earlier.
`default_nettype none

module ern_check #(
    parameter integer N_LANES     = 96,  // bits of a weight row
    parameter integer W_THRESHOLD = 49   // bits of a threshold row
) (
    input  wire                   clk,
    input  wire                   start,
    input  wire                   publish,
    input  wire                   program_valid,
    input  wire [31:0]            program_word,
    input  wire                   weight_valid,
    input  wire [N_LANES-1:0]     weight_row,
    input  wire                   threshold_valid,
    input  wire [W_THRESHOLD-1:0] threshold_row,
    output reg  [15:0]            check
);
    wire [15:0] of_program, of_weights, of_thresholds;
    ern_signature #(.W_WORD(32)) u_program (
        .clk(clk), .start(start), .in_valid(program_valid), .in_word(program_word), .out(of_program));
    ern_signature #(.W_WORD(N_LANES)) u_weights (
        .clk(clk), .start(start), .in_valid(weight_valid), .in_word(weight_row), .out(of_weights));
    ern_signature #(.W_WORD(W_THRESHOLD)) u_thresholds (
        .clk(clk), .start(start), .in_valid(threshold_valid), .in_word(threshold_row), .out(of_thresholds));

    always @(posedge clk) if (publish) check <= of_program ^ of_weights ^ of_thresholds;
endmodule

`default_nettype wire

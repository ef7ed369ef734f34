// SPDX-License-Identifier: Apache-2.0
// Bytes of a memory burst -> words at rising addresses. A burst begins with in_first at word address in_address; a word
// is ceil(W_WORD / 8) bytes, least significant first, spare bits of the last one ignored. The word is written in the
// cycle after its last byte. Only bursts of memory SPACE are taken.
// error sticks until clear: a word beyond DEPTH (not written), or a burst that began inside a word.
`default_nettype none

module ern_word_writer #(
    parameter integer SPACE  = 0,
    parameter integer W_WORD = 32,
    parameter integer DEPTH  = 512,
    parameter integer W_ADDR = 9     // >= $clog2(DEPTH)
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              clear,
    input  wire              in_valid,
    input  wire [7:0]        in_space,
    input  wire              in_first,
    input  wire [31:0]       in_address,
    input  wire [7:0]        in_data,
    output reg               write_enable,
    output reg  [W_ADDR-1:0] write_address,
    output wire [W_WORD-1:0] write_word,
    output reg               error
);
    localparam integer N_BYTES = (W_WORD + 7) / 8;
    localparam integer W_COUNT = $clog2(N_BYTES + 1);
    generate
        if (W_WORD < 9) begin : g_bad_width
            ERROR_W_WORD_must_be_at_least_9 u_error ();
        end
    endgenerate

    reg [8*N_BYTES-1:0] shift;
    reg [W_COUNT-1:0]   count;     // bytes of the word that came
    reg [31:0]          address;   // of the word that is coming

    wire take = in_valid && in_space == SPACE[7:0];
    wire [W_COUNT-1:0] came         = in_first ? {W_COUNT{1'b0}} : count;
    wire [31:0]        word_address = in_first ? in_address : address;
    wire               last         = came == N_BYTES[W_COUNT-1:0] - 1'b1;
    wire               fits       = word_address < DEPTH;
    assign write_word = shift[W_WORD-1:0];

    always @(posedge clk) begin
        write_enable <= take && last && fits && !rst;
        if (take) begin
            shift         <= {in_data, shift[8*N_BYTES-1:8]};
            count         <= last ? {W_COUNT{1'b0}} : came + 1'b1;
            address       <= last ? word_address + 32'd1 : word_address;
            write_address <= word_address[W_ADDR-1:0];
        end
        if (rst || clear) begin
            count <= {W_COUNT{1'b0}};
            error <= 1'b0;
        end else if (take && ((last && !fits) || (in_first && count != {W_COUNT{1'b0}}))) begin
            error <= 1'b1;
        end
    end

`ifdef FORMAL
`include "ern_word_writer.vh"
`endif
endmodule

`default_nettype wire

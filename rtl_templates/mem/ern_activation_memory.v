// SPDX-License-Identifier: Apache-2.0
// Activation memory: N_TAPS banks of words of N_CHANNELS codes. The word of pixel (y, x) and channel block b lies in
// bank (x + b) mod N_TAPS, so that N_TAPS neighbouring pixels of one block, and N_TAPS neighbouring blocks of one
// pixel, are read in one cycle.
//   read_lo/hi of bank k (t + 3) = word read_address[k](t); each part of a word has its own copy of the address, all alike: its
//   blocks lie elsewhere on the chip than those of the other parts
//   what is written in cycle t is there for reads from cycle t + 2 on
// Two writers: the array's codes (no wait) and the picture (waits while codes are written into
// its bank). An output block may be
// a part of a word (N_PART < N_CHANNELS): each word is N_CHANNELS / N_PART memories side by side; an enabled part that is
// not kept becomes zero.
// Storage: N_TAPS * DEPTH * 2 * N_CHANNELS bits. Data is not reset.
`default_nettype none

module ern_activation_memory #(
    parameter integer N_TAPS     = 3,
    parameter integer N_CHANNELS = 32,
    parameter integer N_PART     = 16,   // channels written together, divides N_CHANNELS
    parameter integer DEPTH      = 512,  // words a bank
    parameter integer W_ADDR     = 9,
    parameter integer TARGET     = 0     // of ern_delay
) (
    input  wire                                      clk,
    input  wire [(N_CHANNELS/N_PART)*N_TAPS*W_ADDR-1:0] read_address,   // bank k for part p at p * N_TAPS + k
    output reg  [N_TAPS*N_CHANNELS-1:0]              read_lo,
    output reg  [N_TAPS*N_CHANNELS-1:0]              read_hi,
    // codes of the array: bank k, part p
    input  wire [N_TAPS*(N_CHANNELS/N_PART)-1:0]     code_enable,
    input  wire [N_CHANNELS/N_PART-1:0]              code_keep,
    input  wire [N_TAPS*W_ADDR-1:0]                  code_address,
    input  wire [N_TAPS*N_PART-1:0]                  code_lo,
    input  wire [N_TAPS*N_PART-1:0]                  code_hi,
    // the picture: whole words
    input  wire                                      picture_valid,
    output wire                                      picture_ready,
    input  wire [N_TAPS-1:0]                         picture_bank,    // one-hot
    input  wire [W_ADDR-1:0]                         picture_address,
    input  wire [N_CHANNELS-1:0]                     picture_lo,
    input  wire [N_CHANNELS-1:0]                     picture_hi
);
    localparam integer N_PARTS = N_CHANNELS / N_PART;
    generate
        if (N_PARTS * N_PART != N_CHANNELS) begin : g_bad_part
            ERROR_N_PART_must_divide_N_CHANNELS u_error ();
        end
    endgenerate

    wire [N_TAPS-1:0] codes;   // banks that the array writes
    assign picture_ready = (codes & picture_bank) == {N_TAPS{1'b0}};

    genvar k, p;
    generate
        for (k = 0; k < N_TAPS; k = k + 1) begin : g_bank
            assign codes[k] = |code_enable[k*N_PARTS +: N_PARTS];
            wire [W_ADDR-1:0] address = codes[k] ? code_address[k*W_ADDR +: W_ADDR] : picture_address;
            for (p = 0; p < N_PARTS; p = p + 1) begin : g_part
                wire enable = codes[k] ? code_enable[k*N_PARTS + p] : picture_valid && picture_bank[k];
                wire [2*N_PART-1:0] data =
                    codes[k] ? {code_hi[k*N_PART +: N_PART], code_lo[k*N_PART +: N_PART]} & {2*N_PART{code_keep[p]}}
                             : {picture_hi[p*N_PART +: N_PART], picture_lo[p*N_PART +: N_PART]};
                // registers, the part's own: a bank's blocks lie all over the chip
                wire                late_enable;
                wire [W_ADDR-1:0]   late_address;
                reg  [2*N_PART-1:0] late_data;
                wire [2*N_PART-1:0] word;
                ern_delay #(.W_DATA(1 + W_ADDR), .N_CYCLES(1), .OWN(1), .TARGET(TARGET)) u_late (
                    .clk(clk), .in({enable, address}), .out({late_enable, late_address}));
                always @(posedge clk) late_data <= data;
                ern_ram #(.W_DATA(2*N_PART), .DEPTH(DEPTH), .W_ADDR(W_ADDR)) u_ram (
                    .clk(clk), .write_enable(late_enable), .write_address(late_address), .write_data(late_data),
                    .read_address(read_address[(p*N_TAPS + k)*W_ADDR +: W_ADDR]),
                    .read_data(word));
                always @(posedge clk)   // a register: the blocks lie all over the chip, and a selector follows them
                    {read_hi[k*N_CHANNELS + p*N_PART +: N_PART], read_lo[k*N_CHANNELS + p*N_PART +: N_PART]} <= word;
            end
        end
    endgenerate
endmodule

`default_nettype wire

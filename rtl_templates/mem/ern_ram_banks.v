// SPDX-License-Identifier: Apache-2.0
// Body of a deep ern_ram for FPGAs: the same memory as banks of N_BANK words.
//   read_data(t + 2) = mem[read_address(t)] as of the start of cycle t
// A block RAM is slow to give its word (5.7 ns on ECP5), so little may stand between it and the next register. Synthesis
// would make 6,656 words of 96 bits from 39 blocks of 512 x 36 and a selector of 13 inputs; in banks of 2,048 it takes 36
// blocks of 2,048 x 9 and a selector of four. Storage: DEPTH * W_DATA bits. Data is not reset.
`default_nettype none

module ern_ram_banks #(
    parameter integer W_DATA = 96,    // bits a word, >= 1
    parameter integer DEPTH  = 6656,  // words, > N_BANK
    parameter integer W_ADDR = 13,    // >= $clog2(DEPTH)
    parameter integer N_BANK = 2048   // words a bank, a power of two
) (
    input  wire              clk,
    input  wire              write_enable,
    input  wire [W_ADDR-1:0] write_address,
    input  wire [W_DATA-1:0] write_data,
    input  wire [W_ADDR-1:0] read_address,
    output wire [W_DATA-1:0] read_data
);
    localparam integer W_BANK   = $clog2(N_BANK);
    localparam integer N_BANKS  = (DEPTH + N_BANK - 1) / N_BANK;
    localparam integer W_SELECT = W_ADDR - W_BANK;
    generate
        if (N_BANK < 2 || (1 << W_BANK) != N_BANK) begin : g_bad_bank
            ERROR_N_BANK_must_be_a_power_of_two u_error ();
        end
        if (DEPTH <= N_BANK || $clog2(DEPTH) > W_ADDR) begin : g_bad_depth
            ERROR_DEPTH_must_be_more_than_N_BANK_and_fit_W_ADDR u_error ();
        end
    endgenerate

    wire [W_DATA*N_BANKS-1:0] words;  // bit i of bank b at i * N_BANKS + b
    genvar b, i;
    generate
        for (b = 0; b < N_BANKS; b = b + 1) begin : g_bank
            localparam [W_SELECT-1:0] BANK = b;
            localparam integer LEFT   = DEPTH - b * N_BANK;
            localparam integer N      = LEFT > N_BANK ? N_BANK : LEFT < 2 ? 2 : LEFT;
            localparam integer W_WORD = $clog2(N);
            (* no_rw_check *)
            reg [W_DATA-1:0] mem [0:N-1];
            reg [W_DATA-1:0] word;
            always @(posedge clk) begin
                if (write_enable && write_address[W_ADDR-1:W_BANK] == BANK) mem[write_address[W_WORD-1:0]] <= write_data;
                word <= mem[read_address[W_WORD-1:0]];
            end
            for (i = 0; i < W_DATA; i = i + 1) begin : g_bit
                assign words[i*N_BANKS + b] = word[i];
            end
        end
    endgenerate

    reg [W_SELECT-1:0] select;  // bank of the word that has been read
    reg [W_DATA-1:0]   out_word;
    always @(posedge clk) select <= read_address[W_ADDR-1:W_BANK];
    generate
        for (i = 0; i < W_DATA; i = i + 1) begin : g_out
            // One bit at a time: of an index into whole words Yosys makes a shifter.
            wire [N_BANKS-1:0] bits = words[i*N_BANKS +: N_BANKS];
            always @(posedge clk) out_word[i] <= bits[select];
        end
    endgenerate
    assign read_data = out_word;
endmodule

`default_nettype wire

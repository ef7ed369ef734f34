// SPDX-License-Identifier: Apache-2.0
// Body of a deep ern_ram for FPGAs: the same memory as banks of N_BANK words, and of what is left a half and a quarter.
//   read_data(t + 2) = mem[read_address(t)] as of the start of cycle t
// A block RAM is slow to give its word (5.7 ns on ECP5), so the next register follows at once (the flow moves it into the
// block), and the selector after it. Synthesis would make 6,656 words of 96 bits from 39 blocks of 512 x 36 and a selector of
// 13 inputs; in banks of 2,048 it takes 36 blocks of 2,048 x 9 and a selector of four. Smaller banks at the end fit what is
// left: 3,584 words of 128 bits are 15 + 8 + 4 blocks instead of 30. Storage: DEPTH * W_DATA bits. Data is not reset.
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
    generate
        if (N_BANK < 8 || (1 << $clog2(N_BANK)) != N_BANK) begin : g_bad_bank
            ERROR_N_BANK_must_be_a_power_of_two_of_8_or_more u_error ();
        end
        if (DEPTH <= N_BANK / 4 || $clog2(DEPTH) > W_ADDR) begin : g_bad_depth
            ERROR_DEPTH_must_be_more_than_a_quarter_of_N_BANK_and_fit_W_ADDR u_error ();
        end
    endgenerate

    // The size of the bank that begins where `left` words are left: the largest that is filled, or mostly.
    function automatic integer bank_size(input integer left);
        bank_size = left > N_BANK / 4 * 3 ? N_BANK
                  : left > N_BANK / 2 || left > N_BANK / 8 * 3 ? N_BANK / 2 : N_BANK / 4;
    endfunction

    // First word of bank b.
    function automatic integer bank_base(input integer b);
        integer i;
        begin
            bank_base = 0;
            for (i = 0; i < b; i = i + 1) bank_base = bank_base + bank_size(DEPTH - bank_base);
        end
    endfunction

    function automatic integer count_banks(input integer depth);
        integer at;
        begin
            count_banks = 0;
            for (at = 0; at < depth; at = at + bank_size(depth - at)) count_banks = count_banks + 1;
        end
    endfunction
    localparam integer N_BANKS = count_banks(DEPTH);

    wire [W_DATA*N_BANKS-1:0] words;  // bit i of bank b at i * N_BANKS + b; zero of banks that were not asked
    wire [N_BANKS-1:0]        asked;
    reg  [N_BANKS-1:0]        reads, select;   // bank of the word that is being read, has been read
    always @(posedge clk) begin
        reads  <= asked;
        select <= reads;
    end
    genvar b, i;
    generate
        for (b = 0; b < N_BANKS; b = b + 1) begin : g_bank
            localparam integer BASE   = bank_base(b);
            localparam integer SIZE   = bank_size(DEPTH - BASE);
            localparam integer W_WORD = $clog2(SIZE);
            localparam integer N      = DEPTH - BASE < SIZE ? DEPTH - BASE : SIZE;
            localparam integer W_IN   = N > 1 ? $clog2(N) : 1;
            localparam [31:0]  BANK   = BASE / SIZE;   // banks begin at a multiple of their size
            wire written;
            if (W_ADDR > W_WORD) begin : g_some
                assign asked[b] = read_address[W_ADDR-1:W_WORD] == BANK[W_ADDR-W_WORD-1:0];
                assign written  = write_address[W_ADDR-1:W_WORD] == BANK[W_ADDR-W_WORD-1:0];
            end else begin : g_all
                assign {asked[b], written} = 2'b11;
            end
            (* no_rw_check *)
            reg [W_DATA-1:0] mem [0:N-1];
            reg [W_DATA-1:0] word, out_word;
            always @(posedge clk) begin
                if (write_enable && written) mem[write_address[W_IN-1:0]] <= write_data;
                word     <= mem[read_address[W_IN-1:0]];
                out_word <= word;
            end
            for (i = 0; i < W_DATA; i = i + 1) begin : g_bit
                assign words[i*N_BANKS + b] = out_word[i] && select[b];
            end
        end
        for (i = 0; i < W_DATA; i = i + 1) begin : g_out
            assign read_data[i] = |words[i*N_BANKS +: N_BANKS];
        end
    endgenerate
endmodule

`default_nettype wire

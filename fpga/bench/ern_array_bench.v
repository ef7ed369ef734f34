// SPDX-License-Identifier: Apache-2.0
// What the array costs and how fast it routes: ern_array alone, every input a register that is fed through one pin, its
// outputs folded into another. CODES = 0 reads the accumulators only, so that synthesis drops the thresholds.
`default_nettype none

module ern_array_bench #(
    parameter integer N_TAPS      = 3,
    parameter integer N_CHANNELS  = 64,
    parameter integer N_OUTPUTS   = 64,
    parameter integer N_COLUMN    = 8,
    parameter integer W_ACC       = 16,
    parameter integer DEPTH       = 1024,
    parameter integer LATENCY_DOT = 8,
    parameter integer TARGET      = 1,
    parameter integer N_POOL      = 0,
    parameter integer CODES       = 1
) (
    input  wire clk,
    input  wire in,
    output wire out
);
    localparam integer N_LANES = N_TAPS * N_CHANNELS;
    localparam integer W_ADDR  = $clog2(DEPTH);
    localparam integer W_ROW   = $clog2(N_OUTPUTS);
    localparam integer W_TROW  = 3 * W_ACC + 1;
    localparam integer N       = 3 * N_LANES + W_TROW + 3 * W_ROW + W_ADDR + 12;

    reg [N-1:0] state;
    always @(posedge clk) state <= {state[N-2:0], in};

    wire [N_LANES-1:0] lo, hi, word;
    wire [W_TROW-1:0]  threshold;
    wire [W_ROW-1:0]   peek_row, load_row, threshold_row;
    wire [W_ADDR-1:0]  address;
    wire [11:0]        flags;
    assign {lo, hi, word, threshold, peek_row, load_row, threshold_row, address, flags} = state;

    wire [N_OUTPUTS-1:0] code_lo, code_hi;
    wire [W_ACC-1:0]     peek;
    wire                 code_valid, peek_valid, free;
    ern_array #(
        .N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_OUTPUTS(N_OUTPUTS), .N_COLUMN(N_COLUMN), .W_ACC(W_ACC), .DEPTH(DEPTH),
        .W_ADDR(W_ADDR), .W_ROW(W_ROW), .W_SUB(1), .LATENCY_DOT(LATENCY_DOT), .TARGET(TARGET), .N_POOL(N_POOL)
    ) u_array (
        .clk(clk), .rst(flags[0]), .in_lo(lo), .in_hi(hi), .in_valid(flags[1]), .in_first(flags[2]), .in_last(flags[3]),
        .in_threshold_swap(flags[4]), .in_pool(N_POOL == 1 && flags[5]), .in_pool_max(N_POOL == 1 && flags[6]),
        .in_pool_sub(N_POOL == 1 && flags[7]), .in_address(address), .in_peek(flags[8]), .in_peek_row(peek_row),
        .in_swap(flags[9]), .load_valid(flags[10]), .load_row(load_row), .load_word(word), .threshold_valid(flags[11]),
        .threshold_row(threshold_row), .threshold_word(threshold), .out_thresholds_free(free),
        .out_code_valid(code_valid), .out_code_lo(code_lo), .out_code_hi(code_hi), .out_peek_valid(peek_valid),
        .out_peek(peek));

    // One output bit after the other: no wide gate at the end.
    reg [2*N_OUTPUTS-1:0] codes;
    reg [W_ACC-1:0]       peeked;
    reg                   last;
    always @(posedge clk) begin
        codes  <= CODES == 1 ? {code_hi, code_lo} ^ {codes[2*N_OUTPUTS-2:0], code_valid} : {(2 * N_OUTPUTS){1'b0}};
        peeked <= peek ^ {peeked[W_ACC-2:0], peek_valid ^ free};
        last   <= codes[2*N_OUTPUTS-1] ^ peeked[W_ACC-1];
    end
    assign out = last;
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// Body of ern_dot for Lattice ECP5: packed carry chains (see ern_ecp5_level). Lanes are summed in blocks of N_BLOCK, then
// the sums of the blocks. A block's nets stay within a few tiles; of one flat tree over all lanes, which takes 12 % fewer
// cells, the router does not find its way through an array.
// $clog2(N_BLOCK) + $clog2(blocks + 1) levels; registers stand after every level where LATENCY allows, else evenly spread.
// Positions (LUT4): 48 for 16 lanes, 160 for 48, 330 for 96, 658 for 192.
// Any LATENCY >= 1 works; ern_dot says which make sense.
`default_nettype none

module ern_ecp5_dot #(
    parameter integer N_LANES     = 96,  // 1..500
    parameter integer LATENCY     = 4,   // cycles, >= 1
    parameter integer N_BLOCK     = 16,  // lanes, 2..500
    parameter integer N_POSITIONS = 40   // of a carry chain; longer chains are slower, shorter ones waste their ends
) (
    input  wire                           clk,
    input  wire [N_LANES-1:0]             in_lo,
    input  wire [N_LANES-1:0]             in_hi,
    input  wire [N_LANES-1:0]             cfg_weights,
    output wire [$clog2(3*N_LANES+1)-1:0] out_sum
);
    localparam integer W_SUM          = $clog2(3 * N_LANES + 1);
    localparam integer N_BLOCKS       = (N_LANES + N_BLOCK - 1) / N_BLOCK;
    localparam integer N_LAST         = N_LANES - (N_BLOCKS - 1) * N_BLOCK;  // lanes of the last block
    localparam integer N_LEVELS_BLOCK = $clog2(N_BLOCKS > 1 ? N_BLOCK : N_LANES);
    localparam integer N_LEVELS_SUMS  = N_BLOCKS > 1 ? $clog2(N_BLOCKS + 1) : 0;
    localparam integer N_LEVELS       = N_LEVELS_BLOCK + N_LEVELS_SUMS;
    localparam integer N_REGISTERS    = LATENCY < N_LEVELS ? LATENCY : N_LEVELS;

    // Bit i: registers after level i.
    function automatic [15:0] register_levels(input integer levels, input integer registers);
        integer i;
        begin
            register_levels = 16'd0;
            for (i = 0; i < levels; i = i + 1) begin
                register_levels[i] = (i + 1) * registers / levels > i * registers / levels;
            end
        end
    endfunction
    localparam [15:0] REGISTERS = register_levels(N_LEVELS, N_REGISTERS);

    // Bits of the sum of block b.
    function automatic integer w_block(input integer b);
        w_block = $clog2(3 * (b == N_BLOCKS - 1 ? N_LAST : N_BLOCK) + 1);
    endfunction

    // Blocks before b whose sums have a bit in column c.
    function automatic integer blocks_at(input integer c, input integer b);
        integer i;
        begin
            blocks_at = 0;
            for (i = 0; i < b; i = i + 1) if (w_block(i) > c) blocks_at = blocks_at + 1;
        end
    endfunction

    // Bits of all blocks' sums below column c.
    function automatic integer bits_below(input integer c);
        integer i;
        begin
            bits_below = 0;
            for (i = 0; i < c; i = i + 1) bits_below = bits_below + blocks_at(i, N_BLOCKS);
        end
    endfunction

    function automatic [W_SUM*10-1:0] block_heights(input integer blocks);
        integer c;
        /* verilator lint_off UNUSED */  // only its low bits
        integer height;
        /* verilator lint_on UNUSED */
        begin
            for (c = 0; c < W_SUM; c = c + 1) begin
                height = blocks_at(c, blocks);
                block_heights[c*10 +: 10] = height[9:0];
            end
        end
    endfunction

    localparam integer N_BITS = bits_below(W_SUM);
    wire [N_BITS-1:0] bits;   // of the blocks' sums, column by column
    wire [W_SUM-1:0]  sum;
    genvar b, c;
    generate
        for (b = 0; b < N_BLOCKS; b = b + 1) begin : g_block
            localparam integer N = b == N_BLOCKS - 1 ? N_LAST : N_BLOCK;
            localparam integer W = $clog2(3 * N + 1);
            localparam [139:0] HEIGHTS = {120'd0, N[9:0], N[9:0]};
            wire [W-1:0] block_sum;
            ern_ecp5_level #(
                .W_SUM(W), .N_BITS(2 * N), .HEIGHTS(HEIGHTS[W*10-1:0]), .N_LEVELS(N_LEVELS_BLOCK), .REGISTERS(REGISTERS),
                .N_POSITIONS(N_POSITIONS)
            ) u_levels (
                .clk(clk), .in_bits({in_hi[b*N_BLOCK +: N], in_lo[b*N_BLOCK +: N]}),
                .in_masks({cfg_weights[b*N_BLOCK +: N], cfg_weights[b*N_BLOCK +: N]}), .out_sum(block_sum));
            for (c = 0; c < W; c = c + 1) begin : g_bit
                assign bits[bits_below(c) + blocks_at(c, b)] = block_sum[c];
            end
        end
        if (N_BLOCKS == 1) begin : g_one
            assign sum = bits;
        end else begin : g_sums
            ern_ecp5_level #(
                .W_SUM(W_SUM), .N_BITS(N_BITS), .HEIGHTS(block_heights(N_BLOCKS)), .N_LEVELS(N_LEVELS_SUMS),
                .REGISTERS(REGISTERS >> N_LEVELS_BLOCK), .N_POSITIONS(N_POSITIONS)
            ) u_levels (
                .clk(clk), .in_bits(bits), .in_masks({N_BITS{1'b1}}), .out_sum(sum));
        end
    endgenerate

    ern_delay #(.W_DATA(W_SUM), .N_CYCLES(LATENCY - N_REGISTERS)) u_tail (.clk(clk), .in(sum), .out(out_sum));
endmodule

`default_nettype wire

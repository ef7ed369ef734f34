// SPDX-License-Identifier: Apache-2.0
// Body of ern_dot for Lattice ECP5: a chain of tiles of N_TILE lanes (ern_ecp5_tile, a compressor tree on carry chains). Each
// tile adds its lanes to the partial sum of the one before, so that nets go to neighbours only. The codes of tile b enter b
// cycles after those of tile 0, and its weights count in that cycle: see ern_skew.
//   out_sum(t + LATENCY) = sum over l of (cfg_weights[l] ? code[l] : 0)(t + l / N_TILE)
// LATENCY >= 2 + tiles, of which 3 are the first tile's; what is above that delays the sum.
`default_nettype none

module ern_ecp5_dot #(
    parameter integer N_LANES = 96,  // 1..500
    parameter integer LATENCY = 8    // cycles, see above
) (
    input  wire                           clk,
    input  wire [N_LANES-1:0]             in_lo,
    input  wire [N_LANES-1:0]             in_hi,
    input  wire [N_LANES-1:0]             cfg_weights,
    output wire [$clog2(3*N_LANES+1)-1:0] out_sum
);
    localparam integer N_TILE  = 32;  // lanes of ern_ecp5_tile
    localparam integer W_TILE  = 11;  // of its sums
    localparam integer W_SUM   = $clog2(3 * N_LANES + 1);
    localparam integer N_TILES = (N_LANES + N_TILE - 1) / N_TILE;
    localparam integer N_TAIL  = LATENCY > N_TILES + 2 ? LATENCY - N_TILES - 2 : 0;
    generate
        if (LATENCY < N_TILES + 2) begin : g_bad_latency
            ERROR_LATENCY_must_be_at_least_2_more_than_the_tiles u_error ();
        end
    endgenerate

    genvar b;
    generate
        for (b = 0; b < N_TILES; b = b + 1) begin : g_tile
            localparam integer N = b == N_TILES - 1 ? N_LANES - b * N_TILE : N_TILE;
            localparam integer W = $clog2(3 * (b * N_TILE + N) + 1);  // what is above is zero; its cells go away
            wire [N_TILE-1:0] lo, hi, weights;
            wire [W_TILE-1:0] earlier;
            /* verilator lint_off UNUSED */
            wire [W_TILE-1:0] sum, sum_all;
            /* verilator lint_on UNUSED */
            if (N < N_TILE) begin : g_part
                assign lo      = {{(N_TILE - N){1'b0}}, in_lo[b*N_TILE +: N]};
                assign hi      = {{(N_TILE - N){1'b0}}, in_hi[b*N_TILE +: N]};
                assign weights = {{(N_TILE - N){1'b0}}, cfg_weights[b*N_TILE +: N]};
            end else begin : g_whole
                assign lo      = in_lo[b*N_TILE +: N_TILE];
                assign hi      = in_hi[b*N_TILE +: N_TILE];
                assign weights = cfg_weights[b*N_TILE +: N_TILE];
            end
            if (b == 0) begin : g_first
                assign earlier = {W_TILE{1'b0}};
            end else begin : g_next
                assign earlier = g_tile[b-1].sum;
            end
            ern_ecp5_tile u_tile (
                .clk(clk), .in_lo(lo), .in_hi(hi), .cfg_weights(weights), .in_partial(earlier), .out_sum(sum_all));
            if (W < W_TILE) begin : g_narrow
                assign sum = {{(W_TILE - W){1'b0}}, sum_all[W-1:0]};
            end else begin : g_wide
                assign sum = sum_all;
            end
        end
    endgenerate

    ern_delay #(.W_DATA(W_SUM), .N_CYCLES(N_TAIL)) u_tail (
        .clk(clk), .in(g_tile[N_TILES-1].sum[W_SUM-1:0]), .out(out_sum));
endmodule

`default_nettype wire

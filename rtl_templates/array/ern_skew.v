// SPDX-License-Identifier: Apache-2.0
// Delays lanes by their tile: out[l](t) = in[l](t - l / N_TILE), or with REVERSE by what is missing to the last tile, so that
// a skewed vector is aligned again. N_TILE = 0 is a wire.
`default_nettype none

module ern_skew #(
    parameter integer N_LANES = 96,
    parameter integer N_TILE  = 32,  // lanes of a tile
    parameter integer REVERSE = 0
) (
    input  wire               clk,
    input  wire [N_LANES-1:0] in,
    output wire [N_LANES-1:0] out
);
    localparam integer N_HERE  = N_TILE == 0 ? N_LANES : N_TILE;
    localparam integer N_TILES = (N_LANES + N_HERE - 1) / N_HERE;
    genvar b;
    generate
        for (b = 0; b < N_TILES; b = b + 1) begin : g_tile
            localparam integer N = b == N_TILES - 1 ? N_LANES - b * N_HERE : N_HERE;
            ern_delay #(.W_DATA(N), .N_CYCLES(REVERSE == 1 ? N_TILES - 1 - b : b)) u_delay (
                .clk(clk), .in(in[b*N_HERE +: N]), .out(out[b*N_HERE +: N]));
        end
    endgenerate
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// The dot units of one systolic column with their weights: N_OUT sums over the same lanes.
//   out_sums[o](t + LATENCY) = sum over l of (weight o of lane l ? code l : 0)(t)
// Weight row r is taken when load_row = r - COLUMN*N_OUT is in range, into a shadow register; in_swap copies all
// shadow rows to the weights in use, from the next cycle on.
// N_TILE > 0: lane l of the codes and of load_word comes l / N_TILE cycles late (ern_skew), and so do, in here, the swap and
// the row's turn. Storage: N_OUT * 2 * N_LANES registers. Data is not reset.
`default_nettype none

module ern_dots #(
    parameter integer N_LANES = 96,
    parameter integer N_OUT   = 16,  // outputs of this column
    parameter integer COLUMN  = 0,   // index of this column
    parameter integer W_ROW   = 4,   // >= $clog2(outputs of the whole array), >= 1
    parameter integer LATENCY = 4,
    parameter integer TARGET  = 0,   // body of ern_dot
    parameter integer N_TILE  = 0,   // lanes of a tile; 0: all lanes come together
    parameter integer W_SUM   = $clog2(3 * N_LANES + 1)
) (
    input  wire                   clk,
    input  wire [N_LANES-1:0]     in_lo,
    input  wire [N_LANES-1:0]     in_hi,
    input  wire                   in_swap,
    input  wire                   load_valid,
    input  wire [W_ROW-1:0]       load_row,
    input  wire [N_LANES-1:0]     load_word,
    output wire [N_OUT*W_SUM-1:0] out_sums
);
    localparam integer N_HERE  = N_TILE == 0 ? N_LANES : N_TILE;
    localparam integer N_TILES = (N_LANES + N_HERE - 1) / N_HERE;

    wire [N_OUT-1:0] mine;
    genvar o, b;
    generate
        for (o = 0; o < N_OUT; o = o + 1) begin : g_mine
            localparam integer ROW = COLUMN * N_OUT + o;
            assign mine[o] = load_valid && load_row == ROW[W_ROW-1:0];
        end
    endgenerate

    wire [N_OUT*N_LANES-1:0] weights;
    generate
        for (b = 0; b < N_TILES; b = b + 1) begin : g_tile
            localparam integer N = b == N_TILES - 1 ? N_LANES - b * N_HERE : N_HERE;
            wire             swap;
            wire [N_OUT-1:0] load;
            if (b == 0) begin : g_first
                assign {swap, load} = {in_swap, mine};
            end else begin : g_next
                ern_delay #(.W_DATA(1 + N_OUT), .OWN(1), .TARGET(TARGET)) u_delay (
                    .clk(clk), .in({g_tile[b-1].swap, g_tile[b-1].load}), .out({swap, load}));
            end
            for (o = 0; o < N_OUT; o = o + 1) begin : g_out
                reg [N-1:0] next, now;
                always @(posedge clk) begin
                    if (load[o]) next <= load_word[b*N_HERE +: N];
                    if (swap) now <= next;
                end
                assign weights[o*N_LANES + b*N_HERE +: N] = now;
            end
        end
        for (o = 0; o < N_OUT; o = o + 1) begin : g_dot
            ern_dot #(.N_LANES(N_LANES), .LATENCY(LATENCY), .TARGET(TARGET)) u_dot (
                .clk(clk), .in_lo(in_lo), .in_hi(in_hi), .cfg_weights(weights[o*N_LANES +: N_LANES]),
                .out_sum(out_sums[o*W_SUM +: W_SUM]));
        end
    endgenerate
endmodule

`default_nettype wire

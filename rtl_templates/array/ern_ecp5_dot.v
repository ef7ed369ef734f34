// SPDX-License-Identifier: Apache-2.0
// Body of ern_dot for Lattice ECP5: levels of packed carry chains (see ern_ecp5_level) over two columns of N_LANES masked
// bits. $clog2(N_LANES) levels; registers stand after every level where LATENCY allows, else evenly spread.
// About 3 positions (LUT4) a lane: 48 for 16 lanes, 144 for 48, 292 for 96, 574 for 192.
// Any LATENCY >= 1 works; ern_dot says which make sense.
`default_nettype none

module ern_ecp5_dot #(
    parameter integer N_LANES     = 96,  // 1..400
    parameter integer LATENCY     = 4,   // cycles, >= 1
    parameter integer N_POSITIONS = 40   // of a carry chain; longer chains are slower, shorter ones waste their ends
) (
    input  wire                           clk,
    input  wire [N_LANES-1:0]             in_lo,
    input  wire [N_LANES-1:0]             in_hi,
    input  wire [N_LANES-1:0]             cfg_weights,
    output wire [$clog2(3*N_LANES+1)-1:0] out_sum
);
    localparam integer W_SUM       = $clog2(3 * N_LANES + 1);
    localparam integer N_LEVELS    = $clog2(N_LANES);
    localparam integer N_REGISTERS = LATENCY < N_LEVELS ? LATENCY : N_LEVELS;
    localparam [139:0] HEIGHTS     = {120'd0, N_LANES[9:0], N_LANES[9:0]};

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

    wire [W_SUM-1:0] sum;
    ern_ecp5_level #(
        .W_SUM(W_SUM), .N_BITS(2 * N_LANES), .HEIGHTS(HEIGHTS[W_SUM*10-1:0]),
        .N_LEVELS(N_LEVELS), .REGISTERS(register_levels(N_LEVELS, N_REGISTERS)), .N_POSITIONS(N_POSITIONS)
    ) u_levels (
        .clk(clk), .in_bits({in_hi, in_lo}), .in_masks({cfg_weights, cfg_weights}), .out_sum(sum));

    ern_delay #(.W_DATA(W_SUM), .N_CYCLES(LATENCY - N_REGISTERS)) u_tail (.clk(clk), .in(sum), .out(out_sum));
endmodule

`default_nettype wire

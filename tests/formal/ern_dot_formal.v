// SPDX-License-Identifier: Apache-2.0
// Proof of ern_dot: the plain and the ECP5 body give the masked sum of the codes, LATENCY and 3 cycles later, for every input.
// The ECP5 body stands on the model of its carry cell in tests/rtl/array/models; the undefined carry at the bottom of a
// chain may be anything (setundef in the .sby).
`default_nettype none

module ern_dot_formal #(
    parameter integer N_LANES = 9,
    parameter integer LATENCY = 2
) (
    input wire               clk,
    input wire [N_LANES-1:0] lo,
    input wire [N_LANES-1:0] hi,
    input wire [N_LANES-1:0] weights
);
    localparam integer W_SUM = $clog2(3 * N_LANES + 1);
    localparam integer LATENCY_ECP5 = 3;
    wire [W_SUM-1:0] plain, ecp5;
    ern_dot #(.N_LANES(N_LANES), .LATENCY(LATENCY), .TARGET(0)) u_plain (
        .clk(clk), .in_lo(lo), .in_hi(hi), .cfg_weights(weights), .out_sum(plain));
    ern_dot #(.N_LANES(N_LANES), .LATENCY(LATENCY_ECP5), .TARGET(1)) u_ecp5 (
        .clk(clk), .in_lo(lo), .in_hi(hi), .cfg_weights(weights), .out_sum(ecp5));

    integer l;
    reg [W_SUM-1:0] sum;
    always @* begin
        sum = {W_SUM{1'b0}};
        for (l = 0; l < N_LANES; l = l + 1)
            if (weights[l]) sum = sum + {{(W_SUM - 2){1'b0}}, hi[l], lo[l]};
    end

    reg [7:0] past = 8'd0;
    always @(posedge clk) begin
        if (past != 8'd4) past <= past + 8'd1;
        if (past == 8'd4) begin
            assert (plain == $past(sum, LATENCY));
            assert (ecp5 == $past(sum, LATENCY_ECP5));
        end
        cover (past == 8'd4 && ecp5 == 3 * N_LANES);
    end
endmodule

`default_nettype wire

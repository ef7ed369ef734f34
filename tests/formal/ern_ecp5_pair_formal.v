// SPDX-License-Identifier: Apache-2.0
// Proof of ern_ecp5_pair, position by position: an adder keeps the sum, out + 2 * carry = x + y + carry in; a separator hands
// out the carry from below and starts with x. Every field of a compressor tree is a separator and adders, so it keeps
// its sum whatever its length.
`default_nettype none

module ern_ecp5_pair_formal #(
    parameter integer STARTS      = 0,
    parameter integer SEPARATOR_0 = 0,
    parameter integer SEPARATOR_1 = 0
) (
    input wire       clk,
    input wire       carry_in,
    input wire [1:0] a, a_mask, c, c_mask
);
    wire [1:0] out;
    wire       carry_out;
    ern_ecp5_pair #(.STARTS(STARTS), .SEPARATOR_0(SEPARATOR_0), .SEPARATOR_1(SEPARATOR_1)) u_dut (
        .carry_in(carry_in), .in_a(a), .in_a_mask(a_mask), .in_c(c), .in_c_mask(c_mask), .out(out), .carry_out(carry_out));

    wire [1:0] x = a & a_mask, y = c & c_mask;
    // the carry between the positions, by the rule of the lower one
    wire [1:0] low     = {1'b0, x[0]} + {1'b0, y[0]} + {1'b0, carry_in};
    wire       between = SEPARATOR_0 == 1 ? x[0] : low[1];
    wire [1:0] high    = {1'b0, x[1]} + {1'b0, y[1]} + {1'b0, between};
    always @(posedge clk) begin
        if (SEPARATOR_0 == 0) assert (out[0] == low[0]);
        else if (STARTS == 0) assert (out[0] == carry_in);
        assert (out[1] == (SEPARATOR_1 == 1 ? between : high[0]));
        assert (carry_out == (SEPARATOR_1 == 1 ? x[1] : high[1]));
        cover (out == 2'b11 && carry_out);
    end
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// Two neighbouring positions of an ECP5 carry chain (one CCU2C). A position passes a carry upwards and gives one bit:
//   adder      out = x ^ y ^ carry_in,  carry_out = majority(x, y, carry_in),  x = a & a_mask, y = c & c_mask
//   separator  out = carry_in,          carry_out = x
// so that an adder takes two masked bits of one binary weight without a LUT for the masks, and a separator ends one
// field of adders, hands its carry out, and starts the next field with a bit of its own as carry.
// CCU2C: out = P ^ carry_in, carry_out = P ? carry_in : G, with P = INIT(A,B,C,D) and G = INIT(A,B,0,0).
//   0x7888: P = (A & B) ^ (C & D), G = A & B.   0x0008 with D = 1: P = 0, G = A & B.
// STARTS marks the bottom of a chain: its first position must be a separator, whose carry_in then does not matter. It is
// left undefined, because a constant would cost a further cell to feed it in. (The synthesis flow does the same for a
// carry_out that nobody uses.)
`default_nettype none

module ern_ecp5_pair #(
    parameter integer STARTS      = 0,  // 1: nothing below
    parameter integer SEPARATOR_0 = 0,  // lower position: 0 adder, 1 separator (in_c and in_c_mask unused)
    parameter integer SEPARATOR_1 = 0   // upper position
) (
    input  wire       carry_in,
    input  wire [1:0] in_a,
    input  wire [1:0] in_a_mask,
    /* verilator lint_off UNUSED */  // by separators
    input  wire [1:0] in_c,
    input  wire [1:0] in_c_mask,
    /* verilator lint_on UNUSED */
    output wire [1:0] out,
    output wire       carry_out
);
    localparam [15:0] ADDER     = 16'h7888;
    localparam [15:0] SEPARATOR = 16'h0008;
    generate
        if (STARTS == 1 && SEPARATOR_0 != 1) begin : g_bad_start
            ERROR_a_chain_must_start_with_a_separator u_error ();
        end
    endgenerate

    wire carry;
    generate
        if (STARTS == 1) begin : g_bottom
            wire unused_carry_in = carry_in;
            assign carry = 1'bx;
        end else begin : g_inner
            assign carry = carry_in;
        end
    endgenerate

    localparam [15:0] INIT0 = SEPARATOR_0 == 1 ? SEPARATOR : ADDER;
    localparam [15:0] INIT1 = SEPARATOR_1 == 1 ? SEPARATOR : ADDER;
    wire [1:0] c      = {SEPARATOR_1 == 1 ? 1'b1 : in_c[1], SEPARATOR_0 == 1 ? 1'b1 : in_c[0]};
    wire [1:0] c_mask = {SEPARATOR_1 == 1 ? 1'b1 : in_c_mask[1], SEPARATOR_0 == 1 ? 1'b1 : in_c_mask[0]};
    CCU2C #(.INIT0(INIT0), .INIT1(INIT1), .INJECT1_0("NO"), .INJECT1_1("NO")) u_cell (
        .CIN(carry), .A0(in_a[0]), .B0(in_a_mask[0]), .C0(c[0]), .D0(c_mask[0]),
        .A1(in_a[1]), .B1(in_a_mask[1]), .C1(c[1]), .D1(c_mask[1]), .S0(out[0]), .S1(out[1]), .COUT(carry_out));
endmodule

`default_nettype wire

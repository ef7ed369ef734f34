// SPDX-License-Identifier: Apache-2.0
// Model of ECP5's carry cell for simulation, from Lattice's description (FPGA-TN-02200): two LUT4 with a carry chain.
//   P = INIT(A, B, C, D), G = INIT(A, B, 0, 0); S = P ^ carry in; carry out = P ? carry in : G
// INJECT1 "YES" would let no carry in; the modules use "NO" only.
`default_nettype none

module CCU2C #(
    parameter [15:0] INIT0     = 16'h0000,
    parameter [15:0] INIT1     = 16'h0000,
    parameter        INJECT1_0 = "YES",
    parameter        INJECT1_1 = "YES"
) (
    input  wire CIN, A0, B0, C0, D0, A1, B1, C1, D1,
    output wire S0, S1, COUT
);
    generate
        if (INJECT1_0 != "NO" || INJECT1_1 != "NO") begin : g_bad_inject
            ERROR_INJECT1_must_be_NO u_error ();
        end
    endgenerate
    wire p0 = INIT0[{D0, C0, B0, A0}];
    wire p1 = INIT1[{D1, C1, B1, A1}];
    wire carry = p0 ? CIN : INIT0[{2'b00, B0, A0}];
    assign S0   = p0 ^ CIN;
    assign S1   = p1 ^ carry;
    assign COUT = p1 ? carry : INIT1[{2'b00, B1, A1}];
endmodule

`default_nettype wire

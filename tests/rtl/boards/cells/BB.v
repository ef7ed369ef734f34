// SPDX-License-Identifier: Apache-2.0
// The pad of both directions of an ECP5, for simulation: a test finds in `pin` what is driven, puts what comes from outside in
// `outside`, and B stays open (Verilator 5.006 knows no pins that both a model and its test drive).
`default_nettype none

/* verilator lint_off UNUSED */
/* verilator lint_off UNDRIVEN */
module BB (
    input  wire I, T,
    output wire O,
    inout  wire B
);
    wire       driven /* verilator public_flat_rd */ = !T;
    wire       pin /* verilator public_flat_rd */ = I;
    reg        outside /* verilator public_flat_rw */ = 1'b0;
    assign O = T ? outside : I;
endmodule
/* verilator lint_on UNDRIVEN */
/* verilator lint_on UNUSED */

`default_nettype wire

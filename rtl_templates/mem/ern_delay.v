// SPDX-License-Identifier: Apache-2.0
// out(t + N_CYCLES) = in(t). N_CYCLES = 0 is a wire. Not reset: a user that needs a quiet start holds `in` quiet for
// N_CYCLES of reset.
// OWN = 1, for a copy that is there to be near its users: synthesis merges registers that are equal, and makes one net across
// the whole array of what each column has for itself. It does not look into cells of the ECP5 (TARGET 1).
`default_nettype none

module ern_delay #(
    parameter integer W_DATA   = 1,  // bits, >= 1
    parameter integer N_CYCLES = 1,  // >= 0
    /* verilator lint_off UNUSEDPARAM */  // without SYNTHESIS
    parameter integer OWN      = 0,  // 1: not merged with an equal one
    parameter integer TARGET   = 0   // 1: ECP5
    /* verilator lint_on UNUSEDPARAM */
) (
    input  wire              clk,
    input  wire [W_DATA-1:0] in,
    output wire [W_DATA-1:0] out
);
`ifdef SYNTHESIS
    localparam integer CELLS = OWN == 1 && TARGET == 1 ? 1 : 0;
`else
    localparam integer CELLS = 0;
`endif
    genvar s, b;
    generate
        if (N_CYCLES == 0) begin : g_wire
            wire unused_clk = clk;
            assign out = in;
        end else if (CELLS == 0) begin : g_registers
            reg [W_DATA-1:0] stage [0:N_CYCLES-1];
            integer i;
            always @(posedge clk) begin
                stage[0] <= in;
                for (i = 1; i < N_CYCLES; i = i + 1) stage[i] <= stage[i-1];
            end
            assign out = stage[N_CYCLES-1];
        end else begin : g_cells
            wire [W_DATA*(N_CYCLES+1)-1:0] stage;
            assign stage[W_DATA-1:0] = in;
            for (s = 0; s < N_CYCLES; s = s + 1) begin : g_stage
                for (b = 0; b < W_DATA; b = b + 1) begin : g_bit
`ifdef SYNTHESIS
                    TRELLIS_FF #(.GSR("DISABLED"), .CEMUX("1"), .CLKMUX("CLK"), .LSRMUX("LSR"), .REGSET("RESET")) u_cell (
                        .CLK(clk), .LSR(1'b0), .DI(stage[s*W_DATA + b]), .Q(stage[(s+1)*W_DATA + b]));
`endif
                end
            end
            assign out = stage[N_CYCLES*W_DATA +: W_DATA];
        end
    endgenerate
endmodule

`default_nettype wire

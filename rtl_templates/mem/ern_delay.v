// SPDX-License-Identifier: Apache-2.0
// out(t + N_CYCLES) = in(t). N_CYCLES = 0 is a wire. Not reset: a user that needs a quiet start holds `in` quiet for
// N_CYCLES of reset.
`default_nettype none

module ern_delay #(
    parameter integer W_DATA   = 1,  // bits, >= 1
    parameter integer N_CYCLES = 1   // >= 0
) (
    input  wire              clk,
    input  wire [W_DATA-1:0] in,
    output wire [W_DATA-1:0] out
);
    generate
        if (N_CYCLES == 0) begin : g_wire
            wire unused_clk = clk;
            assign out = in;
        end else begin : g_registers
            reg [W_DATA-1:0] stage [0:N_CYCLES-1];
            integer i;
            always @(posedge clk) begin
                stage[0] <= in;
                for (i = 1; i < N_CYCLES; i = i + 1) stage[i] <= stage[i-1];
            end
            assign out = stage[N_CYCLES-1];
        end
    endgenerate
endmodule

`default_nettype wire

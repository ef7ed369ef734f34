// SPDX-License-Identifier: Apache-2.0
// The rule of every stream: valid holds with stable data until ready. ASSUMED = 0 claims it of the module under proof,
// ASSUMED = 1 supposes it of its surroundings. A reset ends every promise.
`default_nettype none

module ern_stream_rules #(
    parameter integer W_DATA  = 8,
    parameter integer ASSUMED = 0
) (
    input wire              clk,
    input wire              rst,
    input wire              valid,
    input wire              ready,
    input wire [W_DATA-1:0] data
);
    reg              waits = 1'b0;
    reg [W_DATA-1:0] offered;
    always @(posedge clk) begin
        waits   <= valid && !ready && !rst;
        offered <= data;
    end
    wire kept = !waits || rst || (valid && data == offered);
    generate
        if (ASSUMED == 1) begin : g_assumed
            always @* assume (kept);
        end else begin : g_claimed
            always @* assert (kept);
        end
    endgenerate
endmodule

`default_nettype wire

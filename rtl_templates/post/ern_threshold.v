// SPDX-License-Identifier: Apache-2.0
// The activation of one output channel: BatchNorm and 2-bit activation folded to three integer thresholds.
//   code = number of k in 0..2 with (acc >= at[k]) != inverted
// The constants "never" and "always" are the largest and the smallest value of the width; the compiler proves that
// no accumulator reaches the largest. Latency 2 cycles, one accumulator a cycle.
`default_nettype none

module ern_threshold #(
    parameter integer W_ACC = 16  // bits of a signed accumulator, >= 2
) (
    input  wire               clk,
    input  wire [W_ACC-1:0]   in_acc,         // signed
    input  wire [3*W_ACC-1:0] cfg_at,         // signed, at[0] in the least significant bits
    input  wire               cfg_inverted,
    output wire [1:0]         out_code
);
    reg [2:0] reached;
    reg [1:0] code;

    always @(posedge clk) begin
        reached[0] <= ($signed(in_acc) >= $signed(cfg_at[0*W_ACC +: W_ACC])) != cfg_inverted;
        reached[1] <= ($signed(in_acc) >= $signed(cfg_at[1*W_ACC +: W_ACC])) != cfg_inverted;
        reached[2] <= ($signed(in_acc) >= $signed(cfg_at[2*W_ACC +: W_ACC])) != cfg_inverted;
        code       <= {1'b0, reached[0]} + {1'b0, reached[1]} + {1'b0, reached[2]};
    end
    assign out_code = code;
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// Proof of ern_threshold: two cycles later the number of thresholds that are reached, by the formula, one accumulator a
// cycle, with thresholds that change in any cycle.
`default_nettype none

module ern_threshold_formal #(
    parameter integer W_ACC = 16
) (
    input wire                    clk,
    input wire signed [W_ACC-1:0] acc,
    input wire signed [W_ACC-1:0] at_0,
    input wire signed [W_ACC-1:0] at_1,
    input wire signed [W_ACC-1:0] at_2,
    input wire                    inverted
);
    wire [1:0] code;
    ern_threshold #(.W_ACC(W_ACC)) u_dut (
        .clk(clk), .in_acc(acc), .cfg_at({at_2, at_1, at_0}), .cfg_inverted(inverted), .out_code(code));

    // Reached: not below; inverted: below. Subtraction in one bit more cannot overflow.
    function automatic [1:0] reached(input signed [W_ACC-1:0] value, input signed [W_ACC-1:0] at, input turn);
        reg signed [W_ACC:0] above;
        begin
            above   = value - at;
            reached = {1'b0, above[W_ACC] == turn};
        end
    endfunction
    wire [1:0] expected = reached(acc, at_0, inverted) + reached(acc, at_1, inverted) + reached(acc, at_2, inverted);

    reg [1:0] past = 2'd0;
    always @(posedge clk) begin
        if (past != 2'd2) past <= past + 2'd1;
        if (past == 2'd2) assert (code == $past(expected, 2));
        cover (past == 2'd2 && code == 2'd3 && $past(inverted, 2));
    end
endmodule

`default_nettype wire

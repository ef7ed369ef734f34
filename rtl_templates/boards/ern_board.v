// SPDX-License-Identifier: Apache-2.0
// A board with an oscillator, a button, a serial port and lights, around ern_top without external memory.
// Lights: 0 heartbeat, 1 running, 2 result waiting, 3 picture full, 4 error, 5 always on; a board with fewer leaves out the
// last ones.
`default_nettype none

module ern_board #(
    parameter integer OSCILLATOR_KHZ   = 25000,
    parameter integer PLL_INPUT_DIV    = 5,   // see ern_clocks
    parameter integer PLL_FEEDBACK_DIV = 16,
    parameter integer PLL_OUTPUT_DIV   = 7,
    parameter integer N_LIGHTS         = 5,   // 1..6
    parameter integer LIGHTS_LOW       = 0    // 1: a light is on while its pin is low
) (
    input  wire       oscillator,
    input  wire       button_n,   // low while pressed: reset
    input  wire       uart_rx,
    output wire       uart_tx,
    output wire [N_LIGHTS-1:0] led
);
    wire clk, rst, heartbeat;
    /* verilator lint_off PINCONNECTEMPTY */
    ern_clocks #(
        .OSCILLATOR_KHZ(OSCILLATOR_KHZ), .PLL_INPUT_DIV(PLL_INPUT_DIV), .PLL_FEEDBACK_DIV(PLL_FEEDBACK_DIV),
        .PLL_OUTPUT_DIV(PLL_OUTPUT_DIV)
    ) u_clocks (
        .oscillator(oscillator), .button_n(button_n), .clk(clk), .clk_late(), .rst(rst), .heartbeat(heartbeat));
    /* verilator lint_on PINCONNECTEMPTY */

    /* verilator lint_off UNUSED */
    wire [7:0] status;  // only the lights' bits are used
    /* verilator lint_on UNUSED */
    /* verilator lint_off PINCONNECTEMPTY */
    ern_top u_top (
        .clk(clk), .rst(rst), .uart_rx(uart_rx), .uart_tx(uart_tx),
        .host_select(1'b0), .host_in_data(8'd0), .host_in_valid(1'b0), .host_in_ready(),
        .host_out_data(), .host_out_valid(), .host_out_ready(1'b0),
        .stall(8'd0), .status(status), .trace_start(), .trace_done(), .trace_index());
    /* verilator lint_on PINCONNECTEMPTY */
    /* verilator lint_off UNUSED */
    reg [5:0] lights;   // a board may have fewer
    /* verilator lint_on UNUSED */
    always @(posedge clk) lights <= {1'b1, status[3:0], heartbeat} ^ {6{LIGHTS_LOW == 1}};
    assign led = lights[N_LIGHTS-1:0];
endmodule

`default_nettype wire

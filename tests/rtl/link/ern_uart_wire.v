// SPDX-License-Identifier: Apache-2.0
// Senders and receivers on wires, for ern_uart_wire_test: equal dividers, and clocks that differ by 4 %.
`default_nettype none

module ern_uart_wire (
    input  wire        clk,
    input  wire        rst,
    input  wire [3:0]  in_valid,
    output wire [3:0]  in_ready,
    input  wire [31:0] in_data,
    output wire [3:0]  out_valid,
    output wire [31:0] out_data
);
    wire [3:0] line;
    genvar i;
    generate
        for (i = 0; i < 4; i = i + 1) begin : g_pair
            localparam integer SEND    = i == 0 ? 4 : i == 1 ? 26 : i == 2 ? 28 : 11;
            localparam integer RECEIVE = i == 0 ? 4 : i == 3 ? 11 : 27;
            ern_uart_tx #(.CLKS_PER_BIT(SEND)) u_tx (
                .clk(clk), .rst(rst), .in_valid(in_valid[i]), .in_ready(in_ready[i]), .in_data(in_data[8*i +: 8]),
                .tx(line[i]));
            ern_uart_rx #(.CLKS_PER_BIT(RECEIVE)) u_rx (
                .clk(clk), .rst(rst), .rx(line[i]), .out_valid(out_valid[i]), .out_data(out_data[8*i +: 8]));
        end
    endgenerate
endmodule

`default_nettype wire

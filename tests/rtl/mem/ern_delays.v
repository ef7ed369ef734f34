// SPDX-License-Identifier: Apache-2.0
// ern_delay as a wire, as one register and as several, for ern_delay_test.
`default_nettype none

module ern_delays (
    input  wire        clk,
    input  wire        in_bit,
    input  wire [39:0] in,
    output wire [39:0] by_0,
    output wire [39:0] by_1,
    output wire [39:0] by_7,
    output wire        bit_by_2
);
    ern_delay #(.W_DATA(40), .N_CYCLES(0)) u_0 (.clk(clk), .in(in), .out(by_0));
    ern_delay #(.W_DATA(40), .N_CYCLES(1)) u_1 (.clk(clk), .in(in), .out(by_1));
    ern_delay #(.W_DATA(40), .N_CYCLES(7)) u_7 (.clk(clk), .in(in), .out(by_7));
    ern_delay #(.W_DATA(1), .N_CYCLES(2)) u_bit (.clk(clk), .in(in_bit), .out(bit_by_2));
endmodule

`default_nettype wire

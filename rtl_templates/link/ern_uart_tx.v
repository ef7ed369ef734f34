// SPDX-License-Identifier: Apache-2.0
// Serial sender, 8 data bits, no parity, one stop bit, least significant bit first. A byte takes 10 * CLKS_PER_BIT
// cycles on the line and one more until the next one.
`default_nettype none

module ern_uart_tx #(
    parameter integer CLKS_PER_BIT = 27  // clock / baud rate, >= 4
) (
    input  wire       clk,
    input  wire       rst,
    input  wire       in_valid,
    output wire       in_ready,
    input  wire [7:0] in_data,
    output wire       tx
);
    generate
        if (CLKS_PER_BIT < 4) begin : g_bad_rate
            ERROR_CLKS_PER_BIT_must_be_at_least_4 u_error ();
        end
    endgenerate
    localparam integer W_CLOCK = $clog2(CLKS_PER_BIT);

    reg [8:0]         shift;    // what follows, the line's level first
    reg [3:0]         left;     // bits that are not yet sent
    reg [W_CLOCK-1:0] clock;
    reg               level;

    assign in_ready = left == 4'd0;
    assign tx       = level;

    always @(posedge clk) begin
        if (rst) begin
            level <= 1'b1;
            left  <= 4'd0;
        end else if (left == 4'd0) begin
            level <= 1'b1;
            if (in_valid) begin
                level <= 1'b0;
                shift <= {1'b1, in_data};
                left  <= 4'd10;
                clock <= CLKS_PER_BIT[W_CLOCK-1:0] - 1'b1;
            end
        end else if (clock != {W_CLOCK{1'b0}}) begin
            clock <= clock - 1'b1;
        end else begin
            clock <= CLKS_PER_BIT[W_CLOCK-1:0] - 1'b1;
            left  <= left - 4'd1;
            level <= shift[0] || left == 4'd1;
            shift <= {1'b1, shift[8:1]};
        end
    end

`ifdef FORMAL
`include "ern_uart_tx.vh"
`endif
endmodule

`default_nettype wire

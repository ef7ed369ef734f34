// SPDX-License-Identifier: Apache-2.0
// Serial receiver, 8 data bits, no parity, one stop bit, least significant bit first. Each bit is sampled in its
// middle. A byte whose stop bit is low is dropped. out_valid is high for one cycle a byte; nobody can hold it back.
`default_nettype none

module ern_uart_rx #(
    parameter integer CLKS_PER_BIT = 27  // clock / baud rate, >= 4
) (
    input  wire       clk,
    input  wire       rst,
    input  wire       rx,
    output reg        out_valid,
    output reg  [7:0] out_data
);
    generate
        if (CLKS_PER_BIT < 4) begin : g_bad_rate
            ERROR_CLKS_PER_BIT_must_be_at_least_4 u_error ();
        end
    endgenerate
    localparam integer W_CLOCK = $clog2(CLKS_PER_BIT);
    localparam integer MIDDLE  = CLKS_PER_BIT / 2 - 1;

    reg [1:0]         level;     // synchroniser; level[1] is used
    reg               busy;
    reg [W_CLOCK-1:0] clock;     // cycles to the next sample
    reg [3:0]         count;     // samples taken: start, 8 data, stop

    always @(posedge clk) begin
        level     <= {level[0], rx};
        out_valid <= 1'b0;
        if (!busy) begin
            clock <= MIDDLE[W_CLOCK-1:0];
            count <= 4'd0;
            busy  <= !level[1];
        end else if (clock != {W_CLOCK{1'b0}}) begin
            clock <= clock - 1'b1;
        end else begin
            clock <= CLKS_PER_BIT[W_CLOCK-1:0] - 1'b1;
            count <= count + 4'd1;
            if (count == 4'd0) busy <= !level[1];                    // a glitch is no start bit
            else if (count != 4'd9) out_data <= {level[1], out_data[7:1]};
            else begin
                busy      <= 1'b0;
                out_valid <= level[1];
            end
        end
        if (rst) begin
            level     <= 2'b11;
            busy      <= 1'b0;
            out_valid <= 1'b0;
        end
    end

`ifdef FORMAL
`include "ern_uart_rx.vh"
`endif
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// What a receiver of SLIP (RFC 1055) makes of the bytes on the line, told by the byte before alone. Within a frame that
// is not spoiled an ESC is never itself escaped, so `the byte before was ESC` says all.
`default_nettype none

module ern_slip_model (
    input  wire       clk,
    input  wire       rst,
    input  wire       taken,
    input  wire [7:0] data,
    output wire       after_esc,   // before this byte
    output reg        spoiled,     // before this byte: ESC was followed by something else than DC or DD
    output wire       is_byte,     // meaningful unless spoiled
    output wire [7:0] byte_data,
    output wire       is_end
);
    reg       inside;
    reg [7:0] before;
    assign after_esc = inside && before == 8'hdb;
    assign is_end    = taken && data == 8'hc0;
    assign is_byte   = taken && data != 8'hc0 && data != 8'hdb;
    assign byte_data = after_esc && data == 8'hdc ? 8'hc0 : after_esc && data == 8'hdd ? 8'hdb : data;

    always @(posedge clk) begin
        if (rst || is_end) begin
            inside  <= 1'b0;
            spoiled <= 1'b0;
        end else if (taken) begin
            inside  <= 1'b1;
            before  <= data;
            spoiled <= spoiled || (after_esc && data != 8'hdc && data != 8'hdd);
        end
    end
endmodule

`default_nettype wire

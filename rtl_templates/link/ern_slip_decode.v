// SPDX-License-Identifier: Apache-2.0
// SLIP (RFC 1055), receiving: C0 ends a frame, DB DC stands for C0, DB DD for DB. Any other byte after DB spoils the
// frame. A C0 always brings the decoder back to the start of a frame, so it recovers from every fault.
// Combinational on the byte that is taken: out_valid with out_data for a byte of the frame, or out_end at its end with
// out_spoiled. Empty frames (C0 C0) give out_end too.
`default_nettype none

module ern_slip_decode (
    input  wire       clk,
    input  wire       rst,
    input  wire       in_valid,     // a byte is taken in this cycle
    input  wire [7:0] in_data,
    output wire       out_valid,
    output wire [7:0] out_data,
    output wire       out_end,
    output wire       out_spoiled   // with out_end
);
    localparam [7:0] END = 8'hc0, ESC = 8'hdb, ESC_END = 8'hdc, ESC_ESC = 8'hdd;
    reg escaped, spoiled;

    wire is_end = in_data == END;
    wire legal  = in_data == ESC_END || in_data == ESC_ESC;
    assign out_end     = in_valid && is_end;
    assign out_spoiled = spoiled || escaped;
    assign out_valid   = in_valid && !is_end && (escaped ? legal : in_data != ESC);
    assign out_data    = !escaped ? in_data : in_data == ESC_END ? END : ESC;

    always @(posedge clk) begin
        if (rst || out_end) begin
            escaped <= 1'b0;
            spoiled <= 1'b0;
        end else if (in_valid) begin
            escaped <= !escaped && in_data == ESC;
            spoiled <= spoiled || (escaped && !legal);
        end
    end

`ifdef FORMAL
`include "ern_slip_decode.vh"
`endif
endmodule

`default_nettype wire

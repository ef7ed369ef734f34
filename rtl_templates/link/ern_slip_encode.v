// SPDX-License-Identifier: Apache-2.0
// SLIP (RFC 1055), sending: bytes of a frame, then its end; see ern_slip_decode. in_end closes the frame and carries no
// byte. One output byte a cycle; an escaped byte takes two. out_valid holds with stable data until out_ready; in_ready
// depends on out_ready.
`default_nettype none

module ern_slip_encode (
    input  wire       clk,
    input  wire       rst,
    input  wire       in_valid,
    output wire       in_ready,
    input  wire       in_end,
    input  wire [7:0] in_data,
    input  wire       in_special,  // in_data is C0 or DB: the user knows it a cycle earlier
    output wire       out_valid,
    input  wire       out_ready,
    output wire [7:0] out_data
);
    localparam [7:0] END = 8'hc0, ESC = 8'hdb, ESC_END = 8'hdc, ESC_ESC = 8'hdd;
    reg second;   // ESC was sent for the byte that waits

    wire special = !in_end && in_special;
    assign out_valid = in_valid;
    assign out_data  = in_end ? END : !special ? in_data : !second ? ESC : in_data == END ? ESC_END : ESC_ESC;
    assign in_ready  = out_ready && (!special || second);

    always @(posedge clk) begin
        if (rst) second <= 1'b0;
        else if (in_valid && out_ready) second <= special && !second;
    end

`ifdef FORMAL
`include "ern_slip_encode.vh"
`endif
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// One byte further in the CRC-32 of IEEE 802.3 (reflected polynomial 0xEDB88320). Combinational:
//   out = crc after `data` from the register value `in`
// A frame starts from 32'hffffffff and sends the complement, least significant byte first; a receiver that runs over
// frame and CRC ends at 32'hdebb20e3.
`default_nettype none

module ern_crc32 (
    input  wire [31:0] in,
    input  wire [7:0]  data,
    output reg  [31:0] out
);
    integer i;
    always @* begin
        out = in ^ {24'd0, data};
        for (i = 0; i < 8; i = i + 1) out = (out >> 1) ^ (32'hedb88320 & {32{out[0]}});
    end
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// CRC-32 by its definition: polynomial division, one bit at a time, highest power first, by 0x04C11DB7; IEEE 802.3
// sends the least significant bit of a byte first and the remainder reflected.
`default_nettype none

module ern_crc32_model (
    input  wire [31:0] in,
    input  wire [7:0]  data,
    output wire [31:0] out
);
    function automatic [31:0] reflect(input [31:0] value);
        integer i;
        for (i = 0; i < 32; i = i + 1) reflect[i] = value[31-i];
    endfunction
    function automatic [31:0] divide(input [31:0] remainder, input [7:0] bits);
        integer i;
        begin
            divide = remainder;
            for (i = 0; i < 8; i = i + 1)
                divide = {divide[30:0], 1'b0} ^ (divide[31] != bits[i] ? 32'h04c11db7 : 32'd0);
        end
    endfunction
    assign out = reflect(divide(reflect(in), data));
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// Proof of ern_crc32: equal to polynomial division for every register value and byte; the check value of the
// catalogues, CBF43926 for "123456789"; and the residue that ern_host_receive tests: a frame followed by its complement,
// least significant byte first, ends at DEBB20E3 whatever the frame was.
`default_nettype none

module ern_crc32_formal (
    input wire [31:0] in,
    input wire [7:0]  data
);
    wire [31:0] out, expected;
    ern_crc32 u_crc (.in(in), .data(data), .out(out));
    ern_crc32_model u_model (.in(in), .data(data), .out(expected));

    localparam [71:0] TEXT = "987654321";   // the first byte in the least significant bits
    wire [31:0] check [0:9];
    wire [31:0] rest [0:4];
    assign check[0] = 32'hffffffff;
    assign rest[0]  = in;
    genvar i;
    generate
        for (i = 0; i < 9; i = i + 1) begin : g_check
            ern_crc32 u_step (.in(check[i]), .data(TEXT[8*i +: 8]), .out(check[i+1]));
        end
        for (i = 0; i < 4; i = i + 1) begin : g_rest
            ern_crc32 u_step (.in(rest[i]), .data(~in[8*i +: 8]), .out(rest[i+1]));
        end
    endgenerate

    always @* begin
        assert (out == expected);
        assert (~check[9] == 32'hcbf43926);
        assert (rest[4] == 32'hdebb20e3);
        cover (out == 32'hdebb20e3);
    end
endmodule

`default_nettype wire

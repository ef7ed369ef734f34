// SPDX-License-Identifier: Apache-2.0
// The pixel embedding of one pixel: byte v of a colour -> N_CODES codes, e = 0..N_CODES-1:
//   code >= 1, 2, 3 from v = 9 + 8e, 89 + 8e, 169 + 8e on
// v >= 8k + 1 iff {v / 8, v mod 8 > 0} >= 2k + 1: one comparison of 6 bits for every k, and code e reaches 1, 2, 3 at
// k = e + 1, e + 11, e + 21. So of a byte only the 6 bits {v[7:3], |v[2:0]} are wanted. Combinational.
// Code e of colour c on lane c * N_CODES + e; lanes beyond give zeros.
`default_nettype none

module ern_thermometer #(
    parameter integer N_CODES   = 10,
    parameter integer N_COLOURS = 3,
    parameter integer N_LANES   = 32   // >= N_CODES * N_COLOURS
) (
    input  wire [6*N_COLOURS-1:0] in_pixel,
    output wire [N_LANES-1:0]     out_lo,
    output wire [N_LANES-1:0]     out_hi
);
    genvar b, e;
    generate
        for (b = 0; b < N_COLOURS; b = b + 1) begin : g_colour
            wire [N_CODES+20:1] reached;   // bit k: v >= 8k + 1
            for (e = 1; e < N_CODES + 21; e = e + 1) begin : g_reached
                localparam [7:0] K = e;  // <= 51
                assign reached[e] = {2'd0, in_pixel[6*b +: 6]} > 2 * K;
            end
            for (e = 0; e < N_CODES; e = e + 1) begin : g_code
                assign out_lo[b*N_CODES + e] = (reached[e+1] && !reached[e+11]) || reached[e+21];
                assign out_hi[b*N_CODES + e] = reached[e+11];
            end
        end
        for (b = N_COLOURS * N_CODES; b < N_LANES; b = b + 1) begin : g_none
            assign out_lo[b] = 1'b0;
            assign out_hi[b] = 1'b0;
        end
    endgenerate
endmodule

`default_nettype wire

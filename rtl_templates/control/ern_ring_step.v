// SPDX-License-Identifier: Apache-2.0
// N_ROWS rows further in a ring of rows:  word' = word >= limit ? word + back : word + step
//   N_ROWS * row_step words further, less one ring where that is beyond its end. A ring of n <= N_ROWS rows (a map of few rows)
//   is gone round as often as N_ROWS has n: N_ROWS mod n rows further.
// Combinational; the user keeps the three in registers, for row_step, ring and ring_end stand still in a descriptor.
`default_nettype none

module ern_ring_step #(
    parameter integer W_WORD = 10,
    parameter integer N_ROWS = 1
) (
    input  wire [W_WORD-1:0] row_step,   // words a row, at most `ring`
    input  wire [W_WORD-1:0] ring,       // words of the ring
    input  wire [W_WORD-1:0] ring_end,   // first word behind it
    output wire [W_WORD-1:0] step,
    output wire [W_WORD-1:0] limit,
    output wire [W_WORD-1:0] back
);
    generate
        if (N_ROWS == 1) begin : g_one
            assign step = row_step;
        end else begin : g_many
            // n rows at n * W: wide enough that no product is another ring's
            localparam integer W = W_WORD + $clog2(N_ROWS + 1);
            reg [(N_ROWS+1)*W-1:0] rows;
            reg [W_WORD-1:0]       further;
            integer n;
            always @* begin
                rows[0 +: W] = {W{1'b0}};
                for (n = 1; n <= N_ROWS; n = n + 1) rows[n*W +: W] = rows[(n-1)*W +: W] + {{(W - W_WORD){1'b0}}, row_step};
                further = rows[N_ROWS*W +: W_WORD];
                for (n = 1; n <= N_ROWS; n = n + 1)
                    if ({{(W - W_WORD){1'b0}}, ring} == rows[n*W +: W]) further = rows[(N_ROWS % n)*W +: W_WORD];
            end
            assign step = further;
        end
    endgenerate
    assign limit = ring_end - step;
    assign back  = step - ring;
endmodule

`default_nettype wire

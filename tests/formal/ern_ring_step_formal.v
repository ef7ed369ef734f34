// SPDX-License-Identifier: Apache-2.0
// ern_ring_step: from row k of a ring of n rows, anywhere in memory, N_ROWS rows further is row (k + N_ROWS) mod n, for 1 to 4 rows.
module ern_ring_step_formal;
    localparam integer W = 8;
    (* anyconst *) wire [2:0] k, n;
    (* anyconst *) wire [4:0] row_step;
    (* anyconst *) wire [W-1:0] base;
    wire [W-1:0] ring = n * row_step, ring_end = base + ring, word = base + k * row_step;
    always @* assume (n != 0 && k < n && row_step != 0 && base + n * row_step <= 128);

    genvar r;
    generate
        for (r = 1; r <= 4; r = r + 1) begin : g_rows
            wire [W-1:0] step, limit, back;
            ern_ring_step #(.W_WORD(W), .N_ROWS(r)) u_step (
                .row_step(row_step), .ring(ring), .ring_end(ring_end), .step(step), .limit(limit), .back(back));
            wire [W-1:0] next = word >= limit ? word + back : word + step;
            wire [3:0]   row  = (k + r) % n;
            always @* assert (next == base + row * row_step);
            if (r == 4) always @* cover (n == 2 && k == 1);
        end
    endgenerate
endmodule

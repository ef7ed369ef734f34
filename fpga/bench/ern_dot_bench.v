// SPDX-License-Identifier: Apache-2.0
// What dot units cost and how fast they route: N_OUTPUTS of them on the same N_LANES registered lanes, each with its
// double-buffered weights, fed through one pin and folded into another. Not part of any accelerator.
`default_nettype none

module ern_dot_bench #(
    parameter integer N_LANES   = 96,
    parameter integer N_OUTPUTS = 16,
    parameter integer LATENCY   = 4,
    parameter integer TARGET    = 1
) (
    input  wire clk,
    input  wire in,
    output wire out
);
    localparam integer W_SUM = $clog2(3 * N_LANES + 1);

    reg [2*N_LANES-1:0] codes;   // a new picture of lanes every cycle, no logic before the registers
    reg [N_LANES-1:0]   row;     // of weights
    reg [N_OUTPUTS-1:0] select;  // which output takes the row
    reg                 swap;
    always @(posedge clk) begin
        codes  <= {codes[2*N_LANES-2:0], in};
        row    <= {row[N_LANES-2:0], codes[2*N_LANES-1]};
        select <= {select[N_OUTPUTS-2:0], row[N_LANES-1]};
        swap   <= select[N_OUTPUTS-1];
    end

    genvar o;
    generate
        for (o = 0; o < N_OUTPUTS; o = o + 1) begin : g_output
            reg  [N_LANES-1:0] weights_next, weights;
            wire [W_SUM-1:0]   sum;
            reg  [W_SUM-1:0]   fold;
            always @(posedge clk) begin
                if (select[o]) weights_next <= row;
                if (swap) weights <= weights_next;
            end
            ern_dot #(.N_LANES(N_LANES), .LATENCY(LATENCY), .TARGET(TARGET)) u_dot (
                .clk(clk), .in_lo(codes[N_LANES-1:0]), .in_hi(codes[2*N_LANES-1:N_LANES]), .cfg_weights(weights),
                .out_sum(sum));
            if (o == 0) begin : g_first
                always @(posedge clk) fold <= sum;
            end else begin : g_next
                always @(posedge clk) fold <= sum ^ {g_output[o-1].fold[W_SUM-2:0], g_output[o-1].fold[W_SUM-1]};
            end
        end
    endgenerate

    reg [2:0] last;
    always @(posedge clk) last <= {^last[1:0], last[0] ^ ^g_output[N_OUTPUTS-1].fold[W_SUM-1:4],
                                   ^g_output[N_OUTPUTS-1].fold[3:0]};
    assign out = last[2];
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// The classifier's sums: for class i in 0..results-1
//   result[i] = sum over k < sum_ring of the partial sum at sum_base + (i / N_OUTPUTS) * sum_block_step + k
//               of output i mod N_OUTPUTS
// that is, the global average pooling without its division. One partial sum is read a cycle through the array's peek
// path, whose latency does not matter here. `done` comes with the last result word.
`default_nettype none
`include "ern_descriptor.vh"

module ern_reduce #(
    parameter integer N_OUTPUTS = 16,
    parameter integer W_ROW     = 4,
    parameter integer W_SUM     = 9,
    parameter integer W_ACC     = 16,
    parameter integer W_RESULT  = 4    // >= $clog2(result words)
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   go,
    /* verilator lint_off UNUSED */  // a descriptor has fields for other units
    input  wire [`ERN_D_BITS-1:0] d,               // stable while busy
    /* verilator lint_on UNUSED */
    output wire                   done,
    input  wire                   stall,
    output wire                   out_peek,
    output wire [W_SUM-1:0]       out_address,
    output wire [W_ROW-1:0]       out_row,
    input  wire                   in_valid,
    input  wire [W_ACC-1:0]       in_value,
    output wire                   result_enable,
    output wire [W_RESULT-1:0]    result_index,
    output wire [31:0]            result_word
);
    wire [11:0]      results = d[`ERN_D_RESULTS +: 12];
    wire [W_SUM-1:0] ring    = d[`ERN_D_SUM_RING +: W_SUM];

    // ---- questions ----------------------------------------------------------------------------------------------------
    reg              asking;
    reg [11:0]       ask_class;
    reg [W_ROW-1:0]  ask_row;
    reg [W_SUM-1:0]  ask_place, ask_base;
    wire ask_last_place = ask_place + 1'b1 == ring;
    wire ask_last_row   = ask_row == N_OUTPUTS[W_ROW-1:0] - 1'b1;
    assign out_peek    = asking && !stall;
    assign out_address = ask_base + ask_place;
    assign out_row     = ask_row;

    always @(posedge clk) begin
        if (rst) asking <= 1'b0;
        else if (go) asking <= 1'b1;
        else if (out_peek && ask_last_place && ask_class + 12'd1 == results) asking <= 1'b0;

        if (go) begin
            ask_class <= 12'd0;
            ask_row   <= {W_ROW{1'b0}};
            ask_place <= {W_SUM{1'b0}};
            ask_base  <= d[`ERN_D_SUM_BASE +: W_SUM];
        end else if (out_peek) begin
            ask_place <= ask_last_place ? {W_SUM{1'b0}} : ask_place + 1'b1;
            if (ask_last_place) begin
                ask_class <= ask_class + 12'd1;
                ask_row   <= ask_last_row ? {W_ROW{1'b0}} : ask_row + 1'b1;
                if (ask_last_row) ask_base <= ask_base + d[`ERN_D_SUM_BLOCK_STEP +: W_SUM];
            end
        end
    end

    // ---- answers --------------------------------------------------------------------------------------------------------
    reg [11:0]      class_index;
    reg [W_SUM-1:0] place;
    reg [31:0]      sum;
    reg             last_place, last_class;   // place + 1 == ring, class_index + 1 == results: registers, for `done` is late
    wire [31:0]     value      = {{(32 - W_ACC){in_value[W_ACC-1]}}, in_value};
    assign result_enable = in_valid && last_place;
    assign result_index  = class_index[W_RESULT-1:0];
    assign result_word   = sum + value;
    assign done          = result_enable && last_class;

    always @(posedge clk) begin
        if (go) begin
            class_index <= 12'd0;
            last_class  <= results == 12'd1;
            place       <= {W_SUM{1'b0}};
            last_place  <= ring == {{(W_SUM - 1){1'b0}}, 1'b1};
            sum         <= 32'd0;
        end else if (in_valid) begin
            place <= last_place ? {W_SUM{1'b0}} : place + 1'b1;
            last_place <= last_place ? ring == {{(W_SUM - 1){1'b0}}, 1'b1} : place + {{(W_SUM - 2){1'b0}}, 2'd2} == ring;
            sum   <= last_place ? 32'd0 : sum + value;
            if (last_place) begin
                class_index <= class_index + 12'd1;
                last_class  <= class_index + 12'd2 == results;
            end
        end
    end

`ifdef FORMAL
`include "ern_reduce.vh"
`endif
endmodule

`default_nettype wire

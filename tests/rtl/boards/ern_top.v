// SPDX-License-Identifier: Apache-2.0
// In place of the accelerator in the tests of boards: answers what comes on uart_rx, shows what the lights show, writes bursts of
// numbers to the board's memory and reads them back. Only where BOARD_MEMORY says how wide that is are there ports for it: an open
// input has a random level.
//   status: 0 out of reset, 1 toggles, 2 all read, 3 a word was wrong; all of it inverted while uart_rx is low
`default_nettype none

`ifdef BOARD_MEMORY
module ern_top #(
    parameter integer W_PORT = `BOARD_MEMORY
) (
`else
module ern_top (
`endif
    input  wire        clk,
    input  wire        rst,
    input  wire        uart_rx,
    output wire        uart_tx,
    input  wire        host_select,
    input  wire [7:0]  host_in_data,
    input  wire        host_in_valid,
    output wire        host_in_ready,
    output wire [7:0]  host_out_data,
    output wire        host_out_valid,
    input  wire        host_out_ready,
    input  wire [7:0]  stall,
    output wire [7:0]  status,
`ifdef BOARD_MEMORY
    output wire        mem_req_valid,
    input  wire        mem_req_ready,
    output wire        mem_req_write,
    output wire [23:0] mem_req_address,
    output wire [7:0]  mem_req_length,
    output wire        mem_wdata_valid,
    input  wire        mem_wdata_ready,
    output wire [W_PORT-1:0] mem_wdata,
    input  wire        mem_rdata_valid,
    input  wire [W_PORT-1:0] mem_rdata,
`endif
    output wire        trace_start,
    output wire        trace_done,
    output wire [15:0] trace_index
);
    localparam integer N_BURSTS = 64, N_BEATS = 16;
    /* verilator lint_off UNUSED */
    wire unused = host_select | host_in_valid | host_out_ready | (|host_in_data) | (|stall);
    /* verilator lint_on UNUSED */
    assign {host_in_ready, host_out_data, host_out_valid, trace_start, trace_done, trace_index} = 0;
    assign uart_tx = !uart_rx;
    reg toggle;
    always @(posedge clk) toggle <= !rst && !toggle;
`ifdef BOARD_MEMORY
    reg        all_read, wrong;
    reg [7:0]  asked;             // bursts; the first half of them writes
    reg [15:0] written, read;     // beats
    function [W_PORT-1:0] word(input [15:0] beat);
        integer i;
        for (i = 0; i < W_PORT / 32; i = i + 1) word[32*i +: 32] = {~beat, beat} * 32'h9e3779b1 + i * 32'h01234567;
    endfunction
    assign mem_req_valid   = asked < 2 * N_BURSTS;
    assign mem_req_write   = asked < N_BURSTS;
    wire [5:0] n = asked[5:0];
    assign mem_req_address = {1'b0, n[2], n[0], n[1], n[2], n[3], n[4], n[5], ~n, n, 4'd0};   // apart: many rows and banks
    assign mem_req_length  = N_BEATS;
    assign mem_wdata_valid = written < N_BURSTS * N_BEATS;
    assign mem_wdata       = word(written);
    always @(posedge clk) begin
        if (mem_req_valid && mem_req_ready) asked <= asked + 8'd1;
        if (mem_wdata_valid && mem_wdata_ready) written <= written + 16'd1;
        if (mem_rdata_valid) begin
            read     <= read + 16'd1;
            wrong    <= wrong || mem_rdata != word(read);
            all_read <= read == N_BURSTS * N_BEATS - 1;
        end
        if (rst) begin
            asked    <= 8'd0;
            written  <= 16'd0;
            read     <= 16'd0;
            all_read <= 1'b0;
            wrong    <= 1'b0;
        end
    end
`else
    wire all_read = 1'b0, wrong = 1'b0;
`endif
    wire [3:0] state = {wrong, all_read, toggle, !rst};
    assign status = {4'b0000, uart_rx ? state : ~state};
endmodule

`default_nettype wire

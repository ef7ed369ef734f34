// SPDX-License-Identifier: Apache-2.0
// The accelerator's memory port (ern_memory_port) in front of LiteDRAM's controller (ern_ddr3_core, written by
// fpga/ddr3/generate.py): until the part is started and levelled (ern_ddr3_start), requests wait; then beats pass
// (ern_ddr3_port). native port and start_* as ern_ddr3_core has them.
`default_nettype none

module ern_ddr3 #(
    parameter integer W_PORT   = 128,
    parameter integer W_BEAT   = 24,
    parameter integer T_SETTLE = 31    // see ern_ddr3_start
) (
    input  wire              clk,
    input  wire              rst,
    output wire              ready,     // started and levelled
    output wire              failed,    // levelling failed, and is tried again
    // memory port
    input  wire              mem_req_valid,
    output wire              mem_req_ready,
    input  wire              mem_req_write,
    input  wire [W_BEAT-1:0] mem_req_address,
    input  wire [7:0]        mem_req_length,
    input  wire              mem_wdata_valid,
    output wire              mem_wdata_ready,
    input  wire [W_PORT-1:0] mem_wdata,
    output wire              mem_rdata_valid,
    output wire [W_PORT-1:0] mem_rdata,
    // start
    output wire [3:0]        index,
    input  wire              last,
    input  wire [44:0]       step,
    output wire              start_active,
    output wire [2:0]        start_command,
    output wire [2:0]        start_bank,
    output wire [15:0]       start_address,
    output wire              start_cke,
    output wire              start_odt,
    output wire              start_reset_n,
    output wire [1:0]        start_select,
    output wire              start_delay_reset,
    output wire              start_delay_next,
    output wire              start_slip_reset,
    output wire              start_slip_next,
    output wire              start_burst_clear,
    input  wire [1:0]        start_burst_seen,
    // native port
    output wire              port_cmd_valid,
    input  wire              port_cmd_ready,
    output wire              port_cmd_we,
    output wire [W_BEAT-1:0] port_cmd_address,
    input  wire              port_wdata_ready,
    output wire [W_PORT-1:0] port_wdata,
    input  wire              port_rdata_valid,
    input  wire [W_PORT-1:0] port_rdata
);
    wire              test_req_valid, test_req_write, test_wdata_valid, req_ready, wdata_ready, rdata_valid;
    wire [W_BEAT-1:0] test_req_address;
    wire [7:0]        test_req_length;
    wire [W_PORT-1:0] test_wdata;
    ern_ddr3_start #(.W_PORT(W_PORT), .W_BEAT(W_BEAT), .T_SETTLE(T_SETTLE)) u_start (
        .clk(clk), .rst(rst), .ready(ready), .failed(failed), .index(index), .last(last), .step(step),
        .start_active(start_active), .start_command(start_command), .start_bank(start_bank), .start_address(start_address),
        .start_cke(start_cke), .start_odt(start_odt), .start_reset_n(start_reset_n), .start_select(start_select),
        .start_delay_reset(start_delay_reset), .start_delay_next(start_delay_next), .start_slip_reset(start_slip_reset),
        .start_slip_next(start_slip_next), .start_burst_clear(start_burst_clear), .start_burst_seen(start_burst_seen),
        .test_req_valid(test_req_valid), .test_req_ready(req_ready), .test_req_write(test_req_write),
        .test_req_address(test_req_address), .test_req_length(test_req_length), .test_wdata_valid(test_wdata_valid),
        .test_wdata_ready(wdata_ready), .test_wdata(test_wdata), .test_rdata_valid(rdata_valid), .test_rdata(mem_rdata));
    ern_ddr3_port #(.W_PORT(W_PORT), .W_BEAT(W_BEAT)) u_port (
        .clk(clk), .rst(rst), .mem_req_valid(ready ? mem_req_valid : test_req_valid), .mem_req_ready(req_ready),
        .mem_req_write(ready ? mem_req_write : test_req_write), .mem_req_address(ready ? mem_req_address : test_req_address),
        .mem_req_length(ready ? mem_req_length : test_req_length), .mem_wdata_valid(ready ? mem_wdata_valid : test_wdata_valid),
        .mem_wdata_ready(wdata_ready), .mem_wdata(ready ? mem_wdata : test_wdata), .mem_rdata_valid(rdata_valid),
        .mem_rdata(mem_rdata), .port_cmd_valid(port_cmd_valid), .port_cmd_ready(port_cmd_ready), .port_cmd_we(port_cmd_we),
        .port_cmd_address(port_cmd_address), .port_wdata_ready(port_wdata_ready), .port_wdata(port_wdata),
        .port_rdata_valid(port_rdata_valid), .port_rdata(port_rdata));
    assign mem_req_ready   = ready && req_ready;
    assign mem_wdata_ready = ready && wdata_ready;
    assign mem_rdata_valid = ready && rdata_valid;
endmodule

`default_nettype wire

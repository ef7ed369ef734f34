// SPDX-License-Identifier: Apache-2.0
// Accelerator 'part-words': 96 lanes x 8 outputs = 768 MAC a cycle. Written by ernforge from its configuration.
`default_nettype none

module ern_top (
    input  wire        clk,
    input  wire        rst,
    // serial host link
    input  wire        uart_rx,
    output wire        uart_tx,
    // the same link by bytes, for hosts on the chip and for simulation
    input  wire        host_select,     // 0: serial, 1: bytes
    input  wire [7:0]  host_in_data,
    input  wire        host_in_valid,
    output wire        host_in_ready,
    output wire [7:0]  host_out_data,
    output wire        host_out_valid,
    input  wire        host_out_ready,
    input  wire [7:0]  stall,           // holds back one handshake each; tie to zero
    output wire [7:0]  status,          // 0 running, 1 result waiting, 2 picture full, 3 error
    // for observers
    output wire        trace_start,
    output wire        trace_done,
    output wire [15:0] trace_index
);
    localparam integer        N_TAPS        =            3;  // neighbouring pixels, or channel blocks, read in one cycle
    localparam integer        N_CHANNELS    =           32;  // channels a tap
    localparam integer        N_OUTPUTS     =            8;  // dot units
    localparam integer        N_COLUMN      =            4;  // dot units a systolic column
    localparam integer        W_ACC         =           15;  // bits of an accumulator
    localparam integer        N_ACTIVATION  =          600;  // activation words a bank
    localparam integer        N_SUM         =         1000;  // partial-sum words
    localparam integer        N_WEIGHT      =         8192;  // weight rows
    localparam integer        N_THRESHOLD   =         4096;  // threshold rows
    localparam integer        N_PROGRAM     =         8192;  // program words of 32 bits
    localparam integer        N_RESULT      =           16;  // result words of 32 bits
    localparam integer        LATENCY_DOT   =            6;  // cycles through a dot unit
    localparam integer        N_POOL        =            1;  // 1: pooling layers can be computed
    localparam integer        TARGET        =            0;  // body of the dot unit: 0 portable, 1 ECP5 carry chains
    localparam integer        CLOCK_HZ      =     80000000;  // what the host is told
    localparam integer        CLKS_PER_BIT  =           27;  // of the serial port
    localparam [31:0]         CONFIGURATION = 32'h8a3838b8;  // CRC-32 of the configuration; a program carries the same

    ern_accelerator #(
        .N_TAPS(N_TAPS),
        .N_CHANNELS(N_CHANNELS),
        .N_OUTPUTS(N_OUTPUTS),
        .N_COLUMN(N_COLUMN),
        .W_ACC(W_ACC),
        .N_ACTIVATION(N_ACTIVATION),
        .N_SUM(N_SUM),
        .N_WEIGHT(N_WEIGHT),
        .N_THRESHOLD(N_THRESHOLD),
        .N_PROGRAM(N_PROGRAM),
        .N_RESULT(N_RESULT),
        .LATENCY_DOT(LATENCY_DOT),
        .N_POOL(N_POOL),
        .TARGET(TARGET),
        .CLOCK_HZ(CLOCK_HZ),
        .CLKS_PER_BIT(CLKS_PER_BIT),
        .CONFIGURATION(CONFIGURATION)
    ) u_accelerator (
        .clk(clk),
        .rst(rst),
        .uart_rx(uart_rx),
        .uart_tx(uart_tx),
        .host_select(host_select),
        .host_in_data(host_in_data),
        .host_in_valid(host_in_valid),
        .host_in_ready(host_in_ready),
        .host_out_data(host_out_data),
        .host_out_valid(host_out_valid),
        .host_out_ready(host_out_ready),
        .stall(stall),
        .status(status),
        // no external memory
        /* verilator lint_off PINCONNECTEMPTY */
        .mem_req_valid(),
        .mem_req_ready(1'b0),
        .mem_req_write(),
        .mem_req_address(),
        .mem_req_length(),
        .mem_wdata_valid(),
        .mem_wdata_ready(1'b0),
        .mem_wdata(),
        /* verilator lint_on PINCONNECTEMPTY */
        .mem_rdata_valid(1'b0),
        .mem_rdata(128'd0),
        .trace_start(trace_start),
        .trace_done(trace_done),
        .trace_index(trace_index)
    );
endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// The accelerator with its host link: engine, registers, command processor, serial port.
//   host_select chooses the link: 0 the serial pins, 1 the byte port (for a host on the chip, and for simulation).
// EXTERNAL = 1: the network and its pictures lie in external memory behind mem_* (see ern_memory_port).
// stall: 0 windows, 1 weight rows, 2 threshold rows, 3 picture bytes, 4 result sums, 5 descriptors, 6 bytes from the
// host, 7 bytes to the host. Tie to zero on hardware.
`default_nettype none
`include "ern_link_defs.vh"

module ern_accelerator #(
    parameter integer N_TAPS        = 3,
    parameter integer N_CHANNELS    = 32,
    parameter integer N_OUTPUTS     = 16,
    parameter integer N_COLUMN      = 16,
    parameter integer W_ACC         = 16,
    parameter integer N_ACTIVATION  = 512,
    parameter integer N_SUM         = 512,
    parameter integer N_WEIGHT      = 6656,
    parameter integer N_THRESHOLD   = 1024,
    parameter integer N_PROGRAM     = 512,
    parameter integer N_RESULT      = 16,
    parameter integer LATENCY_DOT   = 4,
    parameter integer N_POOL        = 1,
    parameter integer TARGET        = 0,
    parameter integer CLOCK_HZ      = 80000000,
    parameter integer CLKS_PER_BIT  = 27,
    parameter [31:0]  CONFIGURATION = 32'd0,
    parameter integer EXTERNAL      = 0,
    parameter integer W_PORT        = 128,
    parameter integer W_BEAT        = 24,
    parameter integer N_KEPT_WEIGHT    = 0,
    parameter integer N_KEPT_THRESHOLD = 0,
    parameter integer N_SPILL       = 0,
    parameter integer OVERLAP       = 0,
    parameter integer N_TAP_ROWS    = 1
) (
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
    output wire               mem_req_valid,
    input  wire               mem_req_ready,
    output wire               mem_req_write,
    output wire [W_BEAT-1:0]  mem_req_address,
    output wire [7:0]         mem_req_length,
    output wire               mem_wdata_valid,
    input  wire               mem_wdata_ready,
    output wire [W_PORT-1:0]  mem_wdata,
    input  wire               mem_rdata_valid,
    input  wire [W_PORT-1:0]  mem_rdata,
    output wire [7:0]  status,
    output wire        trace_start,
    output wire        trace_done,
    output wire [15:0] trace_index
);
    localparam integer W_ACTIVATION = $clog2(N_ACTIVATION);
    localparam integer W_WEIGHT     = $clog2(N_WEIGHT > N_KEPT_WEIGHT ? N_WEIGHT : N_KEPT_WEIGHT);
    localparam integer W_THRESHOLD  = $clog2(N_THRESHOLD > N_KEPT_THRESHOLD ? N_THRESHOLD : N_KEPT_THRESHOLD);
    localparam integer W_PROGRAM    = $clog2(N_PROGRAM);
    localparam integer W_RESULT     = $clog2(N_RESULT);
    localparam integer N_LANES      = N_TAPS * N_CHANNELS;
    localparam integer W_THRESHOLD_ROW = 3 * W_ACC + 1;
    localparam integer N_SERIAL     = 16;  // bytes that wait while an answer is on its way

    // ---- bytes ------------------------------------------------------------------------------------------------------------
    wire       serial_valid, fifo_valid, fifo_ready, tx_ready;
    wire [7:0] serial_data, fifo_data;
    wire       in_valid, in_ready, out_valid, out_ready;
    wire [7:0] in_data, out_data;
    ern_uart_rx #(.CLKS_PER_BIT(CLKS_PER_BIT)) u_uart_rx (
        .clk(clk), .rst(rst), .rx(uart_rx), .out_valid(serial_valid), .out_data(serial_data));
    /* verilator lint_off PINCONNECTEMPTY */  // a byte that finds the FIFO full is lost; the frame's CRC tells
    ern_fifo #(.W_DATA(8), .DEPTH(N_SERIAL)) u_serial (
        .clk(clk), .rst(rst), .in_valid(serial_valid), .in_ready(), .in_data(serial_data),
        .out_valid(fifo_valid), .out_ready(fifo_ready), .out_data(fifo_data));
    /* verilator lint_on PINCONNECTEMPTY */
    ern_uart_tx #(.CLKS_PER_BIT(CLKS_PER_BIT)) u_uart_tx (
        .clk(clk), .rst(rst), .in_valid(out_valid && !host_select && !stall[7]), .in_ready(tx_ready), .in_data(out_data),
        .tx(uart_tx));
    assign in_valid       = (host_select ? host_in_valid : fifo_valid) && !stall[6];
    assign in_data        = host_select ? host_in_data : fifo_data;
    assign fifo_ready     = in_ready && !host_select && !stall[6];
    assign host_in_ready  = in_ready && host_select && !stall[6];
    assign host_out_valid = out_valid && host_select && !stall[7];
    assign host_out_data  = out_data;
    assign out_ready      = (host_select ? host_out_ready : tx_ready) && !stall[7];

    // ---- commands ---------------------------------------------------------------------------------------------------------
    wire [5:0]  reg_index;
    wire        reg_write, clear, mem_valid, mem_first;
    wire [31:0] reg_wdata, reg_rdata, mem_address, link_errors;
    wire [7:0]  mem_space, mem_data, picture_data;
    wire        picture_start, picture_can_start, picture_valid, picture_ready, picture_full;
    wire [15:0] picture_id, result_id, result_check;
    wire        result_waiting, result_release;
    wire [W_RESULT-1:0] result_index;
    wire [31:0] result_word, result_cycles;
    ern_host #(.W_RESULT(W_RESULT)) u_host (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data), .out_valid(out_valid),
        .out_ready(out_ready), .out_data(out_data), .reg_index(reg_index), .reg_write(reg_write), .reg_wdata(reg_wdata),
        .reg_rdata(reg_rdata), .clear(clear), .mem_valid(mem_valid), .mem_ready(load_ready), .mem_space(mem_space),
        .mem_first(mem_first), .mem_address(mem_address), .mem_data(mem_data), .picture_start(picture_start), .picture_id(picture_id),
        .picture_can_start(picture_can_start), .picture_valid(picture_valid), .picture_ready(picture_ready),
        .picture_data(picture_data), .result_waiting(result_waiting), .result_id(result_id), .result_check(result_check),
        .result_index(result_index), .result_word(result_word), .result_release(result_release),
        .link_errors(link_errors));

    wire                       program_write, weight_write, threshold_write;
    wire [W_PROGRAM-1:0]       program_address;
    wire [W_WEIGHT-1:0]        weight_address;
    wire [W_THRESHOLD-1:0]     threshold_address;
    wire [31:0]                program_word;
    wire [N_LANES-1:0]         weight_word;
    wire [W_THRESHOLD_ROW-1:0] threshold_word;
    wire [3:0]                 load_error;
    wire                       load_write, load_ready;
    wire [W_BEAT-1:0]          load_address;
    wire [W_PORT-1:0]          load_word;
    ern_word_writer #(.SPACE(0), .W_WORD(32), .DEPTH(N_PROGRAM), .W_ADDR(W_PROGRAM)) u_program_writer (
        .clk(clk), .rst(rst), .clear(clear), .in_valid(mem_valid), .in_space(mem_space), .in_first(mem_first),
        .in_address(mem_address), .in_data(mem_data), .write_enable(program_write), .write_address(program_address),
        .write_word(program_word), .error(load_error[0]));
    ern_word_writer #(.SPACE(1), .W_WORD(N_LANES), .DEPTH(N_WEIGHT), .W_ADDR(W_WEIGHT)) u_weight_writer (
        .clk(clk), .rst(rst), .clear(clear), .in_valid(mem_valid), .in_space(mem_space), .in_first(mem_first),
        .in_address(mem_address), .in_data(mem_data), .write_enable(weight_write), .write_address(weight_address),
        .write_word(weight_word), .error(load_error[1]));
    ern_word_writer #(.SPACE(2), .W_WORD(W_THRESHOLD_ROW), .DEPTH(N_THRESHOLD), .W_ADDR(W_THRESHOLD)) u_threshold_writer (
        .clk(clk), .rst(rst), .clear(clear), .in_valid(mem_valid), .in_space(mem_space), .in_first(mem_first),
        .in_address(mem_address), .in_data(mem_data), .write_enable(threshold_write),
        .write_address(threshold_address), .write_word(threshold_word), .error(load_error[2]));
    generate
        if (EXTERNAL == 0) begin : g_internal
            assign {load_error[3], load_write, load_address, load_word} = 0;
        end else begin : g_external
            ern_word_writer #(.SPACE(3), .W_WORD(W_PORT), .DEPTH(1 << W_BEAT), .W_ADDR(W_BEAT)) u_load_writer (
                .clk(clk), .rst(rst), .clear(clear), .in_valid(mem_valid), .in_space(mem_space), .in_first(mem_first),
                .in_address(mem_address), .in_data(mem_data), .write_enable(load_write), .write_address(load_address),
                .write_word(load_word), .error(load_error[3]));
        end
    endgenerate

    // ---- registers --------------------------------------------------------------------------------------------------------
    wire [31:0] watchdog;
    wire [15:0] picture_base, picture_row_step, picture_block_step;
    wire [11:0] picture_height, picture_width;
    wire [1:0]  picture_colours;
    wire [8*W_BEAT-1:0] streams;
    wire        running;
    wire [7:0]  error_code;
    wire [15:0] error_index;
    ern_registers #(
        .N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_OUTPUTS(N_OUTPUTS), .N_COLUMN(N_COLUMN), .W_ACC(W_ACC),
        .N_ACTIVATION(N_ACTIVATION), .N_SUM(N_SUM), .N_WEIGHT(N_WEIGHT), .N_THRESHOLD(N_THRESHOLD),
        .N_PROGRAM(N_PROGRAM), .N_RESULT(N_RESULT), .CLOCK_HZ(CLOCK_HZ), .CONFIGURATION(CONFIGURATION),
        .EXTERNAL_BITS(EXTERNAL == 0 ? 0 : W_PORT), .W_BEAT(W_BEAT)
    ) u_registers (
        .clk(clk), .rst(rst), .reg_index(reg_index), .reg_write(reg_write), .reg_wdata(reg_wdata),
        .reg_rdata(reg_rdata), .running(running), .result_waiting(result_waiting), .picture_full(picture_full),
        .error_code(error_code), .error_index(error_index), .load_error(|load_error), .result_id(result_id),
        .result_cycles(result_cycles), .link_errors(link_errors), .cfg_watchdog(watchdog),
        .cfg_picture_base(picture_base), .cfg_picture_height(picture_height), .cfg_picture_width(picture_width),
        .cfg_picture_colours(picture_colours), .cfg_picture_row_step(picture_row_step),
        .cfg_picture_block_step(picture_block_step), .cfg_streams(streams), .clear(clear));
    assign status = {4'd0, error_code != 8'd0, picture_full, result_waiting, running};

    // ---- engine -----------------------------------------------------------------------------------------------------------
    ern_engine #(
        .N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_OUTPUTS(N_OUTPUTS), .N_COLUMN(N_COLUMN), .W_ACC(W_ACC),
        .N_ACTIVATION(N_ACTIVATION), .N_SUM(N_SUM), .N_WEIGHT(N_WEIGHT), .N_THRESHOLD(N_THRESHOLD),
        .N_PROGRAM(N_PROGRAM), .N_RESULT(N_RESULT), .LATENCY_DOT(LATENCY_DOT), .N_POOL(N_POOL), .TARGET(TARGET),
        .EXTERNAL(EXTERNAL), .W_PORT(W_PORT), .W_BEAT(W_BEAT), .N_KEPT_WEIGHT(N_KEPT_WEIGHT),
        .N_KEPT_THRESHOLD(N_KEPT_THRESHOLD), .N_SPILL(N_SPILL), .OVERLAP(OVERLAP), .N_TAP_ROWS(N_TAP_ROWS)
    ) u_engine (
        .clk(clk), .rst(rst), .clear(clear), .stall(stall[5:0]),
        .program_write(program_write), .program_address(program_address), .program_word(program_word),
        .weight_write(weight_write), .weight_address(weight_address), .weight_word(weight_word),
        .threshold_write(threshold_write), .threshold_address(threshold_address), .threshold_word(threshold_word),
        .cfg_program_base(streams[0 +: W_BEAT]), .cfg_program_length(streams[W_BEAT +: W_BEAT]),
        .cfg_weight_base(streams[2*W_BEAT +: W_BEAT]), .cfg_weight_length(streams[3*W_BEAT +: W_BEAT]),
        .cfg_threshold_base(streams[4*W_BEAT +: W_BEAT]), .cfg_threshold_length(streams[5*W_BEAT +: W_BEAT]),
        .cfg_store_base(streams[6*W_BEAT +: W_BEAT]), .cfg_store_length(streams[7*W_BEAT +: W_BEAT]),
        .beat_write(load_write), .beat_ready(load_ready), .beat_address(load_address), .beat_word(load_word),
        .mem_req_valid(mem_req_valid), .mem_req_ready(mem_req_ready), .mem_req_write(mem_req_write),
        .mem_req_address(mem_req_address), .mem_req_length(mem_req_length), .mem_wdata_valid(mem_wdata_valid),
        .mem_wdata_ready(mem_wdata_ready), .mem_wdata(mem_wdata), .mem_rdata_valid(mem_rdata_valid), .mem_rdata(mem_rdata),
        .cfg_picture_base(picture_base[W_ACTIVATION-1:0]), .cfg_picture_height(picture_height),
        .cfg_picture_width(picture_width), .cfg_picture_colours(picture_colours),
        .cfg_picture_row_step(picture_row_step[W_ACTIVATION-1:0]),
        .cfg_picture_block_step(picture_block_step[W_ACTIVATION-1:0]), .cfg_watchdog(watchdog),
        .picture_start(picture_start), .picture_id(picture_id), .picture_can_start(picture_can_start),
        .picture_valid(picture_valid), .picture_ready(picture_ready), .picture_data(picture_data),
        .picture_full(picture_full), .result_waiting(result_waiting), .result_release(result_release),
        .result_id(result_id), .result_check(result_check), .result_cycles(result_cycles), .result_index(result_index), .result_word(result_word),
        .running(running), .error_code(error_code), .error_index(error_index),
        .trace_start(trace_start), .trace_done(trace_done), .trace_index(trace_index));

    wire unused = &{1'b0, picture_base, picture_row_step, picture_block_step};
endmodule

`default_nettype wire

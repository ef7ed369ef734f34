// SPDX-License-Identifier: Apache-2.0
// As ern_board, with an SDR SDRAM of 16 or 32 bits behind the accelerator's memory port (ern_sdram). Each pin of the memory has its
// register in the pad. Where a board ties sdram_cke, sdram_cs_n or sdram_dqm the port has no pin (Top::unused_ports). Read data are taken at the fourth edge of clk after the one that sends the command: PLL_PHASE puts
// the memory's clock so that they are there then (fpga/board.cpp has the sum).
`default_nettype none

module ern_board_sdr #(
    parameter integer OSCILLATOR_KHZ   = 25000,
    parameter integer PLL_INPUT_DIV    = 1,   // see ern_clocks
    parameter integer PLL_FEEDBACK_DIV = 4,
    parameter integer PLL_OUTPUT_DIV   = 6,
    parameter integer PLL_PHASE        = 4,
    parameter integer N_LIGHTS         = 5,   // 1..6
    parameter integer LIGHTS_LOW       = 0,   // 1: a light is on while its pin is low
    parameter integer W_PORT           = 32,
    parameter integer W_DATA           = 16,  // the part's: see ern_sdram
    parameter integer W_ROW            = 13,
    parameter integer W_COLUMN         = 9,
    parameter integer T_INIT           = 20000,  // see ern_sdram
    parameter integer T_RCD            = 2,
    parameter integer T_RP             = 2,
    parameter integer T_RAS            = 5,
    parameter integer T_RC             = 7,
    parameter integer T_RRD            = 2,
    parameter integer T_WR             = 2,
    parameter integer T_RFC            = 7,
    parameter integer T_REFRESH        = 740
) (
    input  wire        oscillator,
    input  wire        button_n,   // low while pressed: reset
    input  wire        uart_rx,
    output wire        uart_tx,
    output wire [N_LIGHTS-1:0] led,
    output wire        sdram_clk,
    output wire        sdram_cke,
    output wire        sdram_cs_n,
    output wire        sdram_ras_n,
    output wire        sdram_cas_n,
    output wire        sdram_we_n,
    output wire [1:0]  sdram_ba,
    output wire [W_ROW-1:0]    sdram_a,
    output wire [W_DATA/8-1:0] sdram_dqm,
    inout  wire [W_DATA-1:0]   sdram_dq
);
    localparam integer W_BEAT = 24;
    wire clk, clk_late, rst, heartbeat;
    ern_clocks #(
        .OSCILLATOR_KHZ(OSCILLATOR_KHZ), .PLL_INPUT_DIV(PLL_INPUT_DIV), .PLL_FEEDBACK_DIV(PLL_FEEDBACK_DIV),
        .PLL_OUTPUT_DIV(PLL_OUTPUT_DIV), .PLL_PHASE(PLL_PHASE)
    ) u_clocks (
        .oscillator(oscillator), .button_n(button_n), .clk(clk), .clk_late(clk_late), .rst(rst), .heartbeat(heartbeat));

    // ---- accelerator ------------------------------------------------------------------------------------------------------
    wire              req_valid, req_ready, req_write, wdata_valid, wdata_ready, rdata_valid;
    wire [W_BEAT-1:0] req_address;
    wire [7:0]        req_length;
    wire [W_PORT-1:0] wdata, rdata;
    /* verilator lint_off UNUSED */
    wire [7:0]        status;  // only the lights' bits are used
    /* verilator lint_on UNUSED */
    /* verilator lint_off PINCONNECTEMPTY */
    ern_top u_top (
        .clk(clk), .rst(rst), .uart_rx(uart_rx), .uart_tx(uart_tx),
        .host_select(1'b0), .host_in_data(8'd0), .host_in_valid(1'b0), .host_in_ready(),
        .host_out_data(), .host_out_valid(), .host_out_ready(1'b0),
        .stall(8'd0), .status(status),
        .mem_req_valid(req_valid), .mem_req_ready(req_ready), .mem_req_write(req_write), .mem_req_address(req_address),
        .mem_req_length(req_length), .mem_wdata_valid(wdata_valid), .mem_wdata_ready(wdata_ready), .mem_wdata(wdata),
        .mem_rdata_valid(rdata_valid), .mem_rdata(rdata), .trace_start(), .trace_done(), .trace_index());
    /* verilator lint_on PINCONNECTEMPTY */
    /* verilator lint_off UNUSED */
    reg [5:0] lights;   // a board may have fewer
    /* verilator lint_on UNUSED */
    always @(posedge clk) lights <= {1'b1, status[3:0], heartbeat} ^ {6{LIGHTS_LOW == 1}};
    assign led = lights[N_LIGHTS-1:0];

    // ---- memory -----------------------------------------------------------------------------------------------------------
    wire [2:0]        command;
    wire [1:0]        bank;
    wire [W_ROW-1:0]  address;
    wire [W_DATA-1:0] dq_out, dq_in;
    wire              dq_drive;
    ern_sdram #(
        .W_PORT(W_PORT), .W_DATA(W_DATA), .W_BEAT(W_BEAT), .W_ROW(W_ROW), .W_COLUMN(W_COLUMN), .T_INIT(T_INIT),
        .T_RCD(T_RCD), .T_RP(T_RP), .T_RAS(T_RAS), .T_RC(T_RC), .T_RRD(T_RRD), .T_WR(T_WR), .T_RFC(T_RFC),
        .T_REFRESH(T_REFRESH)
    ) u_sdram (
        .clk(clk), .rst(rst), .mem_req_valid(req_valid), .mem_req_ready(req_ready), .mem_req_write(req_write),
        .mem_req_address(req_address), .mem_req_length(req_length), .mem_wdata_valid(wdata_valid),
        .mem_wdata_ready(wdata_ready), .mem_wdata(wdata), .mem_rdata_valid(rdata_valid), .mem_rdata(rdata),
        .sd_command(command), .sd_bank(bank), .sd_address(address), .sd_dq_out(dq_out), .sd_dq_drive(dq_drive),
        .sd_dq_in(dq_in));

    // ---- pads -------------------------------------------------------------------------------------------------------------
    assign sdram_cke  = 1'b1;
    assign sdram_cs_n = 1'b0;
    assign sdram_dqm  = {(W_DATA / 8){1'b0}};
    ODDRX1F u_clock (.SCLK(clk_late), .RST(1'b0), .D0(1'b1), .D1(1'b0), .Q(sdram_clk));
    ern_pad_out #(.W(5 + W_ROW)) u_out (
        .clk(clk), .in({command, bank, address}),
        .pad({sdram_ras_n, sdram_cas_n, sdram_we_n, sdram_ba, sdram_a}));
    ern_pad_both #(.W(W_DATA)) u_dq (.clk(clk), .in(dq_out), .drive(dq_drive), .out(dq_in), .pad(sdram_dq));
endmodule

`default_nettype wire

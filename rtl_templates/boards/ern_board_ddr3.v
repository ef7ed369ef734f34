// SPDX-License-Identifier: Apache-2.0
// As ern_board, with a DDR3 part of 16 bits behind the accelerator's memory port: ern_ddr3 and LiteDRAM's controller
// (ern_ddr3_core and ern_ddr3_commands, written by fpga/ddr3/generate.py for the part). Light 4 is also on while the memory's
// levelling fails. Where a pin of the part has a complement, the pad drives it.
`default_nettype none

module ern_board_ddr3 #(
    parameter integer OSCILLATOR_KHZ   = 100000,
    parameter integer PLL_INPUT_DIV    = 1,   // see ern_clocks_ddr3
    parameter integer PLL_FEEDBACK_DIV = 2,
    parameter integer PLL_OUTPUT_DIV   = 3,
    parameter integer PLL_INIT_DIV     = 24,
    parameter integer N_LIGHTS         = 5,   // 1..6
    parameter integer LIGHTS_LOW       = 0,   // 1: a light is on while its pin is low
    parameter integer W_PORT           = 128,
    parameter integer W_ROW            = 15,  // address pins that the part uses
    parameter integer N_CONTROL        = 2    // 2..15
) (
    input  wire        oscillator,
    input  wire        button_n,   // low while pressed: reset
    input  wire        uart_rx,
    output wire        uart_tx,
    output wire [N_LIGHTS-1:0] led,
    output wire        ddr3_clk,
    output wire        ddr3_ras_n,
    output wire        ddr3_cas_n,
    output wire        ddr3_we_n,
    output wire [2:0]  ddr3_ba,
    output wire [W_ROW-1:0] ddr3_a,
    output wire [1:0]  ddr3_dm,
    inout  wire [1:0]  ddr3_dqs,
    inout  wire [15:0] ddr3_dq,
    // 0 cke, 1 odt, 2 cs_n, 3 reset_n, 4 to 8 low, 9 to 14 high: a board leaves out the last ones
    output wire [N_CONTROL-1:0] ddr3_control
);
    localparam integer W_BEAT = 24;
    wire clk_edge, clk, clk_init, init_rst, rst, heartbeat, phy_stop, phy_reset;
    ern_clocks_ddr3 #(
        .OSCILLATOR_KHZ(OSCILLATOR_KHZ), .PLL_INPUT_DIV(PLL_INPUT_DIV), .PLL_FEEDBACK_DIV(PLL_FEEDBACK_DIV),
        .PLL_OUTPUT_DIV(PLL_OUTPUT_DIV), .PLL_INIT_DIV(PLL_INIT_DIV)
    ) u_clocks (
        .oscillator(oscillator), .button_n(button_n), .clk_edge(clk_edge), .clk(clk), .clk_init(clk_init), .init_rst(init_rst),
        .phy_stop(phy_stop), .phy_reset(phy_reset), .rst(rst), .heartbeat(heartbeat));

    // ---- accelerator ------------------------------------------------------------------------------------------------------
    wire              req_valid, req_ready, req_write, wdata_valid, wdata_ready, rdata_valid;
    wire [W_BEAT-1:0] req_address;
    wire [7:0]        req_length;
    wire [W_PORT-1:0] wdata, rdata;
    /* verilator lint_off UNUSED */
    wire [7:0]        status;  // only the lights' bits are used
    wire              ready;   // the accelerator's requests wait for it by themselves
    /* verilator lint_on UNUSED */
    wire              failed;
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
    always @(posedge clk) lights <= {1'b1, status[3] || failed, status[2:0], heartbeat} ^ {6{LIGHTS_LOW == 1}};
    assign led = lights[N_LIGHTS-1:0];

    // ---- memory -----------------------------------------------------------------------------------------------------------
    wire [3:0]   index;
    wire         last;
    wire [44:0]  step;
    wire         start_active, start_cke, start_odt, start_reset_n, start_delay_reset, start_delay_next, start_slip_reset;
    wire         start_slip_next, start_burst_clear;
    wire [2:0]   start_command, start_bank;
    wire [15:0]  start_address;
    wire [1:0]   start_select, start_burst_seen;
    wire         cmd_valid, cmd_ready, cmd_we, port_wdata_ready, port_rdata_valid;
    wire [W_BEAT-1:0] cmd_address;
    wire [W_PORT-1:0] port_wdata, port_rdata;
    wire         cke, odt, cs_n, reset_n;
    ern_ddr3_commands u_commands (.index(index), .last(last), .step(step));
    ern_ddr3 #(.W_PORT(W_PORT), .W_BEAT(W_BEAT)) u_ddr3 (
        .clk(clk), .rst(rst), .ready(ready), .failed(failed), .mem_req_valid(req_valid), .mem_req_ready(req_ready),
        .mem_req_write(req_write), .mem_req_address(req_address), .mem_req_length(req_length), .mem_wdata_valid(wdata_valid),
        .mem_wdata_ready(wdata_ready), .mem_wdata(wdata), .mem_rdata_valid(rdata_valid), .mem_rdata(rdata), .index(index),
        .last(last), .step(step), .start_active(start_active), .start_command(start_command), .start_bank(start_bank),
        .start_address(start_address), .start_cke(start_cke), .start_odt(start_odt), .start_reset_n(start_reset_n),
        .start_select(start_select), .start_delay_reset(start_delay_reset), .start_delay_next(start_delay_next),
        .start_slip_reset(start_slip_reset), .start_slip_next(start_slip_next), .start_burst_clear(start_burst_clear),
        .start_burst_seen(start_burst_seen), .port_cmd_valid(cmd_valid), .port_cmd_ready(cmd_ready), .port_cmd_we(cmd_we),
        .port_cmd_address(cmd_address), .port_wdata_ready(port_wdata_ready), .port_wdata(port_wdata),
        .port_rdata_valid(port_rdata_valid), .port_rdata(port_rdata));
    ern_ddr3_core u_core (
        .sys_clk(clk), .sys_rst(rst), .sys2x_clk(clk_edge), .sys2x_rst(rst), .init_clk(clk_init), .init_rst(init_rst),
        .ddram_a(ddr3_a), .ddram_ba(ddr3_ba), .ddram_ras_n(ddr3_ras_n), .ddram_cas_n(ddr3_cas_n), .ddram_we_n(ddr3_we_n),
        .ddram_cs_n(cs_n), .ddram_dm(ddr3_dm), .ddram_dq(ddr3_dq), .ddram_dqs_p(ddr3_dqs), .ddram_clk_p(ddr3_clk),
        .ddram_cke(cke), .ddram_odt(odt), .ddram_reset_n(reset_n), .start_select(start_select),
        .start_delay_reset(start_delay_reset), .start_delay_next(start_delay_next), .start_slip_reset(start_slip_reset),
        .start_slip_next(start_slip_next), .start_burst_clear(start_burst_clear), .start_burst_seen(start_burst_seen),
        .phy_stop(phy_stop), .phy_reset(phy_reset), .start_active(start_active), .start_command(start_command),
        .start_bank(start_bank), .start_address(start_address), .start_cke(start_cke), .start_odt(start_odt),
        .start_reset_n(start_reset_n), .port_cmd_valid(cmd_valid), .port_cmd_ready(cmd_ready), .port_cmd_we(cmd_we),
        .port_cmd_address(cmd_address), .port_wdata_ready(port_wdata_ready), .port_wdata(port_wdata),
        .port_rdata_valid(port_rdata_valid), .port_rdata(port_rdata));
    /* verilator lint_off UNUSED */
    wire [14:0]  control = {6'b111111, 5'b00000, reset_n, cs_n, odt, cke};   // a board may have fewer
    /* verilator lint_on UNUSED */
    assign ddr3_control = control[N_CONTROL-1:0];
endmodule

`default_nettype wire

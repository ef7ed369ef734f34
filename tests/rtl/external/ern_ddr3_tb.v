// SPDX-License-Identifier: Apache-2.0
// ern_ddr3 with LiteDRAM's controller; the PHY's DFI signals are ports. A cycle has two of the part's: phase 0, phase 1.
`default_nettype none

module ern_ddr3_tb (
    input  wire         clk,
    input  wire         rst,
    output wire         ready,
    output wire         failed,
    input  wire         mem_req_valid,
    output wire         mem_req_ready,
    input  wire         mem_req_write,
    input  wire [23:0]  mem_req_address,
    input  wire [7:0]   mem_req_length,
    input  wire         mem_wdata_valid,
    output wire         mem_wdata_ready,
    input  wire [127:0] mem_wdata,
    output wire         mem_rdata_valid,
    output wire [127:0] mem_rdata,
    // PHY
    output wire [1:0]   lane_select,
    output wire [3:0]   lane_do,      // {delay to 0, next delay, slip to 0, next slip}
    output wire         burst_clear,
    input  wire [1:0]   burst_seen,
    output wire [7:0]   command,      // {cs_n, ras_n, cas_n, we_n} of phase 1, of phase 0
    output wire [5:0]   bank,
    output wire [29:0]  address,
    output wire [2:0]   control,      // {reset_n, cke, odt}
    output wire [1:0]   enable,       // {wrdata_en, rddata_en}
    output wire [127:0] wrdata,
    output wire [15:0]  wrmask,
    input  wire [127:0] rddata
);
    wire [3:0]   index;
    wire         last;
    wire [44:0]  step;
    wire         start_active, start_cke, start_odt, start_reset_n, start_delay_reset, start_delay_next, start_slip_reset, start_slip_next;
    wire [2:0]   start_command, start_bank;
    wire [15:0]  start_address;
    wire         port_cmd_valid, port_cmd_ready, port_cmd_we, port_wdata_ready, port_rdata_valid;
    wire [23:0]  port_cmd_address;
    wire [127:0] port_wdata, port_rdata;
    wire         w0, w1, r0, r1;
    assign lane_do = {start_delay_reset, start_delay_next, start_slip_reset, start_slip_next};
    assign enable  = {w0 || w1, r0 || r1};
    ern_ddr3_commands u_commands (.index(index), .last(last), .step(step));
    ern_ddr3 u_ddr3 (
        .start_select(lane_select), .start_burst_clear(burst_clear), .start_burst_seen(burst_seen), .*);
    ern_ddr3_core u_core (
        .sys_clk(clk), .sys_rst(rst), .start_select(lane_select), .start_burst_clear(burst_clear), .start_burst_seen(burst_seen),
        .dfi_p0_cs_n(command[3]), .dfi_p0_ras_n(command[2]), .dfi_p0_cas_n(command[1]), .dfi_p0_we_n(command[0]),
        .dfi_p1_cs_n(command[7]), .dfi_p1_ras_n(command[6]), .dfi_p1_cas_n(command[5]), .dfi_p1_we_n(command[4]),
        .dfi_p0_bank(bank[2:0]), .dfi_p1_bank(bank[5:3]), .dfi_p0_address(address[14:0]), .dfi_p1_address(address[29:15]),
        .dfi_p0_reset_n(control[2]), .dfi_p0_cke(control[1]), .dfi_p0_odt(control[0]), .dfi_p0_act_n(),
        .dfi_p1_reset_n(), .dfi_p1_cke(), .dfi_p1_odt(), .dfi_p1_act_n(),
        .dfi_p0_wrdata(wrdata[63:0]), .dfi_p1_wrdata(wrdata[127:64]), .dfi_p0_wrdata_en(w0), .dfi_p1_wrdata_en(w1),
        .dfi_p0_wrdata_mask(wrmask[7:0]), .dfi_p1_wrdata_mask(wrmask[15:8]), .dfi_p0_rddata_en(r0), .dfi_p1_rddata_en(r1),
        .dfi_p0_rddata(rddata[63:0]), .dfi_p1_rddata(rddata[127:64]), .dfi_p0_rddata_valid(1'b0), .dfi_p1_rddata_valid(1'b0), .*);
endmodule

`default_nettype wire

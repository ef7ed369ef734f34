// SPDX-License-Identifier: Apache-2.0
// The ports of what fpga/ddr3/generate.py writes, for lint: LiteX's own Verilog is not held to the rules of this project.
`default_nettype none

/* verilator lint_off DECLFILENAME */
/* verilator lint_off MULTITOP */
/* verilator lint_off UNUSED */     // boxes
/* verilator lint_off UNDRIVEN */   // boxes
module ern_ddr3_core #(
    parameter integer W_ROW = 15
) (
    input  wire sys_clk,
    input  wire sys_rst,
    input  wire sys2x_clk,
    input  wire sys2x_rst,
    input  wire init_clk,
    input  wire init_rst,
    output wire [W_ROW-1:0] ddram_a,
    output wire [2:0] ddram_ba,
    output wire ddram_ras_n,
    output wire ddram_cas_n,
    output wire ddram_we_n,
    output wire ddram_cs_n,
    output wire [1:0] ddram_dm,
    inout  wire [15:0] ddram_dq,
    inout  wire [1:0] ddram_dqs_p,
    output wire ddram_clk_p,
    output wire ddram_cke,
    output wire ddram_odt,
    output wire ddram_reset_n,
    input  wire [1:0] start_select,
    input  wire start_delay_reset,
    input  wire start_delay_next,
    input  wire start_slip_reset,
    input  wire start_slip_next,
    input  wire start_burst_clear,
    output wire [1:0] start_burst_seen,
    output wire phy_stop,
    output wire phy_reset,
    input  wire start_active,
    input  wire [2:0] start_command,
    input  wire [2:0] start_bank,
    input  wire [15:0] start_address,
    input  wire start_cke,
    input  wire start_odt,
    input  wire start_reset_n,
    input  wire port_cmd_valid,
    output wire port_cmd_ready,
    input  wire port_cmd_we,
    input  wire [23:0] port_cmd_address,
    output wire port_wdata_ready,
    input  wire [127:0] port_wdata,
    output wire port_rdata_valid,
    output wire [127:0] port_rdata
);
endmodule

module ern_ddr3_commands (
    input  wire [3:0]  index,
    output wire        last,
    output wire [44:0] step
);
endmodule
/* verilator lint_on UNDRIVEN */
/* verilator lint_on UNUSED */
/* verilator lint_on MULTITOP */
/* verilator lint_on DECLFILENAME */

`default_nettype wire

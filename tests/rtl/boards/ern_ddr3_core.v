// SPDX-License-Identifier: Apache-2.0
// In place of LiteDRAM's controller in the test of a board: clocks rest once while the "PHY" starts, its pins show what
// ern_ddr3_start says, and 1,024 beats lie behind the native port, each with the address that it was written to. A beat that is read at
// another one comes out wrong, and so does a lane's byte with a setting of delay and slip that is not in test_right_*.
`default_nettype none

/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSED */
module ern_ddr3_core (
    input  wire         sys_clk, sys_rst, sys2x_clk, sys2x_rst, init_clk, init_rst,
    output wire [14:0]  ddram_a,
    output wire [2:0]   ddram_ba,
    output wire         ddram_ras_n, ddram_cas_n, ddram_we_n, ddram_cs_n,
    output wire [1:0]   ddram_dm,
    inout  wire [15:0]  ddram_dq,
    inout  wire [1:0]   ddram_dqs_p,
    output wire         ddram_clk_p, ddram_cke, ddram_odt, ddram_reset_n,
    input  wire [1:0]   start_select,
    input  wire         start_delay_reset, start_delay_next, start_slip_reset, start_slip_next, start_burst_clear,
    output wire [1:0]   start_burst_seen,
    output wire         phy_stop, phy_reset,
    input  wire         start_active,
    input  wire [2:0]   start_command, start_bank,
    input  wire [15:0]  start_address,
    input  wire         start_cke, start_odt, start_reset_n,
    input  wire         port_cmd_valid,
    output wire         port_cmd_ready,
    input  wire         port_cmd_we,
    input  wire [23:0]  port_cmd_address,
    output wire         port_wdata_ready,
    input  wire [127:0] port_wdata,
    output wire         port_rdata_valid,
    output wire [127:0] port_rdata
);
    reg [31:0] test_right_0 /* verilator public_flat_rw */ = 32'd0;   // bit {slip, delay}
    reg [31:0] test_right_1 /* verilator public_flat_rw */ = 32'd0;
    reg [1:0]  test_unseen  /* verilator public_flat_rw */ = 2'b00;   // lanes whose bursts the PHY does not see
    reg [5:0] starting = 6'd0;   // as ECP5DDRPHYInit: stop, reset within
    always @(posedge init_clk) starting <= init_rst ? 6'd0 : starting + {5'd0, starting != 6'd63};
    assign phy_stop  = starting >= 6'd8 && starting < 6'd40;
    assign phy_reset = starting >= 6'd16 && starting < 6'd24;

    assign ddram_clk_p = sys2x_clk;
    assign ddram_a     = start_address[14:0];
    assign ddram_ba    = start_bank;
    assign {ddram_ras_n, ddram_cas_n, ddram_we_n} = ~start_command;
    assign ddram_cs_n  = !start_active;
    assign {ddram_cke, ddram_odt, ddram_reset_n} = {start_cke, start_odt, start_reset_n};
    assign ddram_dm    = start_select;
    assign ddram_dq    = {start_address[7:0], start_address[15:8]};
    assign ddram_dqs_p = start_bank[1:0];

    // Settings of both lanes.
    reg [2:0] delay [0:1];
    reg [1:0] slip  [0:1];
    reg       seen;
    integer l;
    always @(posedge sys_clk) begin
        for (l = 0; l < 2; l = l + 1) begin
            if (start_select[l] && start_delay_reset) delay[l] <= 3'd0;
            if (start_select[l] && start_delay_next) delay[l] <= delay[l] + 3'd1;
            if (start_select[l] && start_slip_reset) slip[l] <= 2'd0;
            if (start_select[l] && start_slip_next) slip[l] <= slip[l] + 2'd1;
        end
        seen <= (seen && !start_burst_clear) || read[4];
    end
    assign start_burst_seen = {2{seen}} & ~test_unseen;
    wire [9:0] test_setting /* verilator public_flat_rd */ = {slip[1], delay[1], slip[0], delay[0]};
    wire [1:0] right = {test_right_1[{slip[1], delay[1]}], test_right_0[{slip[0], delay[0]}]};

    reg [3:0]   busy;
    reg [1:0]   write;           // commands on their way
    reg [4:0]   read;
    reg [23:0]  write_at [0:1];
    reg [23:0]  read_at  [0:4];
    reg [151:0] beats    [0:1023] /* verilator public_flat_rd */;
    assign port_cmd_ready = busy[3:2] != 2'b00;
    wire take = port_cmd_valid && port_cmd_ready;
    integer i;
    always @(posedge sys_clk) begin
        busy        <= sys_rst ? 4'd0 : busy + 4'd1;
        write       <= sys_rst ? 2'd0 : {write[0], take && port_cmd_we};
        read        <= sys_rst ? 5'd0 : {read[3:0], take && !port_cmd_we};
        write_at[0] <= port_cmd_address;
        write_at[1] <= write_at[0];
        read_at[0]  <= port_cmd_address;
        for (i = 1; i < 5; i = i + 1) read_at[i] <= read_at[i-1];
        if (write[1]) beats[write_at[1][9:0]] <= {write_at[1], port_wdata};
    end
    wire [151:0] beat = beats[read_at[4][9:0]];
    assign port_wdata_ready = write[1];
    assign port_rdata_valid = read[4];
    assign port_rdata       = beat[127:0] ^ {8{{8{!right[1]}}, {8{!right[0]}}}} ^ {128{beat[151:128] != read_at[4]}};
endmodule

// Three steps whose every bit of bank, address and levels differs from one of the others.
module ern_ddr3_commands (
    input  wire [3:0]  index,
    output wire        last,
    output wire [44:0] step
);
    assign last = index == 4'd2;
    assign step = index == 4'd0 ? {20'd20, 3'b010, 3'b100, 3'b101, 16'h3c96}
                : index == 4'd1 ? {20'd1037, 3'b101, 3'b010, 3'b010, 16'hc369} : {20'd10, 3'b111, 3'b001, 3'b110, 16'h5a5a};
endmodule
/* verilator lint_on UNUSED */
/* verilator lint_on DECLFILENAME */

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// ULX3S board (Lattice ECP5, CABGA381): clock, reset, pins and lights around ern_top.
//   clk = 25 MHz * PLL_FEEDBACK_DIV / PLL_INPUT_DIV; its VCO runs at clk * PLL_OUTPUT_DIV, which must be 400 to 800 MHz
// rst stays high until the PLL has been locked and the button been up for 2^15 cycles without a break (0.4 ms at
// 80 MHz). Both edges of rst are synchronous to clk, because an asynchronous one corrupts block RAM.
// Lights: 0 heartbeat (bit 25 of a counter, 0.8 s on and off at 40 MHz), 1 running, 2 result waiting, 3 picture full, 4 error.
`default_nettype none

module ern_board_ulx3s #(
    parameter integer PLL_INPUT_DIV    = 5,   // 1..8, so that the phase detector sees at least 3.125 MHz
    parameter integer PLL_FEEDBACK_DIV = 16,  // 1..128
    parameter integer PLL_OUTPUT_DIV   = 7    // 1..128
) (
    input  wire       clk_25mhz,
    input  wire       ftdi_txd,    // the FTDI chip sends, the FPGA receives
    output wire       ftdi_rxd,    // the FPGA sends
    input  wire       btn0_n,      // low while pressed: reset
    output reg  [7:0] led,
    output wire       wifi_gpio0   // low would boot the ESP32, which may then take the pins
);
    assign wifi_gpio0 = 1'b1;

    // ---- clock ------------------------------------------------------------------------------------------------------------
    generate
        if (PLL_INPUT_DIV < 1 || PLL_INPUT_DIV > 8) begin : g_bad_input
            ERROR_PLL_INPUT_DIV_must_be_1_to_8 u_error ();
        end
        if (PLL_FEEDBACK_DIV < 1 || PLL_FEEDBACK_DIV > 128 || PLL_OUTPUT_DIV < 1 || PLL_OUTPUT_DIV > 128) begin : g_bad_div
            ERROR_PLL_FEEDBACK_DIV_and_PLL_OUTPUT_DIV_must_be_1_to_128 u_error ();
        end
        if (25 * PLL_FEEDBACK_DIV * PLL_OUTPUT_DIV < 400 * PLL_INPUT_DIV
            || 25 * PLL_FEEDBACK_DIV * PLL_OUTPUT_DIV > 800 * PLL_INPUT_DIV) begin : g_bad_vco
            ERROR_the_VCO_must_run_at_400_to_800_MHz u_error ();
        end
    endgenerate

    wire clk, locked;
    /* verilator lint_off PINCONNECTEMPTY */
    (* ICP_CURRENT="12" *) (* LPF_RESISTOR="8" *) (* MFG_ENABLE_FILTEROPAMP="1" *) (* MFG_GMCREF_SEL="2" *)
    EHXPLLL #(
        .PLLRST_ENA("DISABLED"), .INTFB_WAKE("DISABLED"), .STDBY_ENABLE("DISABLED"), .DPHASE_SOURCE("DISABLED"),
        .OUTDIVIDER_MUXA("DIVA"), .OUTDIVIDER_MUXB("DIVB"), .OUTDIVIDER_MUXC("DIVC"), .OUTDIVIDER_MUXD("DIVD"),
        .CLKI_DIV(PLL_INPUT_DIV), .CLKOP_ENABLE("ENABLED"), .CLKOP_DIV(PLL_OUTPUT_DIV),
        .CLKOP_CPHASE(PLL_OUTPUT_DIV / 2), .CLKOP_FPHASE(0), .FEEDBK_PATH("CLKOP"), .CLKFB_DIV(PLL_FEEDBACK_DIV)
    ) u_pll (
        .RST(1'b0), .STDBY(1'b0), .CLKI(clk_25mhz), .CLKOP(clk), .CLKFB(clk), .CLKINTFB(), .PHASESEL0(1'b0),
        .PHASESEL1(1'b0), .PHASEDIR(1'b1), .PHASESTEP(1'b1), .PHASELOADREG(1'b1), .PLLWAKESYNC(1'b0), .ENCLKOP(1'b0),
        .LOCK(locked));
    /* verilator lint_on PINCONNECTEMPTY */

    // ---- reset ------------------------------------------------------------------------------------------------------------
    // The device configures these registers to zero: rst is high from the first edge on.
    reg [1:0]  ready_level = 2'b00;
    reg [15:0] ready_count = 16'd0;
    reg        rst         = 1'b1;
    always @(posedge clk) begin
        ready_level <= {ready_level[0], locked && btn0_n};
        if (!ready_level[1]) ready_count <= 16'd0;
        else if (!ready_count[15]) ready_count <= ready_count + 16'd1;
        rst <= !ready_count[15];
    end

    // ---- accelerator ------------------------------------------------------------------------------------------------------
    /* verilator lint_off UNUSED */
    wire [7:0] status;  // only the lights' bits are used
    /* verilator lint_on UNUSED */
    /* verilator lint_off PINCONNECTEMPTY */
    ern_top u_top (
        .clk(clk), .rst(rst), .uart_rx(ftdi_txd), .uart_tx(ftdi_rxd),
        .host_select(1'b0), .host_in_data(8'd0), .host_in_valid(1'b0), .host_in_ready(),
        .host_out_data(), .host_out_valid(), .host_out_ready(1'b0),
        .stall(8'd0), .status(status), .trace_start(), .trace_done(), .trace_index());
    /* verilator lint_on PINCONNECTEMPTY */

    reg [25:0] heartbeat = 26'd0;
    always @(posedge clk) begin
        heartbeat <= heartbeat + 26'd1;
        led       <= {3'd0, status[3:0], heartbeat[25]};
    end
endmodule

`default_nettype wire

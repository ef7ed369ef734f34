// SPDX-License-Identifier: Apache-2.0
// Clock and reset of an ECP5 board.
//   clk = oscillator * PLL_FEEDBACK_DIV / PLL_INPUT_DIV; its VCO runs at clk * PLL_OUTPUT_DIV, which must be 400 to 800 MHz
//   clk_late is clk, PLL_PHASE cycles of the VCO later, for a memory's clock pin
// rst stays high until the PLL has been locked and the button been up for 2^15 cycles without a break (0.4 ms at
// 80 MHz). Both edges of rst are synchronous to clk, because an asynchronous one corrupts block RAM.
// heartbeat: bit 25 of a counter, 0.8 s on and off at 40 MHz.
`default_nettype none

module ern_clocks #(
    parameter integer OSCILLATOR_KHZ   = 25000,
    parameter integer PLL_INPUT_DIV    = 5,   // 1..128, so that the phase detector sees at least 3.125 MHz
    parameter integer PLL_FEEDBACK_DIV = 16,  // 1..128
    parameter integer PLL_OUTPUT_DIV   = 7,   // 1..64
    parameter integer PLL_PHASE        = 0    // 0..PLL_OUTPUT_DIV - 1
) (
    input  wire oscillator,
    input  wire button_n,    // low while pressed: reset
    output wire clk,
    output wire clk_late,
    output reg  rst,
    output wire heartbeat
);
    localparam integer VCO_KHZ = OSCILLATOR_KHZ / PLL_INPUT_DIV * PLL_FEEDBACK_DIV * PLL_OUTPUT_DIV;
    generate
        if (PLL_INPUT_DIV < 1 || OSCILLATOR_KHZ / PLL_INPUT_DIV < 3125) begin : g_bad_input
            ERROR_the_phase_detector_must_see_3125_kHz_or_more u_error ();
        end
        if (PLL_FEEDBACK_DIV < 1 || PLL_FEEDBACK_DIV > 128 || PLL_OUTPUT_DIV < 1 || PLL_OUTPUT_DIV > 64) begin : g_bad_div
            ERROR_PLL_FEEDBACK_DIV_must_be_1_to_128_and_PLL_OUTPUT_DIV_1_to_64 u_error ();
        end
        if (VCO_KHZ < 399000 || VCO_KHZ > 801000) begin : g_bad_vco   // division above rounds
            ERROR_the_VCO_must_run_at_400_to_800_MHz u_error ();
        end
        if (PLL_PHASE < 0 || PLL_PHASE >= PLL_OUTPUT_DIV) begin : g_bad_phase
            ERROR_PLL_PHASE_must_be_less_than_PLL_OUTPUT_DIV u_error ();
        end
    endgenerate

    wire locked;
    wire fed_back;
    assign clk = fed_back;
    /* verilator lint_off PINCONNECTEMPTY */
    (* ICP_CURRENT="12" *) (* LPF_RESISTOR="8" *) (* MFG_ENABLE_FILTEROPAMP="1" *) (* MFG_GMCREF_SEL="2" *)
    EHXPLLL #(
        .PLLRST_ENA("DISABLED"), .INTFB_WAKE("DISABLED"), .STDBY_ENABLE("DISABLED"), .DPHASE_SOURCE("DISABLED"),
        .OUTDIVIDER_MUXA("DIVA"), .OUTDIVIDER_MUXB("DIVB"), .OUTDIVIDER_MUXC("DIVC"), .OUTDIVIDER_MUXD("DIVD"),
        .CLKI_DIV(PLL_INPUT_DIV), .CLKOP_ENABLE("ENABLED"), .CLKOP_DIV(PLL_OUTPUT_DIV),
        .CLKOP_CPHASE(PLL_OUTPUT_DIV / 2), .CLKOP_FPHASE(0), .CLKOS_ENABLE("ENABLED"), .CLKOS_DIV(PLL_OUTPUT_DIV),
        .CLKOS_CPHASE(PLL_OUTPUT_DIV / 2 + PLL_PHASE), .CLKOS_FPHASE(0), .FEEDBK_PATH("CLKOP"),
        .CLKFB_DIV(PLL_FEEDBACK_DIV)
    ) u_pll (
        .RST(1'b0), .STDBY(1'b0), .CLKI(oscillator), .CLKOP(fed_back), .CLKOS(clk_late), .CLKFB(fed_back), .CLKINTFB(),
        .PHASESEL0(1'b0), .PHASESEL1(1'b0), .PHASEDIR(1'b1), .PHASESTEP(1'b1), .PHASELOADREG(1'b1), .PLLWAKESYNC(1'b0),
        .ENCLKOP(1'b0), .LOCK(locked));
    /* verilator lint_on PINCONNECTEMPTY */

    // The device configures these registers so: rst is high from the first edge on.
    reg [1:0]  ready_level;
    reg [15:0] ready_count;
    reg [25:0] beats;
    initial begin
        rst         = 1'b1;
        ready_level = 2'b00;
        ready_count = 16'd0;
        beats       = 26'd0;
    end
    always @(posedge clk) begin
        ready_level <= {ready_level[0], locked && button_n};
        if (!ready_level[1]) ready_count <= 16'd0;
        else if (!ready_count[15]) ready_count <= ready_count + 16'd1;
        rst   <= !ready_count[15];
        beats <= beats + 26'd1;
    end
    assign heartbeat = beats[25];
endmodule

`default_nettype wire

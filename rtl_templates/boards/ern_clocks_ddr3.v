// SPDX-License-Identifier: Apache-2.0
// Clocks and reset of an ECP5 board with DDR3.
//   clk_edge = oscillator * PLL_FEEDBACK_DIV / PLL_INPUT_DIV, the part's clock, on the edge clock net of the memory's banks; the
//              VCO runs at clk_edge * PLL_OUTPUT_DIV, which must be 400 to 800 MHz
//   clk      = clk_edge / 2, the accelerator's and the controller's
//   clk_init = VCO / PLL_INIT_DIV, about 25 MHz: the PHY's start, which stops and restarts the two others (phy_stop, phy_reset)
// init_rst stays high until the PLL has locked. rst stays high until then the PHY has had its start and the button has been
// up for 2^15 cycles without a break. Both edges of rst are synchronous to clk. heartbeat: bit 25 of a counter.
`default_nettype none

module ern_clocks_ddr3 #(
    parameter integer OSCILLATOR_KHZ   = 100000,
    parameter integer PLL_INPUT_DIV    = 1,   // 1..128, so that the phase detector sees at least 3.125 MHz
    parameter integer PLL_FEEDBACK_DIV = 2,   // 1..128
    parameter integer PLL_OUTPUT_DIV   = 3,   // 1..64
    parameter integer PLL_INIT_DIV     = 24   // 1..128
) (
    input  wire oscillator,
    input  wire button_n,    // low while pressed: reset
    output wire clk_edge,
    output wire clk,
    output wire clk_init,
    output reg  init_rst,
    input  wire phy_stop,    // of clk_init
    input  wire phy_reset,   // of clk_init
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
        if (PLL_INIT_DIV < 1 || PLL_INIT_DIV > 128 || VCO_KHZ / PLL_INIT_DIV > 51000) begin : g_bad_init
            ERROR_PLL_INIT_DIV_must_be_1_to_128_and_its_clock_at_most_50_MHz u_error ();
        end
    endgenerate

    wire locked, fed_back, bridged;
    /* verilator lint_off PINCONNECTEMPTY */
    (* ICP_CURRENT="12" *) (* LPF_RESISTOR="8" *) (* MFG_ENABLE_FILTEROPAMP="1" *) (* MFG_GMCREF_SEL="2" *)
    EHXPLLL #(
        .PLLRST_ENA("DISABLED"), .INTFB_WAKE("DISABLED"), .STDBY_ENABLE("DISABLED"), .DPHASE_SOURCE("DISABLED"),
        .OUTDIVIDER_MUXA("DIVA"), .OUTDIVIDER_MUXB("DIVB"), .OUTDIVIDER_MUXC("DIVC"), .OUTDIVIDER_MUXD("DIVD"),
        .CLKI_DIV(PLL_INPUT_DIV), .CLKOP_ENABLE("ENABLED"), .CLKOP_DIV(PLL_OUTPUT_DIV),
        .CLKOP_CPHASE(PLL_OUTPUT_DIV / 2), .CLKOP_FPHASE(0), .CLKOS_ENABLE("ENABLED"), .CLKOS_DIV(PLL_INIT_DIV),
        .CLKOS_CPHASE(PLL_INIT_DIV / 2), .CLKOS_FPHASE(0), .FEEDBK_PATH("CLKOP"), .CLKFB_DIV(PLL_FEEDBACK_DIV)
    ) u_pll (
        .RST(1'b0), .STDBY(1'b0), .CLKI(oscillator), .CLKOP(fed_back), .CLKOS(clk_init), .CLKFB(fed_back), .CLKINTFB(),
        .PHASESEL0(1'b0), .PHASESEL1(1'b0), .PHASEDIR(1'b1), .PHASESTEP(1'b1), .PHASELOADREG(1'b1), .PLLWAKESYNC(1'b0),
        .ENCLKOP(1'b0), .LOCK(locked));
    /* verilator lint_on PINCONNECTEMPTY */
    // The bridge takes the edge clock to both sides of the device: a memory's banks may lie on either. A constant 0 does not reach CLK1.
    ECLKBRIDGECS u_bridge (.CLK0(fed_back), .CLK1(1'bx), .SEL(1'b0), .ECSOUT(bridged));
    ECLKSYNCB u_stop (.ECLKI(bridged), .STOP(phy_stop), .ECLKO(clk_edge));
    CLKDIVF #(.DIV("2.0")) u_half (.CLKI(clk_edge), .RST(phy_reset), .ALIGNWD(1'b0), .CDIVX(clk));

    // While the PHY starts, clk rests: its end is counted by clk_init, and seen by clk when it runs again.
    reg       started, stopping;   // phy_reset has been seen; phy_stop has not fallen since
    reg [1:0] lock_level;
    reg [6:0] init_count, calm_count;
    wire      calm = calm_count[6];
    initial begin
        init_rst   = 1'b1;
        started    = 1'b0;
        stopping   = 1'b0;
        lock_level = 2'b00;
        init_count = 7'd0;
        calm_count = 7'd0;
    end
    always @(posedge clk_init) begin
        lock_level <= {lock_level[0], locked};
        if (!lock_level[1]) init_count <= 7'd0;
        else if (!init_count[6]) init_count <= init_count + 7'd1;
        init_rst <= !init_count[6];
        stopping <= phy_stop || phy_reset;
        started  <= !init_rst && (started || phy_reset);
        if (!started || stopping) calm_count <= 7'd0;
        else if (!calm) calm_count <= calm_count + 7'd1;
    end

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
        ready_level <= {ready_level[0], calm && button_n};
        if (!ready_level[1]) ready_count <= 16'd0;
        else if (!ready_count[15]) ready_count <= ready_count + 16'd1;
        rst   <= !ready_count[15];
        beats <= beats + 26'd1;
    end
    assign heartbeat = beats[25];
endmodule

`default_nettype wire

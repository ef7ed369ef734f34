// SPDX-License-Identifier: Apache-2.0
// Starts a DDR3 part behind LiteDRAM's ECP5 PHY and levels its reads, without a CPU: walks the steps of ern_ddr3_commands,
// then writes 16 beats through the memory port and reads them with every slip (4) and delay (8) of each byte lane. A setting is good
// where the lane's bytes are right and the PHY has seen the lane's burst; the middle of the longest run of good delays
// is taken, as LiteX's software does. Then both lanes are read once more: right, `ready` rises and stays. Wrong, or a lane without a good
// setting: `failed` rises until it succeeds, and levelling begins anew.
//   step: {cycles to wait after it, reset_n, cke, odt, {ras, cas, we}, bank, address}
//   test_*: a master of the memory port, while !ready
`default_nettype none

module ern_ddr3_start #(
    parameter integer W_PORT   = 128,
    parameter integer W_BEAT   = 24,
    parameter integer T_SETTLE = 31    // cycles after a change of the PHY's setting, <= 2^20 - 1
) (
    input  wire              clk,
    input  wire              rst,
    output reg               ready,
    output reg               failed,
    // steps, see ern_ddr3_commands
    output reg  [3:0]        index,
    input  wire              last,
    input  wire [44:0]       step,
    output wire              start_active,
    output wire [2:0]        start_command,
    output wire [2:0]        start_bank,
    output wire [15:0]       start_address,
    output wire              start_cke,
    output wire              start_odt,
    output wire              start_reset_n,
    // PHY
    output wire [1:0]        start_select,
    output wire              start_delay_reset,
    output wire              start_delay_next,
    output wire              start_slip_reset,
    output wire              start_slip_next,
    output wire              start_burst_clear,
    input  wire [1:0]        start_burst_seen,
    // memory port
    output wire              test_req_valid,
    input  wire              test_req_ready,
    output wire              test_req_write,
    output wire [W_BEAT-1:0] test_req_address,
    output wire [7:0]        test_req_length,
    output wire              test_wdata_valid,
    input  wire              test_wdata_ready,
    output wire [W_PORT-1:0] test_wdata,
    input  wire              test_rdata_valid,
    input  wire [W_PORT-1:0] test_rdata
);
    localparam [W_PORT-1:0] PATTERN = 128'h96d1_2cb8_0f73_e4a5_3b5e_c81f_7a02_d946;
    localparam [3:0] STEPS = 4'd0, WRITE = 4'd1, WDATA = 4'd2, SET = 4'd3, SYNC = 4'd4, READ = 4'd5, RDATA = 4'd6,
                     JUDGE = 4'd7, CHOOSE = 4'd8, DONE = 4'd9;
    reg  [3:0]        state;
    reg  [19:0]       pause;
    wire              paused = pause != 20'd0;
    reg               issue, issued;    // the step's command goes out in this cycle, went out

    // ---- the part's start ---------------------------------------------------------------------------------------------------
    assign start_active  = state == STEPS;
    assign start_command = issue ? step[21:19] : 3'd0;
    assign start_bank    = step[18:16];
    assign start_address = step[15:0];
    assign {start_reset_n, start_cke, start_odt} = step[24:22];

    // ---- the pattern: a byte of rotation a beat, so 16 beats come round -------------------------------------------------------
    reg  [W_PORT-1:0] pattern;
    reg  [4:0]        beats;            // still to move
    reg  [1:0]        wrong;            // a byte of the lane, in this burst
    wire              moves = state == WDATA && !paused ? test_wdata_ready : state == RDATA && test_rdata_valid;
    wire [W_PORT-1:0] differ = test_rdata ^ pattern;
    reg  [1:0]        wrong_now;
    integer k;
    always @* begin
        wrong_now = 2'b00;
        for (k = 0; k < W_PORT / 8; k = k + 1) wrong_now[k & 1] = wrong_now[k & 1] || differ[8*k +: 8] != 8'd0;
    end
    assign test_req_valid   = (state == WRITE || state == READ) && !paused;
    assign test_req_write   = state == WRITE;
    assign test_req_address = {W_BEAT{1'b0}};
    assign test_req_length  = 8'd16;
    assign test_wdata_valid = state == WDATA && !paused;
    assign test_wdata       = pattern;
    always @(posedge clk) begin
        if (state == WRITE || state == READ) {pattern, beats, wrong} <= {PATTERN, 5'd16, 2'b00};
        else if (moves) begin
            pattern <= {pattern[7:0], pattern[W_PORT-1:8]};
            beats   <= beats - 5'd1;
            if (state == RDATA) wrong <= wrong | wrong_now;
        end
    end

    // ---- levelling: each setting is made from zero ------------------------------------------------------------------------
    reg        lane;                    // under levelling
    reg        check;                   // of both lanes, after it
    reg        choosing;                // the lane's best setting is being made
    reg        zero;                    // first of all
    reg        synced;
    reg  [1:0] slip, now_slip, best_slip;
    reg  [2:0] delay, now_delay, best_delay;   // best_delay: the last one of the longest run
    reg  [3:0] run, best;               // good delays in a row so far; most of them
    wire       good     = !wrong[lane] && start_burst_seen[lane];
    wire [3:0] run_next = good ? run + 4'd1 : 4'd0;
    wire       set      = state == SET && !paused;
    wire       to_delay = set && !zero && now_delay != delay;
    wire       to_slip  = set && !zero && now_delay == delay && now_slip != slip;
    assign start_delay_reset = set && zero;
    assign start_slip_reset  = set && zero;
    assign start_delay_next  = to_delay;
    assign start_slip_next   = to_slip;
    assign start_burst_clear = state == READ;
    assign start_select = state == SET ? {lane, !lane} : state == SYNC && !synced ? 2'b11 : 2'b00;

    always @(posedge clk) begin
        issue <= 1'b0;
        if (paused) pause <= pause - 20'd1;
        else pause <= T_SETTLE[19:0];   // most states begin with one
        if (rst) begin
            state <= STEPS;
            index <= 4'd0;
            pause <= 20'd0;
            {ready, failed, issue, issued} <= 4'd0;
        end else if (!paused) case (state)
            STEPS: begin
                issue  <= !issued;
                issued <= !issued;
                if (!issued) pause <= step[44:25];
                else if (last) state <= WRITE;
                else begin
                    index <= index + 4'd1;
                    pause <= 20'd0;
                end
            end
            WRITE: begin
                {check, lane} <= 2'b00;
                pause         <= 20'd0;
                if (test_req_ready) state <= WDATA;
            end
            WDATA: begin
                pause <= 20'd0;
                {slip, delay, run, best, zero, choosing} <= {2'd0, 3'd0, 4'd0, 4'd0, 2'b10};
                if (test_wdata_ready && beats == 5'd1) state <= SET;
            end
            SET: begin
                zero      <= 1'b0;
                synced    <= 1'b0;
                now_delay <= zero ? 3'd0 : now_delay + {2'd0, to_delay};
                now_slip  <= zero ? 2'd0 : now_slip + {1'b0, to_slip};
                if (!zero && !to_delay && !to_slip) state <= SYNC;
            end
            SYNC: begin   // a change of start_select pauses and releases the lanes' strobes
                synced <= 1'b1;
                if (synced) state <= READ;
                if (synced && choosing) begin
                    {slip, delay, run, best, zero, choosing} <= {2'd0, 3'd0, 4'd0, 4'd0, 2'b10};
                    lane  <= 1'b1;
                    check <= lane;
                    state <= lane ? READ : SET;
                end
            end
            READ: begin
                pause <= 20'd0;
                if (test_req_ready) state <= RDATA;
            end
            RDATA: begin
                if (!test_rdata_valid || beats != 5'd1) pause <= 20'd0;
                else state <= JUDGE;
            end
            JUDGE: if (check) begin
                ready  <= wrong == 2'b00 && start_burst_seen == 2'b11;
                failed <= wrong != 2'b00 || start_burst_seen != 2'b11;
                state  <= wrong == 2'b00 && start_burst_seen == 2'b11 ? DONE : WRITE;
            end else begin
                {slip, delay} <= {slip, delay} + 5'd1;
                zero          <= 1'b1;
                run           <= delay == 3'd7 ? 4'd0 : run_next;
                if (run_next > best) {best, best_slip, best_delay} <= {run_next, slip, delay};
                state         <= {slip, delay} == 5'd31 ? CHOOSE : SET;
            end
            CHOOSE: begin
                {slip, delay} <= {best_slip, best_delay - best[3:1]};
                choosing      <= 1'b1;
                if (best == 4'd0) failed <= 1'b1;
                state         <= best == 4'd0 ? WRITE : SET;
            end
            default: pause <= 20'd0;
        endcase
    end
endmodule

`default_nettype wire

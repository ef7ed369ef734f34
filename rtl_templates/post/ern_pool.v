// SPDX-License-Identifier: Apache-2.0
// One output's share of pooling: the sum or the maximum of its own channel's codes over the taps of one window row.
//   channel   = cfg_sub * N_OUTPUTS + ROW        (cfg_sub chooses among the N_CHANNELS / N_OUTPUTS groups of a word)
//   out_value = sum, or maximum, over taps of the code of that channel
// Latency LATENCY cycles, one window a cycle. An output whose ROW is beyond N_CHANNELS gives 0.
`default_nettype none

module ern_pool #(
    parameter integer N_TAPS     = 3,
    parameter integer N_CHANNELS = 32,
    parameter integer N_OUTPUTS  = 16,
    parameter integer ROW        = 0,
    parameter integer W_SUB      = 1,
    parameter integer W_POOL     = 4,  // $clog2(3 * N_TAPS + 1)
    parameter integer LATENCY    = 4   // >= 1
) (
    input  wire                         clk,
    input  wire [N_TAPS*N_CHANNELS-1:0] in_lo,
    input  wire [N_TAPS*N_CHANNELS-1:0] in_hi,
    input  wire                         cfg_max,
    input  wire [W_SUB-1:0]             cfg_sub,
    output wire [W_POOL-1:0]            out_value
);
    localparam integer N_SUB = N_CHANNELS > N_OUTPUTS ? N_CHANNELS / N_OUTPUTS : 1;
    generate
        if (ROW >= N_CHANNELS) begin : g_none
            wire unused = &{1'b0, clk, in_lo, in_hi, cfg_max, cfg_sub};
            assign out_value = {W_POOL{1'b0}};
        end else begin : g_pool
            // One tap a register as far as the latency goes, the remaining taps in the first one.
            localparam integer N_STAGES = LATENCY < N_TAPS ? LATENCY : N_TAPS;
            localparam integer N_EARLY  = N_TAPS - N_STAGES + 1;
            genvar s;
            for (s = 0; s < N_STAGES; s = s + 1) begin : g_stage
                localparam integer N_HERE = s == 0 ? N_EARLY : 1;
                localparam integer FIRST  = s == 0 ? 0 : N_EARLY + s - 1;
                reg  [2*N_HERE-1:0] codes;
                wire [2*N_HERE-1:0] codes_now;
                wire                max_now;
                wire [W_POOL-1:0]   earlier, result;   // of the taps of the stages before; with those of this one
                reg  [W_POOL-1:0]   value;
                reg  [1:0]          code;
                integer             tap, channel;
                always @* begin
                    for (tap = 0; tap < N_HERE; tap = tap + 1) begin
                        codes[2*tap +: 2] = 2'b00;
                        for (channel = 0; channel < N_SUB; channel = channel + 1)
                            if (cfg_sub == channel[W_SUB-1:0])
                                codes[2*tap +: 2] = {in_hi[(FIRST + tap)*N_CHANNELS + channel*N_OUTPUTS + ROW],
                                                     in_lo[(FIRST + tap)*N_CHANNELS + channel*N_OUTPUTS + ROW]};
                    end
                end
                ern_delay #(.W_DATA(2 * N_HERE + 1), .N_CYCLES(s)) u_now (
                    .clk(clk), .in({cfg_max, codes}), .out({max_now, codes_now}));
                if (s == 0) begin : g_first
                    assign earlier = {W_POOL{1'b0}};
                end else begin : g_next
                    assign earlier = g_stage[s-1].result;
                end
                always @* begin
                    value = earlier;
                    code  = 2'b00;
                    for (tap = 0; tap < N_HERE; tap = tap + 1) begin
                        code = codes_now[2*tap +: 2];
                        if (!max_now) value = value + {{(W_POOL - 2){1'b0}}, code};
                        else if (code > value[1:0]) value = {{(W_POOL - 2){1'b0}}, code};
                    end
                end
                ern_delay #(.W_DATA(W_POOL), .N_CYCLES(1)) u_value (.clk(clk), .in(value), .out(result));
            end
            ern_delay #(.W_DATA(W_POOL), .N_CYCLES(LATENCY - N_STAGES)) u_rest (
                .clk(clk), .in(g_stage[N_STAGES-1].result), .out(out_value));
        end
    endgenerate
endmodule

`default_nettype wire
